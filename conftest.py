"""What belongs to this repository's own sessions only.

PYTEST_DONT_REWRITE, as in lowprec/__init__.py.
"""

pytest_plugins = ["lowprec.suite.matrix_plugin", "pytester"]
