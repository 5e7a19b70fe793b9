"""What belongs to this repository's own sessions only."""

pytest_plugins = ["lowprec.suite.plugin", "pytester"]
