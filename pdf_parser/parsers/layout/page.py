"""From what is on a page to the finished Page. The same for the text layer and for words that OCR has read."""

from __future__ import annotations

from collections.abc import Sequence

from pdf_parser.domain.document import Page
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.profile import PageKind, PageProfile
from pdf_parser.parsers.layout.binding import PageMaker
from pdf_parser.parsers.layout.blocks import group_blocks, regroup_blocks
from pdf_parser.parsers.layout.content import PageContent, Word
from pdf_parser.parsers.layout.figures import find_figures
from pdf_parser.parsers.layout.kinds import name_kinds
from pdf_parser.parsers.layout.lines import group_lines
from pdf_parser.parsers.layout.order import reading_order
from pdf_parser.parsers.layout.pictures import find_pictures, with_pictures
from pdf_parser.parsers.layout.placed import PlacedPicture, PlacedTable
from pdf_parser.parsers.layout.tables.find import find_tables
from pdf_parser.parsers.layout.textblock import TextBlock
from pdf_parser.parsers.layout.turn import Turn, main_turn, quarters_of, turn_content, turn_words

NO_TEXT = "the page has no text layer; it needs OCR"


def build_page(content: PageContent, profile: PageProfile, parser: str, version: str) -> Page:
    """Blocks in reading order and tables. Without any text: blank when nothing speaks against it, else failed."""
    for rank, word in enumerate(content.words):
        word.rank = rank
    turn = Turn(main_turn(content.words), content.width, content.height)
    maker = PageMaker(turn_content(content, turn), turn, profile.page, parser)
    maker.add(_in_order(maker.content))
    return Page(
        page=profile.page,
        width=content.width,
        height=content.height,
        rotation=profile.rotation,
        blocks=tuple(maker.blocks),
        tables=tuple(maker.tables),
        record=_record(profile, maker, version, content.note),
    )


def _in_order(content: PageContent) -> list[TextBlock | PlacedTable | PlacedPicture]:
    """Figures and tables take their words out, the rest becomes lines and blocks, and all is put into reading order."""
    figures = find_figures(content, lambda: text_blocks(content, content.words))
    drawn = frozenset(index for figure in figures for index in figure.words)
    tables = [PlacedTable(found) for found in find_tables(content, drawn)]
    taken = drawn.union(*(table.found.words for table in tables))
    texts = text_blocks(content, [word for word in content.words if word.rank not in taken])
    found: list[TextBlock | PlacedTable] = [*texts, *tables]
    ordered = name_kinds(regroup_blocks(reading_order(found, content.height)), content.height)
    return with_pictures(ordered, find_pictures(content, figures, ordered))


def text_blocks(content: PageContent, words: Sequence[Word]) -> list[TextBlock]:
    """Blocks of all the words; those that stand across the page are read by themselves and keep their place on it."""
    blocks = []
    for quarters in sorted({quarters_of(word) for word in words}):
        turn = Turn(quarters, content.width, content.height)
        turned = turn_words([word for word in words if quarters_of(word) == quarters], turn)
        for block in group_blocks(group_lines(turned)):
            if quarters:
                block.box = turn.back.box(block.rect)
                del block.rect  # cached from the turned lines
            blocks.append(block)
    return blocks


def _record(profile: PageProfile, made: PageMaker, version: str, note: str | None) -> PageRecord:
    status, reason = PageStatus.OK, note
    if not made.has_text:
        is_blank = profile.kind is PageKind.BLANK and profile.note is None
        status = PageStatus.BLANK if is_blank else PageStatus.FAILED
        reason = None if is_blank else profile.note or NO_TEXT
    return PageRecord(
        page=profile.page,
        kind=profile.kind,
        status=status,
        parser=made.parser,
        parser_version=version,
        chars=made.chars,
        reason=reason,
    )
