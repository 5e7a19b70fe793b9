"""Make them all: `python -m lab.looks OUT [--pictures]`."""

from __future__ import annotations

import argparse
from pathlib import Path

from markdown_it import MarkdownIt

from lab.looks.days import DAYS, write
from lowprec.commands.check import check
from lowprec.commands.report import report
from lowprec.history.storage import Folder

STYLE = """
<!DOCTYPE html><html lang="en"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark"><title>summary</title>
<style>
body { font: 14px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 1rem auto; padding: 0 1rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
td, th { border: 1px solid #8888; padding: .3rem .6rem }
</style>
"""
"""Near to what GitHub makes of a job's summary."""


def main() -> None:
    """Write every day, and its pictures where they are asked for."""
    parser = argparse.ArgumentParser("python -m lab.looks", description=__doc__)
    parser.add_argument("out", type=Path, metavar="OUT")
    parser.add_argument("--pictures", action="store_true", help="needs Selenium and Chromium")
    options = parser.parse_args()
    for day in DAYS:
        folder = options.out.resolve() / day.name
        storage = Folder(folder / "history")
        write(day, folder / "history")
        summary = "\n".join(check(storage, None, "markdown").lines)
        (folder / "summary.md").write_text(summary + "\n", encoding="utf-8")
        html = STYLE + MarkdownIt("gfm-like", {"linkify": False}).render(summary)
        (folder / "summary.html").write_text(html, encoding="utf-8")
        report(storage, None, folder)
        if options.pictures:
            from lab.looks.browser import picture

            picture(folder / "summary.html")
            picture(folder / "index.html")
        print(folder, flush=True)


if __name__ == "__main__":
    main()
