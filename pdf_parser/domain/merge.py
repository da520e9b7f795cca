"""Pages become one document: headings get levels, running headers their name, every block its heading path."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pdf_parser.domain.document import Block, BlockKind, Page
from pdf_parser.domain.survey import HEADING_CHARS, SAME_RANK, Survey, margin_key

MAX_LEVEL = 6


def merge_pages(pages: Iterable[Page], survey: Survey) -> Iterator[Page]:
    """Pages must come in order; the heading path is carried from page to page."""
    path: list[tuple[int, str]] = []
    ranks = survey.heading_sizes()
    for page in pages:
        blocks = []
        for block in page.blocks:
            block = _with_kind(block, page, survey, ranks)
            if block.kind is BlockKind.HEADING:
                level = block.level or 1
                path = [*(step for step in path if step[0] < level), (level, block.text)]
            blocks.append(block.model_copy(update={"heading_path": tuple(text for _, text in path)}))
        yield page.model_copy(update={"blocks": tuple(blocks)})


def _with_kind(block: Block, page: Page, survey: Survey, ranks: list[float]) -> Block:
    """Only what a parser left as a plain paragraph is decided here."""
    if block.kind is not BlockKind.PARAGRAPH:
        return block
    key = margin_key(block, page)
    if key is not None and survey.is_running(key):
        kind = BlockKind.PAGE_HEADER if key.startswith("top:") else BlockKind.PAGE_FOOTER
        return block.model_copy(update={"kind": kind})
    level = _heading_level(block, ranks)
    if level is None:
        return block
    return block.model_copy(update={"kind": BlockKind.HEADING, "level": min(level, MAX_LEVEL)})


def _heading_level(block: Block, ranks: list[float]) -> int | None:
    if block.style is None or len(block.text) > HEADING_CHARS or not any(c.isalpha() for c in block.text):
        return None
    for level, size in enumerate(ranks, start=1):
        if block.style.size >= size * (1 - SAME_RANK):
            return level
    return None
