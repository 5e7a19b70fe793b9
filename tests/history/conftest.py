"""Histories of November 2026, looked at in December."""

from datetime import UTC, datetime

import pytest

from lowprec.history import collected


@pytest.fixture(autouse=True)
def december(monkeypatch):
    """Sets the clock, which tells sessions of the future."""
    monkeypatch.setattr(collected, "_now", lambda: datetime(2026, 12, 1, tzinfo=UTC))
