"""Hostile days: kills, crowds and poor surroundings. docs/robustness.md has the figures."""
