from __future__ import annotations

import time

import pytest

from pdf_parser.parsers.layout.content import Rule
from pdf_parser.utils.pdf_writer import PdfPage, _file as file_of
from tests.tables import content_of, content_of_file


def boxes_of(rules: list[Rule]) -> set[tuple[int, int, int, int]]:
    return {(round(r.x0), round(r.y0), round(r.x1), round(r.y1)) for r in rules}


def test_stroked_lines_are_rules_with_their_width() -> None:
    (rule,) = content_of(lambda page: page.line(72, 100, 300, 100, width=1.5)).rules
    assert boxes_of([rule]) == {(72, 100, 300, 100)}
    assert rule.width == 1.5
    assert rule.is_horizontal


def test_stroked_rectangle_is_four_rules() -> None:
    content = content_of(lambda page: page.raw(b"72 600 200 100 re S"))
    assert boxes_of(content.rules) == {
        (72, 142, 272, 142),
        (72, 242, 272, 242),
        (72, 142, 72, 242),
        (272, 142, 272, 242),
    }


def test_thin_filled_box_is_a_rule_and_a_thick_one_a_box() -> None:
    def draw(page: PdfPage) -> None:
        page.fill(72, 100, 300, 101, grey=0)
        page.fill(72, 200, 300, 240, grey=0.8)

    content = content_of(draw)
    assert boxes_of(content.rules) == {(72, 100, 300, 100)}
    assert [(round(b.y0), round(b.y1), b.grey) for b in content.boxes] == [(200, 240, 0.8)]


@pytest.mark.parametrize("paint", [b"1 G", b"/GS0 gs 1 1 1 RG"])
def test_white_strokes_are_not_seen(paint: bytes) -> None:
    assert content_of(lambda page: page.raw(b"q " + paint + b" 72 600 m 300 600 l S Q")).rules == []


def test_paths_that_only_clip_are_not_seen() -> None:
    content = content_of(lambda page: page.raw(b"q 72 600 200 100 re W n Q"))
    assert content.rules == content.boxes == []


def test_what_the_clip_hides_is_cut_off() -> None:
    content = content_of(lambda page: page.raw(b"q 100 500 100 300 re W n 50 600 m 400 600 l S Q"))
    (rule,) = content.rules
    assert (round(rule.x0), round(rule.x1)) == (99, 201)


def test_matrix_of_the_content_stream_is_applied() -> None:
    content = content_of(lambda page: page.raw(b"q 0.5 0 0 0.5 10 20 cm 100 1000 m 400 1000 l S Q"))
    assert boxes_of(content.rules) == {(60, 322, 210, 322)}


def test_rotated_page_has_its_rules_where_they_are_seen() -> None:
    content = content_of(lambda page: page.line(72, 100, 300, 100), rotate=90)
    (rule,) = content.rules
    assert (content.width, content.height) == (842, 595)
    assert boxes_of([rule]) == {(742, 72, 742, 300)}


def test_slanted_lines_and_curves_are_strokes_of_a_figure() -> None:
    content = content_of(lambda page: page.raw(b"100 100 m 200 180 l S 300 300 m 300 400 400 400 400 300 c S"))
    assert content.rules == []
    assert len(content.strokes) == 2


def test_half_a_million_rules_cost_no_more_than_the_first_twenty_thousand() -> None:
    drawing = b"\n".join(b"%d %d m %d %d l S" % (50 + i % 90, i % 800, 150 + i % 90, i % 800) for i in range(60_000))
    started = time.process_time()
    content = content_of(lambda page: page.raw(drawing))
    assert 0 < len(content.rules) <= 20_000
    assert time.process_time() - started < 5


def test_rules_inside_a_form_are_moved_by_its_matrix() -> None:
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 500 500] /Matrix [1 0 0 1 30 0] /Length 21 >>\n"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents 4 0 R"
        b" /Resources << /XObject << /X0 5 0 R >> >> >>",
        b"<< /Length 28 >>\nstream\nq 2 0 0 2 10 20 cm /X0 Do Q \nendstream",
        form + b"stream\n10 50 m 110 50 l S   \nendstream",
    ]
    (rule,) = content_of_file(file_of(objects)).rules
    assert boxes_of([rule]) == {(90, 680, 290, 680)}
