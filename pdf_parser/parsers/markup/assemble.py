"""Pieces in reading order become the blocks and tables of a page."""

from __future__ import annotations

from collections.abc import Iterable

from pdf_parser.domain.document import Block, BlockKind, Page, block_id, table_id
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.profile import PageProfile
from pdf_parser.domain.table import Table
from pdf_parser.parsers.markup.piece import Piece


def assembled_page(
    pieces: Iterable[Piece], profile: PageProfile, status: PageStatus, parser: str, version: str
) -> Page:
    """A piece without a place of its own has the whole page."""
    maker = _Maker(profile, parser)
    chars = sum(maker.add(piece) for piece in pieces)
    record = PageRecord(
        page=profile.page, kind=profile.kind, status=status, parser=parser, parser_version=version, chars=chars
    )
    return _page(profile, record, maker)


def failed_page(profile: PageProfile, reason: str, parser: str, version: str) -> Page:
    """A page that this parser cannot make, with the reason for the ledger; the next of the chain tries it."""
    record = PageRecord(
        page=profile.page,
        kind=profile.kind,
        status=PageStatus.FAILED,
        parser=parser,
        parser_version=version,
        reason=reason,
    )
    return _page(profile, record, _Maker(profile, parser))


def noted(page: Page, reason: str | None) -> Page:
    """The page with something to know about it in its record."""
    return page.model_copy(update={"record": page.record.model_copy(update={"reason": reason})})


def _page(profile: PageProfile, record: PageRecord, maker: _Maker) -> Page:
    return Page(
        page=profile.page,
        width=profile.width,
        height=profile.height,
        rotation=profile.rotation,
        blocks=tuple(maker.blocks),
        tables=tuple(maker.tables),
        record=record,
    )


class _Maker:
    def __init__(self, profile: PageProfile, parser: str) -> None:
        self._profile = profile
        self._parser = parser
        self.blocks: list[Block] = []
        self.tables: list[Table] = []

    def add(self, piece: Piece) -> int:
        """How many characters it has."""
        width, height = self._profile.width, self._profile.height
        box = piece.bbox.clip(width, height) if piece.bbox else BBox(x0=0, y0=0, x1=width, y1=height)
        self.blocks.append(
            Block(
                id=block_id(self._profile.page, len(self.blocks) + 1),
                kind=piece.kind,
                page=self._profile.page,
                bbox=box,
                text=piece.text,
                level=piece.level,
                marker=piece.marker,
                links=piece.links,
                table_id=self._table(piece, box) if piece.kind is BlockKind.TABLE else None,
                parser=self._parser,
                confidence=piece.confidence,
            )
        )
        return piece.chars

    def _table(self, piece: Piece, box: BBox) -> str | None:
        if piece.table is None:
            return None
        id = table_id(self._profile.page, len(self.tables) + 1)
        grid = piece.table
        self.tables.append(
            Table(
                id=id,
                page=self._profile.page,
                bbox=box,
                n_rows=grid.n_rows,
                n_cols=grid.n_cols,
                cells=grid.cells,
                caption=grid.caption,
                parser=self._parser,
                confidence=piece.confidence,
            )
        )
        return id
