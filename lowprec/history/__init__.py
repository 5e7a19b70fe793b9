"""Stored sessions: files, objects, index, what was accepted, the history's branch."""
