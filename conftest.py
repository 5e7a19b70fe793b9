"""What belongs to this repository's own sessions only."""

pytest_plugins = ["lowprec.suite.matrix_plugin", "pytester"]
