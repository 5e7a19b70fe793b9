"""The docs as the tests read them."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


def joined(text):
    """Return a text with its lines joined, so that it may be broken anywhere."""
    return " ".join(text.split())


def table_lines(text):
    """Return the lines of all tables in Markdown."""
    return [line.strip() for line in text.splitlines() if line.startswith("|")]
