"""Is it a table? What looks like one but is a list, a chart, a form, a contents page or two columns of text is not."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise

from pdf_parser.parsers.layout.content import Region, Word
from pdf_parser.parsers.layout.tables.found import FoundCell, FoundTable, Item
from pdf_parser.parsers.layout.tables.text import is_numeric

SAME_EDGE = 2.5  # points
TICKS = 0.6  # of the texts in a chart's grid are figures along its axes
FORMULAS = 0.3  # of the texts are signs of operations or single letters: a formula or a matrix
MIN_FILLED, HALF_FILLED = 0.15, 0.5  # of the places; between them a table must have heads
SKETCH_FILLED, SKETCH_LOOSE = 0.8, 0.25  # of the places with a text; of the texts with several pieces
SAME_SIGNS = 30
_WORD = re.compile(r"[^\W\d_]{3}|\d[.,]?\d")
_VALUE = re.compile(r"-?\d+(?:\.\d+)?")
_SECTION = re.compile(r"^[A-Z]?\d{0,2}(\.\d+)*\.?$")
_FORMULA = re.compile(r"[=∈∉·∘∗⊂⊆∪∩∑∏∫√∂∀∃≅≡⊕⊗]|^[^\W\d_]$|^[^\w\s]$")
_LEADER = re.compile(r"(\.\s?){5,}|…{2,}|_{6,}")
_MARKER = re.compile(
    r"^([•◦▪‣●○■□–—*·\uf0b7\uf0a7-]|\(?[0-9]{1,3}[.)]|\(?[a-zA-Z][.)]|\(?[ivxIVX]{1,5}[.)]|\[\w{1,6}\])$"
)


def is_figure(table: FoundTable, strokes: Sequence[Region]) -> bool:
    """Curves or slanted lines run through it; one alone may be the diagonal of a head's corner."""
    inside = [s for s in strokes if table.x0 < (s.x0 + s.x1) / 2 < table.x1 and table.y0 < (s.y0 + s.y1) / 2 < table.y1]
    return len(inside) > 1


def is_table_in_lattice(table: FoundTable) -> bool:
    filled = [c for c in table.cells if c.text]
    if len(filled) < 2 or len(filled) < MIN_FILLED * len(table.cells) or _is_chart(table) or _holds_page(table):
        return False
    if _is_sketch(table):
        return False
    if len(filled) < HALF_FILLED * len(table.cells) and not _is_headed(table):
        return False
    if table.n_cols == 1:
        return table.n_rows >= 3 and len(filled) == table.n_rows and _mean_words(table) < 8
    return table.n_rows > 1 or len(filled) > 2


def _is_headed(table: FoundTable) -> bool:
    """A form to be filled in has its heads at least: above, or on the left."""
    heads = sum(bool(c.text) for c in table.cells if c.row == 0)
    return heads >= table.n_cols - 1 or len(_column(table, 0)) >= table.n_rows - 1


def is_table_between_rules(table: FoundTable, items: Sequence[Item]) -> bool:
    if table.n_rows < 2 or _is_list(table) or _is_contents(table) or _is_sketch(table) or _mean_words(table) >= 20:
        return False
    filled = [c for c in table.cells if c.text]
    if len(filled) < 0.4 * len(table.cells) or not _lines_up(table, dict(items)):
        return False
    return table.n_cols > 2 or len(_column(table, 1)) >= 0.6 * table.n_rows


def is_table_by_alignment(table: FoundTable, items: Sequence[Item]) -> bool:
    words = dict(items)
    if table.n_rows < 3 or _is_list(table) or _is_contents(table) or _is_chart(table) or not _lines_up(table, words):
        return False
    if _is_sketch(table):
        return False
    filled = [c for c in table.cells if c.text]
    if sum(bool(_FORMULA.search(c.text)) for c in filled) >= FORMULAS * len(filled):
        return False
    figures = sum(is_numeric(c.text) for c in filled if c.col) / max(1, sum(1 for c in filled if c.col))
    if len(filled) < 0.5 * table.n_rows * table.n_cols or (_is_mono(words.values()) and figures < 0.6):
        return False
    if table.n_cols == 2:
        return figures >= 0.6 and table.n_rows >= 4 and _mean_words(table) <= 7
    return (figures >= 0.3 and _mean_words(table) <= 7) or _mean_words(table) <= 4 or _is_matrix(table)


def _is_matrix(table: FoundTable) -> bool:
    """Short heads above, short labels on the left, and hardly a place empty but the corner."""
    heads = [c for c in table.cells if c.row == 0 and c.text]
    stubs = _column(table, 0)
    empty = sum(not c.text for c in table.cells)
    short = all(len(c.words) <= 5 for c in (*heads, *stubs))
    return short and empty <= 1 + 0.1 * len(table.cells) and len(stubs) >= table.n_rows - 1 and _mean_words(table) < 25


def _lines_up(table: FoundTable, words: Mapping[int, Word]) -> bool:
    """In most columns most cells share their left edge, their right edge or their middle."""
    columns = [[c for c in _column(table, col) if c.col_span == 1] for col in range(table.n_cols)]
    judged = [_shares_edge([[words[i] for i in c.words] for c in cells]) for cells in columns if len(cells) > 2]
    return sum(judged) >= 0.6 * len(judged)


def _shares_edge(cells: Sequence[Sequence[Word]]) -> bool:
    left, right = [min(w.x0 for w in cell) for cell in cells], [max(w.x1 for w in cell) for cell in cells]
    middle = [(a + b) / 2 for a, b in zip(left, right, strict=True)]
    return any(
        max(sum(abs(x - y) <= SAME_EDGE for y in edges) for x in edges) >= 0.5 * len(edges)
        for edges in (left, right, middle)
    )


def _is_sketch(table: FoundTable) -> bool:
    """A drawing with names of points, or a formula: one and the same sign, or single letters here and there."""
    texts = [c.text for c in table.cells if c.text]
    if len(set(texts)) == 1 and len(texts) > SAME_SIGNS:
        return True
    if any(_WORD.search(text) for text in texts):
        return False
    loose = sum(len(text.split()) > 1 for text in texts)
    return len(texts) < SKETCH_FILLED * len(table.cells) or loose >= SKETCH_LOOSE * len(texts)


def _is_chart(table: FoundTable) -> bool:
    """All columns of figures count in even steps, the ticks of axes, and little else is there."""
    columns = [[c.text for c in _column(table, col)] for col in range(table.n_cols)]
    figures = [texts for texts in columns if len(texts) > 3 and sum(map(is_numeric, texts)) >= 0.7 * len(texts)]
    ticks, all_texts = sum(map(len, figures)), sum(map(len, columns))
    return ticks >= TICKS * all_texts > 0 and all(_even_steps(texts) for texts in figures)


def _even_steps(texts: Sequence[str]) -> bool:
    values = [float(v) for t in texts for v in _VALUE.findall(t.replace(",", ""))]
    steps = Counter(round(b - a, 6) for a, b in pairwise(values))
    step, count = steps.most_common(1)[0] if steps else (0.0, 0)
    return step != 0 and len(values) > 3 and count >= 0.7 * (len(values) - 1)


def _holds_page(table: FoundTable) -> bool:
    """One cell holds nearly everything: a frame with ornaments."""
    counts = [len(c.words) for c in table.cells]
    return max(counts) > 80 and max(counts) > 0.6 * sum(counts)


def _mean_words(table: FoundTable) -> float:
    filled = [c for c in table.cells if c.text]
    return sum(len(c.words) for c in filled) / max(1, len(filled))


def _is_list(table: FoundTable) -> bool:
    """The first column holds nothing but bullets or numbers, and one column of text follows."""
    first = _column(table, 0)
    return table.n_cols == 2 and bool(first) and sum(bool(_MARKER.match(c.text)) for c in first) >= 0.7 * len(first)


def _is_contents(table: FoundTable) -> bool:
    """The only figures are page numbers, in order, at the end of lines; or dots lead to them."""
    last = [c.text for c in _column(table, table.n_cols - 1)]
    pages = [int(t) for t in last if t.isdigit()]
    if table.n_cols > 3 or len(pages) < 0.7 * len(last) or len(pages) < 2:
        return False
    if sum(bool(_LEADER.search(c.text)) for c in table.cells) >= 0.3 * table.n_rows:
        return True
    listed = len(pages) == len(last) if table.n_cols == 2 else _is_numbered(table)
    return pages == sorted(pages) and listed


def _is_numbered(table: FoundTable) -> bool:
    first = _column(table, 0)
    return sum(bool(_SECTION.match(c.text)) for c in first) >= 0.7 * len(first)


def _is_mono(found: Iterable[Word]) -> bool:
    words = list(found)
    mono = sum("mono" in w.font.lower() or "courier" in w.font.lower() or "consol" in w.font.lower() for w in words)
    return mono >= 0.8 * len(words)


def _column(table: FoundTable, col: int) -> list[FoundCell]:
    return [c for c in table.cells if c.col == col and c.text]
