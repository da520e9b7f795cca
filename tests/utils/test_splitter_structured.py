"""What a reader of chunks may count on, in small documents. The general promises are in test_splitter_properties.py."""

from __future__ import annotations

from itertools import count, islice
from typing import Any

import pytest

from pdf_parser.domain.chunk import Chunk
from pdf_parser.domain.document import Page
from pdf_parser.domain.table import Cell
from pdf_parser.utils.splitter import split_pages
from tests.export.documents import block, heading, page, paragraph, spanned, table, table_block


def words(text: str) -> int:
    return len(text.split())


def split(*pages: Page, size: int = 30, overlap: int = 0, **more: Any) -> list[Chunk]:
    return list(split_pages(pages, chunk_size=size, overlap=overlap, count_tokens=words, **more))


def sentence(name: str, n: int) -> str:
    return " ".join(f"{name}{i}" for i in range(n - 1)).capitalize() + " end."


@pytest.mark.parametrize(("size", "overlap"), [(0, 0), (-1, 0), (10, 10), (10, 11), (10, -1)])
def test_impossible_sizes_are_refused_at_once(size: int, overlap: int) -> None:
    with pytest.raises(ValueError, match="overlap"):
        split_pages([], chunk_size=size, overlap=overlap)


def test_no_pages_make_no_chunks() -> None:
    assert split(page()) == []


def test_chunks_come_before_the_last_page_is_read() -> None:
    endless = (page(paragraph(sentence("a", 20)), page_no=n) for n in count(1))
    chunks = split_pages(endless, chunk_size=30, overlap=0, count_tokens=words)
    assert [c.first_page for c in islice(chunks, 3)] == [1, 2, 3]


def test_every_text_is_counted_a_few_times_only() -> None:
    """Time is counting, and so grows with length only."""
    counted = 0

    def counter(text: str) -> int:
        nonlocal counted
        counted += len(text)
        return words(text)

    rows = [["Year", "Sales"], *([str(i), "x"] for i in range(2000))]
    texts = [" ".join(sentence(x, 12) for x in "abcd" * 50), "word " * 2000, "x" * 20_000]
    pages = [page(*map(paragraph, texts), table_block(), tables=[table(rows)])]
    list(split_pages(pages, chunk_size=300, overlap=50, count_tokens=counter))
    assert counted < 8 * (sum(map(len, texts)) + sum(len(c.text) for t in pages[0].tables for c in t.cells))


def test_a_short_document_is_one_chunk() -> None:
    [chunk] = split(page(heading("Title"), paragraph("One. Two.")))
    assert chunk.text == "Title\n\nOne. Two."
    assert (chunk.id, chunk.tokens, chunk.block_ids) == (0, 3, ("b0001-001", "b0001-002"))


def test_a_chunk_may_span_pages_and_names_both() -> None:
    [chunk] = split(page(paragraph("One.")), page(paragraph("Two."), page_no=2))
    assert (chunk.first_page, chunk.last_page) == (1, 2)


def test_chunks_end_where_sentences_end() -> None:
    chunks = split(page(paragraph(" ".join(sentence(x, 12) for x in "abcd"))))
    assert [c.text for c in chunks] == [f"{sentence(x, 12)} {sentence(y, 12)}" for x, y in ("ab", "cd")]


def test_whole_sentences_are_shared_inside_a_section() -> None:
    chunks = split(page(paragraph(" ".join(sentence(x, 10) for x in "abcd"))), overlap=10)
    assert [c.text.split()[0] for c in chunks] == ["A0", "C0"]
    chunks = split(page(paragraph(" ".join(sentence(x, 10) for x in "abcdefg"))), overlap=15, size=40)
    assert [c.text.split()[0] for c in chunks] == ["A0", "D0"]


def test_a_new_section_begins_a_new_chunk_without_overlap() -> None:
    sections = ([heading(x), paragraph(sentence(x, 9), heading_path=(x,))] for x in "AB")
    chunks = split(page(*(b for section in sections for b in section)), overlap=9)
    assert [c.text.split()[0] for c in chunks] == ["A", "B"]
    assert [c.heading_path for c in chunks] == [("A",), ("B",)]


def test_a_tiny_section_waits_for_the_next_one() -> None:
    path = ("Top", "B")
    top = [heading("Top"), paragraph("Tiny.", heading_path=("Top",))]
    [chunk] = split(page(*top, heading("B", 2, path), paragraph("b.", heading_path=path)))
    assert chunk.text == "Top\n\nTiny.\n\nB\n\nb."
    assert chunk.heading_path == ("Top",)


def test_a_heading_goes_with_what_follows() -> None:
    chunks = split(page(paragraph(sentence("a", 4)), heading("Next one"), paragraph(sentence("b", 26))))
    assert [c.text.split()[-1] for c in chunks] == ["end.", "end."]
    assert chunks[1].text.startswith("Next one\n\nB0")


def test_a_sentence_is_cut_rather_than_a_heading_left_alone() -> None:
    chunks = split(page(heading("A heading of five words"), paragraph(sentence("b", 28))))
    assert [c.tokens for c in chunks] == [30, 3]


def test_page_headers_and_footers_are_left_out() -> None:
    [chunk] = split(page(block("page_header", "Annual report"), paragraph("Text."), block("page_footer", "12")))
    assert chunk.text == "Text."


def test_list_items_keep_marker_and_stay_together() -> None:
    [chunk] = split(page(block("list_item", "one", marker="1."), block("list_item", "two", marker="2.")))
    assert chunk.text == "1. one\n2. two"


def test_lines_of_code_are_not_sentences() -> None:
    chunks = split(page(block("code", "if a. B:\n    return 1\n\nelse:\n    return 2")), size=5)
    assert [c.text for c in chunks] == ["if a. B:\n    return 1", "else:\n    return 2"]


def test_a_long_table_repeats_caption_and_header() -> None:
    rows = [["Year", "Sales"], *([str(1990 + i), str(i)] for i in range(9))]
    chunks = split(page(table_block(), tables=[table(rows, caption="Table 1: Sales")]))
    assert [c.text.count("| 199") for c in chunks] == [4, 4, 1]
    assert all(c.text.startswith("Table 1: Sales\n| Year | Sales |\n|---|---|\n| 199") for c in chunks)
    assert {c.table_id for c in chunks} == {"t0001-01"}


def test_headings_and_a_tiny_lead_in_go_with_the_table() -> None:
    [chunk] = split(page(heading("Sales"), paragraph("In EUR:"), table_block(), tables=[table([["Y"], ["1"]])]))
    assert chunk.text == "Sales\n\nIn EUR:\n\n| Y |\n|---|\n| 1 |"


def test_a_caption_block_is_said_once_and_repeated_with_its_table() -> None:
    rows = [["Year"], *([str(i)] for i in range(9))]
    [first, second] = split(page(block("caption", "Fig. 1"), table_block(), tables=[table(rows)]))
    assert [c.text.count("Fig. 1") for c in (first, second)] == [1, 1]
    assert first.block_ids == ("b0001-001", "b0001-002")


def test_a_table_that_no_block_points_to_is_not_lost() -> None:
    assert [c.text for c in split(page(paragraph("T."), tables=[table([["Y"], ["1"]])]))] == [
        "T.\n\n| Y |\n|---|\n| 1 |"
    ]


def test_a_table_without_text_makes_no_chunk() -> None:
    [chunk] = split(page(heading("A"), table_block(), paragraph("T."), tables=[table([["", " "], ["", ""]])]))
    assert chunk.text == "A\n\nT."


def test_a_table_continued_on_the_next_page_inherits_the_header() -> None:
    first = page(table_block(), tables=[table([["Year"], ["1"]], caption="T")])
    more = table([["2"]], header_rows=0, page_no=2, continued_from="t0001-01")
    chunks = split(first, page(table_block(page_no=2), tables=[more], page_no=2))
    assert chunks[1].text == "T\n| Year |\n|---|\n| 2 |"


def test_a_row_longer_than_a_chunk_is_cut_under_its_header() -> None:
    rows = [["Name"], [" ".join(f"w{i}" for i in range(60))]]
    chunks = split(page(table_block(), tables=[table(rows)]))
    assert all(c.text.startswith("| Name |\n|---|\n") and c.tokens <= 30 for c in chunks)
    assert len(chunks) == 3


def test_a_row_that_does_not_fit_beside_its_header_stands_whole() -> None:
    rows = [["A header of quite some words"], [" ".join(f"w{i}" for i in range(26))]]
    assert [c.tokens for c in split(page(table_block(), tables=[table(rows)]))] == [9, 28]


def test_a_row_beside_which_only_a_short_header_has_room_gets_that() -> None:
    rows = [["A name of quite some words"], [" ".join(f"w{i}" for i in range(20))]]
    [first, second] = split(page(table_block(), tables=[table(rows)]))
    assert first.text == "| A name of quite some words |\n|---|"
    assert second.text.startswith("| A … words |\n|-|\n| w0 w1")


def test_a_name_over_several_columns_is_said_once_where_it_would_take_half_a_chunk() -> None:
    cells = [
        Cell(row=0, col=0, text="A long name over all", col_span=4, is_header=True),
        *(Cell(row=1, col=c, text=f"Q{c}", is_header=True) for c in range(4)),
        *(Cell(row=2 + r, col=c, text=f"{r}{c}") for r in range(8) for c in range(4)),
    ]
    chunks = split(page(table_block(), tables=[spanned(10, 4, *cells)]), size=40)
    assert len(chunks) == 4
    assert all(c.text.startswith("| A long name over all ||||\n| Q0 | Q1 | Q2 | Q3 |\n|-|-|-|-|\n") for c in chunks)


def test_names_longer_than_half_a_chunk_are_said_once_and_then_shortened() -> None:
    rows = [[" ".join(f"h{i}" for i in range(20))], ["a"], ["b"]]
    first, second = split(page(table_block(), tables=[table(rows)]), size=25)
    assert first.text.startswith("| h0 h1 h2") and first.text.endswith("h19 |\n| a |")
    assert second.text == "| h0 h1 h2 h3 h4 h5 h6 … h19 |\n|-|\n| b |"


def test_a_long_caption_is_whole_in_the_first_part_and_begins_the_others() -> None:
    rows = [["Year", "Sales"], *([str(1990 + i), str(i)] for i in range(9))]
    chunks = split(page(table_block(), tables=[table(rows, caption=sentence("c", 20))]), size=40)
    assert chunks[0].text.startswith(sentence("c", 20)) and len(chunks) == 3
    assert all(c.text.startswith("C0 c1 c2") and "…\n| Year | Sales |" in c.text for c in chunks[1:])


def test_a_cell_over_several_rows_is_repeated_where_the_table_is_cut() -> None:
    cells = [Cell(row=0, col=0, text="2020", row_span=8), *(Cell(row=r, col=1, text=f"q{r}") for r in range(8))]
    chunks = split(page(table_block(), tables=[spanned(8, 2, *cells)]), size=20)
    assert [c.text.splitlines()[0] for c in chunks] == ["| 2020 | q0 |", "| 2020 | q4 |"]
    assert chunks[0].text.splitlines()[1] == "|  | q1 |"


def test_a_header_cell_over_several_columns_is_named_in_each() -> None:
    cells = [
        Cell(row=0, col=0, text="2020", col_span=2, is_header=True),
        *(Cell(row=1, col=c, text=f"Q{c}", is_header=True) for c in range(2)),
        *(Cell(row=2, col=c, text=str(c)) for c in range(2)),
    ]
    [chunk] = split(page(table_block(), tables=[spanned(3, 2, *cells)]))
    assert chunk.text == "| 2020 | 2020 |\n| Q0 | Q1 |\n|---|---|\n| 0 | 1 |"


def test_a_cell_is_one_line_and_its_bar_no_border() -> None:
    [chunk] = split(page(table_block(), tables=[table([["a|b\nc"], ["1"]])]))
    assert chunk.text.splitlines()[0] == r"| a\|b c |"


def test_a_word_longer_than_a_chunk_is_cut_between_characters_not_inside_them() -> None:
    text = "e\u0301" * 25
    chunks = list(split_pages([page(paragraph(text))], chunk_size=9, overlap=0, count_tokens=len))
    assert "".join(c.text for c in chunks) == text
    assert all(c.text[0] == "e" and len(c.text) <= 9 for c in chunks)


def test_rows_are_said_as_sentences_only_when_it_is_asked_for() -> None:
    sales = page(table_block(), tables=[table([["Year", "Sales"], ["2009", "1.10"], ["", "(1,234)"]])])
    assert [c.serialized for c in split(sales)] == [False]
    plain, said = split(sales, table_rows=True)
    assert plain == split(sales)[0]
    assert said.text == "Year: 2009; Sales: 1.10\nSales: (1,234)"
    assert (said.serialized, said.table_id, said.first_page) == (True, plain.table_id, 1)


def test_no_sentence_is_longer_than_a_chunk_and_none_is_empty() -> None:
    rows = [["Name", "What it is"], *([f"n{i}", sentence("w", i)] for i in range(2, 60)), ["", ""]]
    said = [c for c in split(page(table_block(), tables=[table(rows)]), table_rows=True) if c.serialized]
    assert all(0 < c.tokens <= 30 for c in said)
    assert " ".join(" ".join(c.text for c in said).split()).count("Name: n") == 58


def test_a_table_without_names_has_nothing_more_to_say() -> None:
    nameless = page(table_block(), tables=[table([["1", "2"]], header_rows=0)])
    assert not any(c.serialized for c in split(nameless, table_rows=True))
