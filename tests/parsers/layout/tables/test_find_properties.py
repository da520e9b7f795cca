"""Random grids with spans: drawn, found, and the same cells come back to the letter."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import assume, given, settings, strategies as st

from pdf_parser.parsers.layout.content import PageContent, Rule, Word
from pdf_parser.parsers.layout.tables.find import find_tables
from pdf_parser.parsers.layout.tables.text import is_leader

WIDTH, HEIGHT, LEFT, TOP = 80.0, 30.0, 50.0, 60.0
TEXTS = st.text(alphabet="abcdefgXYZ0123456789.,%-", min_size=1, max_size=8)


@dataclass(frozen=True)
class Drawn:
    row: int
    col: int
    row_span: int
    col_span: int
    text: str


@st.composite
def grids(draw: st.DrawFn) -> tuple[int, int, list[Drawn]]:
    """Cells tile the grid; two columns and two rows at least have a border through them somewhere."""
    n_rows, n_cols = draw(st.integers(2, 6)), draw(st.integers(2, 5))
    taken: set[tuple[int, int]] = set()
    cells: list[Drawn] = []
    for r in range(n_rows):
        for c in range(n_cols):
            if (r, c) in taken:
                continue
            tall = draw(st.integers(1, min(2, n_rows - r)))
            wide = draw(st.integers(1, min(3, n_cols - c)))
            places = {(a, b) for a in range(r, r + tall) for b in range(c, c + wide)}
            if places & taken or tall * wide == n_rows * n_cols:
                tall = wide = 1
                places = {(r, c)}
            taken |= places
            cells.append(Drawn(r, c, tall, wide, draw(TEXTS)))
    return n_rows, n_cols, cells


def page_of(cells: list[Drawn]) -> PageContent:
    content = PageContent(600, 400)
    for cell in cells:
        x0, y0 = LEFT + cell.col * WIDTH, TOP + cell.row * HEIGHT
        x1, y1 = x0 + cell.col_span * WIDTH, y0 + cell.row_span * HEIGHT
        content.rules += [Rule(x0, y0, x1, y0), Rule(x0, y1, x1, y1), Rule(x0, y0, x0, y1), Rule(x1, y0, x1, y1)]
        middle = (y0 + y1) / 2
        content.words.append(Word(cell.text, x0 + 5, middle - 5, x0 + 5 + 6 * len(cell.text), middle + 5, 10.0))
    return content


def borders(cells: list[Drawn]) -> tuple[set[int], set[int]]:
    """Rows and columns where a cell begins: an inner border that no cell has is not in the drawing."""
    return {c.row for c in cells}, {c.col for c in cells}


@settings(max_examples=1000, deadline=None)
@given(grids())
def test_every_drawn_cell_is_found_with_its_span_and_text(grid: tuple[int, int, list[Drawn]]) -> None:
    n_rows, n_cols, cells = grid
    rows, cols = (sorted(b) for b in borders(cells))
    assume(len(rows) == n_rows and len(cols) == n_cols)
    (found,) = find_tables(page_of(cells))
    got = {(c.row, c.col, c.row_span, c.col_span, c.text) for c in found.cells}
    assert got == {(c.row, c.col, c.row_span, c.col_span, c.text) for c in cells}


WORDS = st.builds(
    lambda text, x, y, width: Word(text, x, y, x + width, y + 9, 9.0),
    TEXTS,
    st.floats(0, 560),
    st.integers(0, 30).map(lambda row: 12.0 * row),
    st.floats(3, 60),
)
RULES = st.builds(
    lambda x, y, length, flat: Rule(x, y, x + length, y) if flat else Rule(x, y, x, y + length),
    st.integers(0, 12).map(lambda i: 45.0 * i),
    st.integers(0, 12).map(lambda i: 30.0 * i),
    st.floats(5, 400),
    st.booleans(),
)


@settings(max_examples=100, deadline=None)
@given(st.lists(WORDS, max_size=60), st.lists(RULES, max_size=40))
def test_whatever_is_on_the_page_no_word_is_lost_or_used_twice(words: list[Word], rules: list[Rule]) -> None:
    content = PageContent(600, 400, words=words, rules=rules)
    used: list[int] = []
    for number, found in enumerate(find_tables(content), start=1):
        in_cells = [i for cell in found.cells for i in cell.words]
        assert len(in_cells) == len(set(in_cells)) == len(found.words)
        used += in_cells
        table = found.to_table(content, f"t0001-{number:02d}", 1, "test")
        assert 0 <= table.bbox.x0 <= table.bbox.x1 <= 600
        assert 0 <= table.bbox.y0 <= table.bbox.y1 <= 400
        letters = sorted("".join(words[i].text for i in in_cells if not is_leader(words[i].text)))
        assert letters == sorted("".join(c.text for c in table.cells).replace(" ", ""))
    assert len(used) == len(set(used))
