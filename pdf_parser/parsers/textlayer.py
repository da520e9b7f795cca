"""The last resort: the bare text layer as one block, without any layout. Its pages are marked `fallback_text`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from pdf_parser.domain.document import Block, BlockKind, Page, block_id
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.profile import PageKind
from pdf_parser.errors import ParseFailed
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.utils.pdf import open_pdf, page_text

GARBLED = "the text layer looks garbled; it needs OCR"


class TextLayerParser(Parser):
    name = "textlayer"
    requires = ("pypdfium2",)
    distribution = "pypdfium2"

    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        with open_pdf(pdf) as document:
            for item in pages:
                text = page_text(document, item.position).strip()
                if not text:
                    raise ParseFailed(f"Page {item.page} has no text layer; it needs OCR.")
                yield self._page(item, text)

    def _page(self, item: PageInput, text: str) -> Page:
        profile = item.profile
        block = Block(
            id=block_id(item.page, 1),
            kind=BlockKind.PARAGRAPH,
            page=item.page,
            bbox=BBox(x0=0, y0=0, x1=profile.width, y1=profile.height),
            text=text,
            parser=self.name,
        )
        record = PageRecord(
            page=item.page,
            kind=profile.kind,
            status=PageStatus.FALLBACK_TEXT,
            parser=self.name,
            parser_version=self.version(),
            chars=len(text),
            reason=GARBLED if profile.kind is PageKind.GARBLED else None,
        )
        return Page(
            page=item.page,
            width=profile.width,
            height=profile.height,
            rotation=profile.rotation,
            blocks=(block,),
            record=record,
        )
