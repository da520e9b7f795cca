"""Ages on the command line: "36h", "3d"."""

from __future__ import annotations

import argparse
import re
from datetime import timedelta

SHORTEST = timedelta(days=1)  # above the deadline of every template, so that no run loses its work under way
_AGE = re.compile(r"(\d+)([hd])")


def parse_age(text: str) -> timedelta:
    """ "36h" or "3d"; a type for argparse."""
    match = _AGE.fullmatch(text)
    age = timedelta(hours=int(match[1]) * {"h": 1, "d": 24}[match[2]]) if match else timedelta()
    if age < SHORTEST:
        raise argparse.ArgumentTypeError(f"{text!r} is not an age of at least 1d; write 36h or 3d")
    return age
