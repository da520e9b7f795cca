from __future__ import annotations

from pdf_parser.domain.document import Block, BlockKind, Page, TextStyle, block_id
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.merge import merge_pages
from pdf_parser.domain.profile import PageKind
from pdf_parser.domain.survey import Survey


def block(page: int, index: int, text: str, size: float = 10, y: float = 300) -> Block:
    return Block(
        id=block_id(page, index),
        kind=BlockKind.PARAGRAPH,
        page=page,
        bbox=BBox(x0=72, y0=y, x1=500, y1=y + size),
        text=text,
        style=TextStyle(size=size),
        parser="pdfium",
    )


def page(number: int, *texts: tuple[str, float, float]) -> Page:
    blocks = tuple(block(number, i, *text) for i, text in enumerate(texts, start=1))
    record = PageRecord(page=number, kind=PageKind.DIGITAL, status=PageStatus.OK, parser="pdfium")
    return Page(page=number, width=595, height=842, blocks=blocks, record=record)


BODY = "The quick brown fox jumps over the lazy dog. " * 10


def merged(pages: list[Page]) -> list[Page]:
    survey = Survey()
    for each in pages:
        survey.add(each)
    return list(merge_pages(pages, survey))


def test_larger_type_becomes_headings_ranked_by_size():
    first, second = merged(
        [
            page(1, ("Title", 20, 100), ("Part", 14, 150), (BODY, 10, 200)),
            page(2, ("Part two", 14, 100), (BODY, 10, 200)),
        ]
    )
    assert [(b.kind, b.level) for b in first.blocks[:2]] == [(BlockKind.HEADING, 1), (BlockKind.HEADING, 2)]
    assert second.blocks[0].level == 2


def test_the_heading_path_goes_on_over_pages_and_drops_closed_sections():
    pages = merged(
        [page(1, ("Title", 20, 100), ("Part", 14, 150), (BODY, 10, 200)), page(2, (BODY, 10, 200), ("Next", 20, 400))]
    )
    assert pages[1].blocks[0].heading_path == ("Title", "Part")
    assert pages[1].blocks[1].heading_path == ("Next",)


def test_running_headers_and_footers_are_named_not_dropped():
    pages = merged([page(n, ("Annual report", 8, 20), (BODY, 10, 200), (f"Page {n}", 8, 820)) for n in range(1, 6)])
    assert [b.kind for b in pages[3].blocks] == [BlockKind.PAGE_HEADER, BlockKind.PARAGRAPH, BlockKind.PAGE_FOOTER]
    assert pages[3].blocks[2].text == "Page 4"


def test_what_a_parser_decided_stays():
    given = page(1, ("Huge but a caption", 30, 100), (BODY, 10, 200))
    caption = given.blocks[0].model_copy(update={"kind": BlockKind.CAPTION})
    result = merged([given.model_copy(update={"blocks": (caption, given.blocks[1])})])
    assert result[0].blocks[0].kind is BlockKind.CAPTION


def test_pages_without_styles_pass_through():
    bare = page(1, ("text", 10, 100))
    bare = bare.model_copy(update={"blocks": (bare.blocks[0].model_copy(update={"style": None}),)})
    assert merged([bare])[0].blocks[0].kind is BlockKind.PARAGRAPH


def test_a_header_that_changes_with_the_chapter_is_known_by_its_place():
    pages = merged([page(n, (f"Part {'-ABCDEFGH'[n]}", 8, 20), (BODY, 10, 200)) for n in range(1, 8)])
    assert all(p.blocks[0].kind is BlockKind.PAGE_HEADER for p in pages)


def test_first_lines_of_the_body_are_no_running_headers():
    pages = merged([page(n, (f"Line {'-ABCDEFGH'[n]}", 10, 50), (BODY, 10, 64)) for n in range(1, 8)])
    assert all(p.blocks[0].kind is BlockKind.PARAGRAPH for p in pages)


def test_titles_of_slides_are_no_running_headers():
    pages = merged([page(n, (f"Topic {'-ABCDEFGH'[n]}", 20, 20), (BODY, 10, 200)) for n in range(1, 8)])
    assert all(p.blocks[0].kind is BlockKind.HEADING for p in pages)


def test_what_comes_twice_in_a_short_document_stays_text():
    pages = merged([page(n, ("Call us", 10, 20), (BODY, 10, 200)) for n in (1, 2)])
    assert pages[1].blocks[0].kind is BlockKind.PARAGRAPH


def test_numbers_in_one_style_make_levels():
    (only,) = merged([page(1, ("1 One", 14, 100), ("1.1 Two", 14, 150), ("2 Three", 14, 250), (BODY, 10, 300))])
    assert [b.level for b in only.blocks[:3]] == [1, 2, 1]


def test_a_number_over_a_title_is_part_of_the_title():
    (only,) = merged([page(1, ("2", 20, 150), ("The Lost Homeland", 20, 180), (BODY, 10, 300))])
    assert [b.kind for b in only.blocks[:2]] == [BlockKind.HEADING] * 2


def test_the_head_of_an_unseen_table_is_no_heading():
    cells = page(1, *((f"Cell {c}", 12.5, 300) for c in "ABC"), (BODY, 10, 400))
    assert BlockKind.HEADING not in [b.kind for b in merged([cells])[0].blocks]


def test_a_heading_takes_its_enumerator_back():
    given = page(1, ("Results", 14, 100), (BODY, 10, 200))
    item = given.blocks[0].model_copy(update={"kind": BlockKind.LIST_ITEM, "marker": "4.", "level": 1})
    (only,) = merged([given.model_copy(update={"blocks": (item, given.blocks[1])})])
    assert (only.blocks[0].kind, only.blocks[0].text, only.blocks[0].marker) == (BlockKind.HEADING, "4. Results", None)


def in_bold(given: Page) -> Page:
    blocks = tuple(
        b.model_copy(update={"style": TextStyle(size=b.style.size, bold=True)}) for b in given.blocks if b.style
    )
    return given.model_copy(update={"blocks": blocks})


def test_bold_tells_nothing_on_a_page_that_is_bold_throughout():
    form = page(2, *((f"Question number {n} of the form", 10, 100 + 30 * n) for n in range(8)))
    prose = page(1, ("A bold title", 10, 100), (BODY, 10, 200))
    title = in_bold(prose).blocks[0]
    pages = merged([prose.model_copy(update={"blocks": (title, prose.blocks[1])}), in_bold(form)])
    assert pages[0].blocks[0].kind is BlockKind.HEADING
    assert {b.kind for b in pages[1].blocks} == {BlockKind.PARAGRAPH}


def test_a_heading_that_a_parser_left_without_level_is_ranked_by_its_type():
    made = page(1, ("Chapter", 20, 80), ("Section", 14, 120), (BODY, 10, 160))
    named = [each.model_copy(update={"kind": BlockKind.HEADING}) for each in made.blocks[:2]]
    (result,) = merged([made.model_copy(update={"blocks": (*named, made.blocks[2])})])
    assert [each.level for each in result.blocks] == [1, 2, None]


def test_a_heading_of_unknown_type_is_of_the_first_level():
    made = page(1, ("Chapter", 20, 80))
    named = made.blocks[0].model_copy(update={"kind": BlockKind.HEADING, "style": None})
    (result,) = merged([made.model_copy(update={"blocks": (named,)})])
    assert result.blocks[0].level == 1


def test_a_label_and_its_value_are_no_headings():
    bold = TextStyle(size=10, bold=True)
    label = block(1, 1, "Place:", y=100).model_copy(update={"style": bold, "bbox": box(72, 100, 120)})
    value = block(1, 2, "Newark Center", y=100).model_copy(update={"style": bold, "bbox": box(150, 100, 300)})
    title = block(1, 3, "In short:", y=140).model_copy(update={"style": bold, "bbox": box(72, 140, 120)})
    body = block(1, 4, BODY, y=140).model_copy(update={"bbox": box(320, 140, 540)})
    form = page(1).model_copy(update={"blocks": (label, value, title, body)})
    [found] = merged([form])
    assert [b.kind for b in found.blocks[:3]] == [BlockKind.PARAGRAPH, BlockKind.PARAGRAPH, BlockKind.HEADING]


def box(x0: float, y0: float, x1: float) -> BBox:
    return BBox(x0=x0, y0=y0, x1=x1, y1=y0 + 12)
