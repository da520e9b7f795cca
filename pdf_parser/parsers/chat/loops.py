"""Finds where a model has fallen into a loop and says the same again and again."""

from __future__ import annotations

import re

_TAG = re.compile(r"<[^<>]*>")
_WORD = re.compile(r"[A-Za-z0-9À-ɏ]+|[^\W_]")  # words of Latin script; letters of others one by one
LONGEST_PERIOD = 60  # words
LEAST_TIMES = 10
LEAST_WORDS = 60
TOLD_CHARS = 60


def repeated_words(text: str) -> str | None:
    """The beginning of what stands there `LEAST_TIMES` in a row or more; None when nothing does.

    Numbers and single letters alone do not count: columns of zeros are ordinary.
    """
    words = [match.group().casefold() for match in _WORD.finditer(_TAG.sub(" ", text))]
    for period in range(1, LONGEST_PERIOD + 1):
        least = max(LEAST_WORDS, LEAST_TIMES * period) - period
        run = 0
        for place in range(period, len(words)):
            run = run + 1 if words[place] == words[place - period] else 0
            if run >= least:
                unit = words[place - period + 1 : place + 1]
                if any(_is_telling(word) for word in unit):
                    return " ".join(unit)[:TOLD_CHARS]
    return None


def _is_telling(word: str) -> bool:
    return word.isalpha() and (len(word) > 1 or not word.isascii())
