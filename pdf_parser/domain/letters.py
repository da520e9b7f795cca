"""Whether letters make up a language at all: the sign of a font whose mapping gives letters, but the wrong ones.

A text set in such a font is a cipher: its words and letter frequencies are those of a language, only the letters are
exchanged. Caught are pages on which most letter pairs are rare in every European language written in Latin letters.
Nothing is said of other scripts, of numbers, or of lists of symbols, whose letters do not repeat as a language's do.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

# How usual a pair of letters is, 0..9 on a logarithmic scale, in the language of 18 that has it most often: English,
# Czech, Danish, Dutch, Finnish, French, German, Hungarian, Indonesian, Italian, Norwegian, Polish, Portuguese,
# Romanian, Spanish, Swedish, Turkish, Vietnamese. Row: first letter, column: second. Counted in the translated manual
# pages of Debian 12 (packages manpages-*): min(9, round(4 + 1.25 log2(676 share))).
_PAIRS = (
    "86888768758979873989776187"  # a
    "85208011821612720633620063"  # b
    "82508129865433930566701047"  # c
    "93239210833426840554721055"  # d
    "86788575967879463999863657"  # e
    "50026510810400800634610010"  # f
    "80039265844416640655620074"  # g
    "80049000943515900546860040"  # h
    "75769674677979855988673356"  # i
    "70048200605534600043420002"  # j
    "91227007725613700566611052"  # k
    "93259363934865732175641051"  # l
    "85048220602664760232530040"  # m
    "82688598945557820279751064"  # n
    "75776775836789771987878136"  # o
    "83437238500613860845500034"  # p
    "00000000000000000000800000"  # q
    "93579343946565735577745057"  # r
    "73738236867652763479653068"  # s
    "93339219944446831858844066"  # t
    "86567663667778850877643476"  # u
    "71108000700304700442430071"  # v
    "70127035700305610340302071"  # w
    "20204000400010240004300100"  # x
    "84616233534453540466445021"  # y
    "73248041701346640124615073"  # z
)
_FIRST, _LETTERS = ord("a"), 26
_SPECIAL = str.maketrans({"ß": "ss", "ł": "l", "ı": "i", "ø": "o", "æ": "ae", "œ": "oe", "đ": "d", "ð": "d", "þ": "th"})
_WORD = re.compile(r"[^\W_]{2,}")

WINDOW_PAIRS = 30  # lines are judged together until they hold so many pairs
USUAL = 5.6  # mean of a window: 7.7 in a language, 4 in a cipher; pages of 18 languages lie above 6.4
LEAST_PAIRS = 60
# How often two letters drawn from the text are equal: .055 to .085 in a language, .038 in random letters (base64),
# more in Roman numerals and hexadecimal digits.
COINCIDENCE = (0.047, 0.1)
WORD_LETTERS = (3.6, 14.0)  # shorter: units, symbols, machine code; longer: sequences
ACCENTED = 0.5  # Vietnamese has 0.3; Cyrillic read as Latin-1 has all


def odd_share(text: str) -> float:
    """Share (0..1) of the letters of a page that stand in lines which look like a cipher; 0 where that is unsure."""
    windows = list(_windows(text))
    odd = [window for window in windows if window.is_odd]
    if sum(window.pairs for window in windows) < LEAST_PAIRS or not _is_cipher(odd):
        return 0.0
    return sum(window.pairs for window in odd) / sum(window.pairs for window in windows)


def is_bad_char(char: str) -> bool:
    """Replacement, private-use and control characters: marks of a font without a usable mapping."""
    code = ord(char)
    return code == 0xFFFD or 0xE000 <= code <= 0xF8FF or code >= 0xF0000 or code < 0x20 or 0x7F <= code < 0xA0


@dataclass
class _Window:
    """Some lines: pairs of letters inside words and how usual they are in sum."""

    pairs: int = 0
    usual: int = 0
    accented: int = 0
    words: int = 0
    letters: str = ""

    @property
    def is_odd(self) -> bool:
        return self.usual < USUAL * self.pairs or self.is_accented

    @property
    def is_accented(self) -> bool:
        return self.accented > ACCENTED * len(self.letters)

    def add(self, word: str) -> None:
        plain = _plain(word)
        self.words += 1
        self.pairs += len(plain) - 1
        self.usual += sum(_usual(a, b) for a, b in pairwise(plain))
        self.accented += sum(not c.isascii() for c in word)
        self.letters += plain


def _usual(first: str, second: str) -> int:
    return int(_PAIRS[_LETTERS * (ord(first) - _FIRST) + ord(second) - _FIRST])


def _windows(text: str) -> Iterator[_Window]:
    window = _Window()
    for line in text.splitlines():
        for word in _WORD.findall(line):
            if _is_latin(word):
                window.add(word)
        if window.pairs >= WINDOW_PAIRS:
            yield window
            window = _Window()


def _is_latin(word: str) -> bool:
    """Only letters, and only those that are Latin without their accents."""
    plain = _plain(word)
    return len(plain) >= 2 and plain.isascii() and plain.isalpha()


def _plain(word: str) -> str:
    folded = unicodedata.normalize("NFKD", word.casefold().translate(_SPECIAL))
    return "".join(c for c in folded if not unicodedata.combining(c))


def _is_cipher(odd: list[_Window]) -> bool:
    """Whether the odd lines have the statistics of a language, or hardly a letter without an accent."""
    if not odd:
        return False
    if sum(window.pairs for window in odd if window.is_accented) * 2 > sum(window.pairs for window in odd):
        return True
    letters = Counter("".join(window.letters for window in odd))
    total = letters.total()
    coincidence = sum(n * (n - 1) for n in letters.values()) / max(1, total * (total - 1))
    word_letters = total / sum(window.words for window in odd)
    return COINCIDENCE[0] <= coincidence <= COINCIDENCE[1] and WORD_LETTERS[0] <= word_letters <= WORD_LETTERS[1]
