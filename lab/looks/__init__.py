"""What people look at, for days that they may have: the summary and the page, and pictures of both.

    python -m lab.looks OUT [--pictures]

writes for every day of `lab.looks.days` its history, `summary.md`, the same as HTML, and the
report; with `--pictures` all of them as PNG in light and dark, 1280 and 390 pixels wide, by
Selenium
and Chromium.
"""
