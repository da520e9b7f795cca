from __future__ import annotations

from html.parser import HTMLParser
from io import StringIO

import pytest
from hypothesis import given, strategies as st

from pdf_parser.domain.document import Link
from pdf_parser.export.html import HtmlWriter, page_html
from tests.export.documents import block, heading, page, paragraph, table, table_block
from tests.export.markdown_reader import squeeze


class Reader(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


def test_a_page_is_a_section_of_its_blocks() -> None:
    blocks = [
        heading("T", 2),
        paragraph("One."),
        block("list_item", "a", marker="•"),
        block("list_item", "b", marker="2."),
    ]
    html = page_html(page(*blocks, block("code", "x\n y"), table_block(), tables=[table([["h"], ["1"]], caption="C")]))
    assert html == (
        '<section id="page-1">\n<h2>T</h2>\n<p>One.</p>\n<ul>\n<li>• a</li>\n<li>2. b</li>\n</ul>\n'
        "<pre><code>x\n y</code></pre>\n"
        "<table>\n<caption>C</caption>\n<tr><th>h</th></tr>\n<tr><td>1</td></tr>\n</table>\n</section>"
    )


def test_the_kind_of_other_text_is_its_class() -> None:
    assert '<p class="footnote">1 Note.</p>' in page_html(page(block("footnote", "Note.", marker="1")))


def test_page_headers_and_footers_stay_out() -> None:
    assert Reader(page_html(page(block("page_header", "H"), block("page_footer", "F")))).text.strip() == ""


@pytest.mark.parametrize(
    ("uri", "href"), [("https://a.example/?b=1&c=2", "https://a.example/?b=1&c=2"), ("javascript:x", None)]
)
def test_only_safe_links_are_links(uri: str, href: str | None) -> None:
    html = page_html(page(paragraph("Go there.", links=(Link(start=3, end=8, uri=uri),))))
    assert Reader(html).attributes.get("href") == href
    assert Reader(html).text.strip() == "Go there."


@given(st.text("a<>&\"'/!-;#[]", max_size=30))
def test_any_text_reads_the_same_and_is_no_markup(text: str) -> None:
    for kind in ("paragraph", "heading", "list_item", "code", "caption"):
        found = Reader(page_html(page(block(kind, text))))
        assert set(found.tags) <= {"section", "p", "h1", "ul", "li", "pre", "code"}
        assert squeeze(found.text) == squeeze(text)


def test_the_document_is_written_page_by_page_and_ended() -> None:
    out = StringIO()
    with HtmlWriter(out, title="A & <b>") as writer:
        writer.write(page(paragraph("One.")))
        writer.write(page(paragraph("Two."), page_no=2))
    html = out.getvalue()
    assert html.startswith("<!DOCTYPE html>\n") and html.endswith("</body>\n</html>\n")
    assert "<title>A &amp; &lt;b&gt;</title>" in html
    assert "script" not in Reader(html).tags
    assert html.index("page-1") < html.index("page-2")
