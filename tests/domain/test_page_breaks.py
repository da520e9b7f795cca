"""Which tables are one table cut by a page break, and which only look alike."""

from __future__ import annotations

import pytest

from pdf_parser.domain.document import Block, Page
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.page_breaks import link_tables
from tests.export.documents import BOX, block, page, paragraph, table, table_block

HEADER = ["Name", "Amount"]
BODY = ["a", "1"]


def with_table(
    page_no: int, rows: list[list[str]], before: tuple[Block, ...] = (), after: tuple[Block, ...] = (), **more: object
) -> Page:
    found = table(rows, page_no=page_no, **{"header_rows": 1, **more})  # type: ignore[arg-type]
    return page(*before, table_block(page_no=page_no), *after, tables=[found], page_no=page_no)


def links(*pages: Page) -> list[str | None]:
    return [table.continued_from for found in link_tables(pages) for table in found.tables]


@pytest.mark.parametrize("second", [{"rows": [HEADER, BODY]}, {"rows": [BODY], "header_rows": 0}])
def test_a_table_goes_on_with_its_header_or_without_one(second: dict[str, object]) -> None:
    assert links(with_table(1, [HEADER, BODY]), with_table(2, **second)) == [None, "t0001-01"]  # type: ignore[arg-type]


def test_it_goes_on_over_many_pages() -> None:
    pages = [with_table(1, [HEADER, BODY]), with_table(2, [BODY], header_rows=0), with_table(3, [HEADER, BODY])]
    assert links(*pages) == [None, "t0001-01", "t0002-01"]


def test_running_headers_and_notes_do_not_part_it() -> None:
    first = with_table(1, [HEADER, BODY], after=(block("footnote", "* note"), block("page_footer", "1")))
    second = with_table(
        2, [HEADER, BODY], before=(block("page_header", "Report"), block("caption", "Table 1 (continued)"))
    )
    assert links(first, second) == [None, "t0001-01"]


def test_a_caption_that_says_so_is_enough() -> None:
    """Mirrored margins, another head of the first column and a note between: ICDAR 2013, us-020."""
    first = with_table(1, [HEADER, BODY], after=(paragraph("See notes at end of table."),), caption="Table 1. All")
    moved = BBox(x0=BOX.x0 + 30, y0=72, x1=BOX.x1 + 30, y1=90)
    second = with_table(2, [["Others", "Amount"], BODY], caption="Table 1. All—Continued", bbox=moved)
    assert links(first, second) == [None, "t0001-01"]


def test_columns_that_go_on_are_no_rows_that_go_on() -> None:
    """A table that is continued to the side: ICDAR 2013, us-018."""
    second = with_table(2, [["Name", "Sum", "Rest"], ["a", "1", "2"]], caption="Table 1 (continued)")
    assert links(with_table(1, [HEADER, BODY]), second) == [None, None]


@pytest.mark.parametrize(
    "second",
    [
        with_table(2, [["Name", "Sum"], BODY]),
        with_table(2, [["Name", "Amount", "Sum"], ["a", "1", "2"]]),
        with_table(2, [HEADER, BODY], before=(paragraph("Text."),)),
        with_table(2, [HEADER, BODY], before=(block("caption", "Table 2"),)),
        with_table(2, [HEADER, BODY], caption="Table 2"),
        with_table(2, [HEADER, BODY], bbox=BBox(x0=BOX.x0 + 100, y0=0, x1=BOX.x1, y1=50)),
        with_table(3, [HEADER, BODY]),
    ],
    ids=["header", "columns", "text", "caption block", "caption", "place", "page between"],
)
def test_another_table_stays_another(second: Page) -> None:
    assert links(with_table(1, [HEADER, BODY]), second) == [None, None]


def test_a_table_with_text_behind_it_has_ended() -> None:
    assert links(with_table(1, [HEADER, BODY], after=(paragraph("Text."),)), with_table(2, [HEADER, BODY])) == [
        None,
        None,
    ]


def test_what_a_parser_has_said_stays() -> None:
    assert (
        links(with_table(1, [HEADER, BODY]), with_table(2, [HEADER, BODY], continued_from="t0009-01"))[1] == "t0009-01"
    )


def test_pages_are_otherwise_as_they_were() -> None:
    pages = [with_table(1, [HEADER, BODY]), page(paragraph("x"), page_no=2), with_table(3, [HEADER, BODY])]
    assert list(link_tables(pages)) == pages
