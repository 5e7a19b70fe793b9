"""Warnings outside of tests, which are told and end no session.

Under `filterwarnings = error` pytest makes errors of them, too: a cache that cannot be written, or
a library that finds something deprecated while a session is saved, would end in a traceback in
place of the session's table. In tests the filters hold.
"""

from __future__ import annotations

from collections.abc import Generator

import pytest

from lowprec.framework import told_warnings

__all__ = ["tell_warnings"]


class _Around:
    """Around hooks for which pytest sets no filters of its own."""

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_sessionstart(self) -> Generator[None, object, object]:
        with told_warnings():
            return (yield)

    pytest_collection_finish = pytest_sessionfinish = pytest_sessionstart
    pytest_terminal_summary = pytest_unconfigure = pytest_sessionstart


class _Within:
    """Within the filters that pytest sets around the end of a session."""

    @pytest.hookimpl(wrapper=True, trylast=True)
    def pytest_sessionfinish(self) -> Generator[None, object, object]:
        with told_warnings():
            return (yield)

    pytest_terminal_summary = pytest_sessionfinish


def tell_warnings(config: pytest.Config) -> None:
    """Let no warning outside of tests be an error in this session."""
    config.pluginmanager.register(_Around(), "lowprec-warnings-around")
    config.pluginmanager.register(_Within(), "lowprec-warnings-within")
