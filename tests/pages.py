"""The page of a report, taken apart."""

import json
import re


def page_parts(html):
    """Return the page's text without scripts and drawings, and the data of its plot."""
    data = json.loads(re.search(r'id="data">(.*?)</script>', html, re.S).group(1))
    text = re.sub(r"<(script|style|svg)\b[^>]*>.*?</\1>", "", html, flags=re.S)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split()), data


def points_of(data, pair):
    """Return the points of a pair with names in place of numbers."""
    [found] = [one for one in data["pairs"] if one["name"] == pair]
    return [
        {
            "session": data["sessions"][session][2],
            "environment": data["environments"][environment],
            "seconds": seconds,
            "accuracy": accuracy,
            "verdict": data["words"][words],
            "state": data["states"][state],
        }
        for session, environment, seconds, accuracy, words, state in found["points"]
    ]
