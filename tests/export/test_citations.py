"""citations.jsonl: offsets into document.md are exact, whatever is in the document."""

from __future__ import annotations

import json
from io import StringIO

from hypothesis import given, strategies as st

from pdf_parser.domain.document import Block, Page
from pdf_parser.export.citations import citation_line
from pdf_parser.export.markdown import MarkdownWriter, page_markdown
from tests.export.documents import BOX, block, heading, page, paragraph, table, table_block

TEXT = st.text(st.sampled_from("ab é你𝒳*_#|`<\n\u2028\ud800-"), max_size=12)
KINDS = ("paragraph", "heading", "code", "formula", "caption", "footnote", "page_header", "picture")
BLOCKS = st.one_of(
    st.builds(block, st.sampled_from(KINDS), TEXT),
    st.builds(lambda text, level: block("list_item", text, marker="-", level=level), TEXT, st.integers(1, 3)),
    st.builds(lambda text: block("picture", text, figure="figures/0001.png"), TEXT),
)
DOCUMENTS = st.lists(st.tuples(st.lists(BLOCKS, max_size=5), st.booleans()), max_size=4)


def cited(pages: list[Page], page_comments: bool = False) -> tuple[str, list[dict[str, object]]]:
    out = StringIO()
    writer = MarkdownWriter(out, page_comments=page_comments)
    lines = [citation_line(span) for found in pages for span in writer.write(found)]
    return out.getvalue(), [json.loads(line) for line in lines]


def document(parts: list[tuple[list[Block], bool]]) -> list[Page]:
    pages = []
    for number, (blocks, has_table) in enumerate(parts, start=1):
        tables = [table([["h"], ["|"]], page_no=number)] if has_table else []
        pages.append(page(*blocks, *[table_block(page_no=number)] * has_table, tables=tables, page_no=number))
    return pages


def alone(pages: list[Page], row: dict[str, object]) -> str:
    """The Markdown of the cited block on a page of its own."""
    found = next(p for p in pages if p.page == row["page"])
    item = next(b for b in found.blocks if b.id == row["block_id"])
    return page_markdown(found.model_copy(update={"blocks": (item,), "tables": found.tables if item.table_id else ()}))


def without_indent(text: str) -> list[str]:
    return [line.strip(" ") for line in text.split("\n")]


@given(DOCUMENTS, st.booleans())
def test_every_span_is_the_markdown_of_its_block(parts: list[tuple[list[Block], bool]], comments: bool) -> None:
    pages = document(parts)
    text, rows = cited(pages, comments)
    for row in rows:
        assert without_indent(text[row["start"] : row["end"]]) == without_indent(alone(pages, row))


@given(DOCUMENTS)
def test_spans_ascend_and_leave_nothing_but_empty_lines(parts: list[tuple[list[Block], bool]]) -> None:
    text, rows = cited(document(parts))
    at, between = 0, ""
    for row in rows:
        assert at <= row["start"] < row["end"]
        between, at = between + text[at : row["start"]], row["end"]
    assert not (between + text[at:]).strip("\n")


def test_offsets_count_characters_not_bytes() -> None:
    text, [first, second] = cited([page(paragraph("é你𝒳"), paragraph("b"))])
    assert (first["start"], first["end"], second["start"]) == (0, 3, 5)
    assert text[5:6] == "b"


def test_a_row_says_where_on_the_page_its_text_stands() -> None:
    box = [72.0, 72.0, 523.28, 90.5]
    _, [row] = cited([page(heading("A"), page_no=3)])
    assert row == {"start": 0, "end": 3, "page": 3, "bbox": box, "block_id": "b0003-001", "table_id": None}


def test_tables_are_cited_with_and_without_a_block() -> None:
    tables = [table([["a"]], number=number, bbox=BOX) for number in (1, 2)]
    _, rows = cited([page(table_block(1), tables=tables)])
    assert [(row["block_id"], row["table_id"]) for row in rows] == [("b0001-001", "t0001-01"), (None, "t0001-02")]
