"""The tests, a file a module. PYTEST_DONT_REWRITE, as in lowprec/__init__.py."""
