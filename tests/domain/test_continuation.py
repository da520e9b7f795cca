from __future__ import annotations

from pdf_parser.domain.continuation import link_continued
from pdf_parser.domain.document import Block, BlockKind, Page
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.profile import PageKind
from pdf_parser.domain.table import Cell, Table

HEAD, BODY = ("Name", "Sum"), ("Ann", "1")


def table(page: int, *rows: tuple[str, ...], caption: str | None = None, x1: float = 500) -> Table:
    return Table(
        id=f"t{page:04d}-01",
        page=page,
        bbox=BBox(x0=72, y0=100, x1=x1, y1=700),
        n_rows=len(rows),
        n_cols=len(rows[0]),
        cells=tuple(
            Cell(row=r, col=c, text=text, is_header=row == HEAD)
            for r, row in enumerate(rows)
            for c, text in enumerate(row)
        ),
        caption=caption,
        parser="test",
    )


def block(page: int, kind: BlockKind, text: str = "", y: float = 400, table_id: str | None = None) -> Block:
    box = BBox(x0=72, y0=y, x1=500, y1=y + 10)
    return Block(id="b", kind=kind, page=page, bbox=box, text=text, table_id=table_id, parser="test")


def page(found: Table, before: tuple[Block, ...] = (), after: tuple[Block, ...] = ()) -> Page:
    number = found.page
    record = PageRecord(page=number, kind=PageKind.DIGITAL, status=PageStatus.OK, parser="test")
    blocks = (*before, block(number, BlockKind.TABLE, table_id=found.id), *after)
    return Page(page=number, width=595, height=842, blocks=blocks, tables=(found,), record=record)


def links(*pages: Page) -> list[str | None]:
    return [t.continued_from for p in link_continued(pages) for t in p.tables]


def test_chain_over_three_pages_names_each_part_before() -> None:
    pages = [page(table(n, HEAD, BODY)) for n in (1, 2, 3)]
    assert links(*pages) == [None, "t0001-01", "t0002-01"]


def test_running_headers_and_footers_do_not_part_a_table() -> None:
    footer = block(1, BlockKind.PAGE_FOOTER, "7", y=800)
    header = block(2, BlockKind.PARAGRAPH, "Annual report", y=30)
    assert links(page(table(1, HEAD, BODY), after=(footer,)), page(table(2, BODY), before=(header,)))[1] == "t0001-01"


def test_notes_do_not_part_what_a_caption_calls_continued() -> None:
    """ICDAR 2013, us-020: "See notes at end of table." stands under the first part."""
    note = block(1, BlockKind.PARAGRAPH, "See notes at end of table.")
    upper, lower = table(1, HEAD, BODY, caption="Table 1"), table(2, HEAD, BODY, caption="Table 1—Continued")
    assert links(page(upper, after=(note,)), page(lower))[1] == "t0001-01"
    assert links(page(upper, after=(note,)), page(table(2, HEAD, BODY)))[1] is None


def test_text_between_parts_them() -> None:
    text = block(2, BlockKind.PARAGRAPH, "The next table is about something else.")
    assert links(page(table(1, HEAD, BODY)), page(table(2, HEAD, BODY), before=(text,)))[1] is None


def test_other_columns_other_width_or_a_page_missing_part_them() -> None:
    first = page(table(1, HEAD, BODY))
    assert links(first, page(table(2, ("Ann", "1", "2"))))[1] is None
    assert links(first, page(table(2, BODY, x1=300)))[1] is None
    assert links(first, page(table(3, BODY)))[1] is None


def test_caption_decides_when_there_is_one() -> None:
    first = page(table(1, HEAD, BODY, caption="Table 3. Sums"))
    assert links(first, page(table(2, HEAD, BODY, caption="Table 4. Other sums")))[1] is None
    assert links(first, page(table(2, HEAD, BODY, caption="Table 3. Sums")))[1] == "t0001-01"
    assert links(first, page(table(2, HEAD, BODY, caption="Sums (continued)")))[1] == "t0001-01"


def test_a_table_with_a_head_of_its_own_is_another_table() -> None:
    other = table(2, ("City", "Area"), BODY)
    cells = tuple(c.model_copy(update={"is_header": c.row == 0}) for c in other.cells)
    other = other.model_copy(update={"cells": cells})
    _, second = link_continued([page(table(1, HEAD, BODY)), page(other)])
    assert second.tables[0].continued_from is None
    assert second.tables[0].header_rows() == 1


def test_repeated_head_is_the_head_of_the_part_and_other_rows_are_not() -> None:
    repeated = table(2, HEAD, BODY).model_copy(
        update={"cells": tuple(c.model_copy(update={"is_header": False}) for c in table(2, HEAD, BODY).cells)}
    )
    wrong = table(3, ("Bob", "2"), BODY)
    wrong = wrong.model_copy(
        update={"cells": tuple(c.model_copy(update={"is_header": c.row == 0}) for c in wrong.cells)}
    )
    done = list(link_continued([page(table(1, HEAD, BODY)), page(repeated), page(wrong)]))
    assert [p.tables[0].header_rows() for p in done] == [1, 1, 0]
