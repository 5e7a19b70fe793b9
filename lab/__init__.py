"""Laboratories: what stands behind figures in the docs, apart from the suite.

PYTEST_DONT_REWRITE: as in `lowprec`, beside which an installation from a checkout lists it.
"""
