"""Laboratories: what stands behind figures in the docs, apart from the suite."""
