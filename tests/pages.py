"""The page of a report, taken apart."""

import json
import re


def page_parts(html):
    """Return the page's text without scripts, and the data of its plot."""
    data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.S).group(1))
    text = re.sub(r"<(script|style)[^>]*>.*?</\1>", "", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split()), data
