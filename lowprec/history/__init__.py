"""Stored sessions: files, index, Elasticsearch, what was accepted, the history's branch."""
