"""Verdicts over stored sessions, pure: against their own history, and across environments."""
