"""What becomes of the layout model's regions where the page has a text layer."""

from __future__ import annotations

from hypothesis import given, strategies as st

from pdf_parser.domain.document import BlockKind
from pdf_parser.domain.geometry import BBox
from pdf_parser.parsers.docling_support.regions import Part, page_parts
from pdf_parser.parsers.layout.content import PageContent, Rule, Word
from pdf_parser.parsers.layout_model import LayoutRegion, RegionLabel
from tests.typeset import content, words

WHOLE = BBox(x0=0, y0=0, x1=600, y1=800)
PROSE = [words("Several words that stand in one line of the text", 50, y) for y in (100, 112, 124)]
LIST = [words(f"{n}. an item of the list", 50, 200 + 12 * n) for n in (1, 2, 3)]
TABLE = [
    [word for x, text in zip((60, 260, 460), row, strict=True) for word in words(text, x, 300 + 14 * n)]
    for n, row in enumerate([("Name", "Boxes", "Price"), *((f"Fruit {n}", f"{n}0", f"{n}.50") for n in range(1, 9))])
]


def region(label: RegionLabel, box: BBox = WHOLE) -> LayoutRegion:
    return LayoutRegion(label, 0.8, box)


def ranked(page: PageContent) -> PageContent:
    for rank, word in enumerate(page.words):
        word.rank = rank
    return page


def kinds(parts: list[Part]) -> list[BlockKind]:
    return [part.kind for part in parts]


def holds(part: Part, word: Word) -> bool:
    x, y = (word.x0 + word.x1) / 2, (word.y0 + word.y1) / 2
    return part.box.x0 <= x <= part.box.x1 and part.box.y0 <= y <= part.box.y1


def test_without_words_the_regions_are_all_there_is():
    parts = page_parts([region(RegionLabel.TABLE), region(RegionLabel.REFERENCE)], PageContent(600, 800))
    assert kinds(parts) == [BlockKind.TABLE, BlockKind.PARAGRAPH]


def test_a_region_of_text_is_cut_into_its_paragraphs_and_list_items():
    parts = page_parts([region(RegionLabel.TEXT)], ranked(content(*PROSE, *LIST)))
    assert kinds(parts) == [BlockKind.PARAGRAPH, *[BlockKind.LIST_ITEM] * 3]


def test_what_the_model_overlooks_is_there_nevertheless():
    parts = page_parts([], ranked(content(*PROSE)))
    assert kinds(parts) == [BlockKind.PARAGRAPH]


def test_a_figure_full_of_text_is_text():
    around = BBox(x0=40, y0=90, x1=320, y1=140)
    assert kinds(page_parts([region(RegionLabel.FIGURE, around)], ranked(content(*PROSE)))) == [BlockKind.PARAGRAPH]


def test_a_figure_full_of_cells_is_a_table():
    page = ranked(content(*TABLE))
    page.rules = [*(Rule(50, 299 + 14 * n, 550, 299 + 14 * n) for n in range(10))]
    page.rules += [Rule(x, 299, x, 425) for x in (50, 250, 450, 550)]
    around = BBox(x0=50, y0=290, x1=560, y1=430)
    assert kinds(page_parts([region(RegionLabel.FIGURE, around)], page)) == [BlockKind.TABLE]


def test_a_figure_with_a_few_labels_stays_a_figure():
    labels = [words("2019", 100, 500), words("2020", 200, 500)]
    assert kinds(page_parts([region(RegionLabel.FIGURE)], ranked(content(*labels)))) == [BlockKind.PICTURE]


BOXES = st.tuples(*[st.floats(0, 600)] * 2, *[st.floats(0, 800)] * 2).map(
    lambda s: BBox(x0=min(s[:2]), x1=max(s[:2]), y0=min(s[2:]), y1=max(s[2:]))
)


@given(st.lists(st.builds(region, st.sampled_from(RegionLabel), BOXES), max_size=5))
def test_every_word_lies_in_some_part(regions):
    page = ranked(content(*PROSE, *LIST, *TABLE))
    parts = page_parts(regions, page)
    assert all(any(holds(part, word) for part in parts) for word in page.words)
