"""What is drawn becomes a picture with its labels; no text is lost, and what only frames text is no picture."""

from __future__ import annotations

from pdf_parser.domain.document import Block, BlockKind
from pdf_parser.domain.ledger import PageStatus
from pdf_parser.parsers.layout.content import PageContent, Region, Rule
from tests.typeset import LOREM, built, content, words

LINES = [LOREM[i : i + 60].rpartition(" ")[0] for i in range(0, 240, 60)]


def prose(y: float, x: float = 50) -> list:
    return [words(line, x, y + 14 * i) for i, line in enumerate(LINES)]


def chart(y: float = 300) -> PageContent:
    """Prose above and below a bar chart with ticks beside its axis, names under the bars and a caption."""
    labels = [words(f"{n}", 80, y + 30 * i) for i, n in enumerate((80, 60, 40, 20))]
    names = [words(f"Town{i}", 110 + 60 * i, y + 122) for i in range(4)]
    page = content(*prose(y - 100), *labels, *names, words("Figure 1: Four towns", 100, y + 160), *prose(y + 200))
    page.boxes = [
        Region(110 + 60 * i, y + 120 - h, 140 + 60 * i, y + 120, 0.4) for i, h in enumerate((40, 90, 60, 110))
    ]
    page.rules = [Rule(100, y, 100, y + 120), Rule(100, y + 120, 340, y + 120)]
    return page


def pictures(page: PageContent) -> list[Block]:
    return [block for block in built(page).blocks if block.kind is BlockKind.PICTURE]


def kinds(page: PageContent) -> list[str]:
    return [block.kind.value for block in built(page).blocks]


def test_a_chart_is_one_picture_with_its_labels_between_prose_and_caption():
    page = built(chart())
    assert [b.kind.value for b in page.blocks] == ["paragraph", "picture", "caption", "paragraph"]
    assert sorted(page.blocks[1].text.split()) == sorted("80 60 40 20 Town0 Town1 Town2 Town3".split())
    assert page.tables == ()


def test_labels_across_the_page_belong_to_the_chart():
    page = chart()
    page.words.append(words("Inhabitants", 0, 0, angle=270)[0])
    page.words[-1].x0, page.words[-1].y0, page.words[-1].x1, page.words[-1].y1 = 62, 330, 74, 400
    assert "Inhabitants" in pictures(page)[0].text


def test_curves_around_prose_are_no_picture():
    page = content(*prose(300))
    page.strokes = [Region(40, 290, 420, 380, is_curved=True), Region(42, 292, 418, 378, is_curved=True)]
    assert kinds(page) == ["paragraph"]


def test_one_slanted_line_is_no_picture():
    page = content(*prose(300))
    page.strokes = [Region(100, 500, 200, 560)]
    assert pictures(page) == []


def test_a_large_curve_is_a_picture():
    page = content(*prose(300))
    page.strokes = [Region(100, 500, 200, 560, is_curved=True)]
    (picture,) = pictures(page)
    assert (picture.bbox.x0, picture.bbox.y0, picture.bbox.x1, picture.bbox.y1) == (100, 500, 200, 560)


def test_strips_of_an_image_are_one_picture():
    page = content(*prose(100), *prose(500))
    page.pictures = [Region(100, 250 + 50 * i, 300, 300 + 50 * i) for i in range(4)]
    assert kinds(page) == ["paragraph", "picture", "paragraph"]
    assert pictures(page)[0].bbox.height == 200


def test_an_image_in_the_right_column_stays_there():
    page = content(*prose(100, x=30), *prose(300, x=30), *prose(100, x=420), *prose(400, x=420), width=800)
    page.pictures = [Region(430, 200, 700, 380)]
    assert kinds(page) == ["paragraph", "paragraph", "paragraph", "picture", "paragraph"]


def test_backdrops_icons_and_the_paper_of_a_scan_are_no_pictures():
    page = content(*prose(300))
    page.pictures = [Region(0, 0, 600, 800), Region(40, 280, 560, 400), Region(10, 10, 30, 30)]
    assert kinds(page) == ["paragraph"]


def test_a_page_with_nothing_but_pictures_still_needs_ocr():
    page = PageContent(600, 800, pictures=[Region(100, 100, 400, 400)])
    assert built(page).record.status is PageStatus.FAILED


def test_what_the_layout_model_sees_counts_only_where_something_is_drawn():
    page = content(*prose(100), words("Peak", 150, 520))
    page.figures = [Region(90, 490, 310, 610)]
    assert pictures(page) == []
    page.strokes = [Region(100, 500, 300, 600)]
    assert pictures(page)[0].text == "Peak"


def test_a_sketch_of_rules_and_letters_is_no_table():
    """A coordinate system: cells of a lattice by its lines, names of points by its words."""
    page = content(words("X", 120, 110), words("P", 260, 150), words("g", 250, 250))
    page.rules = [Rule(100, y, 300, y) for y in (100, 200, 300)] + [Rule(x, 100, x, 300) for x in (100, 200, 300)]
    assert built(page).tables == ()
