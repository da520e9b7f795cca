"""Pages become one document: headings get levels, running headers their name, every block its heading path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pdf_parser.domain.document import Block, BlockKind, Page
from pdf_parser.domain.headings import heading_style, heading_text, numbering_depth, stands_out
from pdf_parser.domain.running import running_key
from pdf_parser.domain.survey import Survey

MAX_LEVEL = 6


def merge_pages(pages: Iterable[Page], survey: Survey) -> Iterator[Page]:
    """Pages must come in order; the heading path is carried from page to page."""
    path: list[tuple[int, str]] = []
    for page in pages:
        blocks = []
        for block in page.blocks:
            block = _with_kind(block, page, survey)
            if block.kind is BlockKind.HEADING:
                level = block.level or 1
                path = [*(step for step in path if step[0] < level), (level, block.text)]
            blocks.append(block.model_copy(update={"heading_path": tuple(text for _, text in path)}))
        yield page.model_copy(update={"blocks": tuple(blocks)})


def _with_kind(block: Block, page: Page, survey: Survey) -> Block:
    """Only what a parser left open, as a paragraph or a list item, is decided here."""
    if block.kind not in (BlockKind.PARAGRAPH, BlockKind.LIST_ITEM, BlockKind.FOOTNOTE):
        return block
    key = running_key(block, page)
    if key is not None and survey.is_running(key):
        kind = BlockKind.PAGE_HEADER if key.startswith("top:") else BlockKind.PAGE_FOOTER
        return block.model_copy(update={"kind": kind, "text": heading_text(block), "marker": None, "level": None})
    return _as_heading(block, survey) or block


def _as_heading(block: Block, survey: Survey) -> Block | None:
    style, text = heading_style(block), heading_text(block)
    if style is None or not stands_out(style, text, survey.body):
        return None
    level = min(survey.level(style, numbering_depth(text)), MAX_LEVEL)
    links = tuple(link.model_copy(update=_shifted(link.start, link.end, len(text) - len(block.text))) for link in block.links)
    return block.model_copy(
        update={"kind": BlockKind.HEADING, "level": level, "text": text, "marker": None, "links": links}
    )


def _shifted(start: int, end: int, by: int) -> dict[str, int]:
    return {"start": start + by, "end": end + by}
