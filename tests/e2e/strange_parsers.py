"""Parsers of another package for the tests of the whole DAG: one writes nonsense on page 2, another mends it.

MENDER says what becomes of the second: "well", "badly" (it makes nonsense too) or "dead" (its pod is killed). The third
needs more memory than the first two attempts of its pod have.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path

from pdf_parser.domain.document import Block, BlockKind, Page, block_id
from pdf_parser.domain.geometry import BBox
from pdf_parser.domain.ledger import PageRecord, PageStatus
from pdf_parser.domain.profile import PageProfile
from pdf_parser.errors import OutOfMemory
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.utils.pod import Pod

NONSENSE = "\ue001\ue002\ue003\ue004" * 20
SENSE = "The second page was read by the mender."


class Stranger(Parser):
    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        for item in pages:
            yield self.page(item, self.text(item))

    def text(self, item: PageInput) -> str:
        raise NotImplementedError

    def page(self, item: PageInput, text: str) -> Page:
        box = BBox(x0=72, y0=72, x1=500, y1=100)
        block = Block(
            id=block_id(item.page, 1), kind=BlockKind.PARAGRAPH, page=item.page, bbox=box, text=text, parser=self.name
        )
        record = PageRecord(page=item.page, kind=item.profile.kind, status=PageStatus.OCR, parser=self.name)
        return Page(
            page=item.page, width=item.profile.width, height=item.profile.height, blocks=(block,), record=record
        )


class Muddler(Stranger):
    name = "muddler"

    def text(self, item: PageInput) -> str:
        return NONSENSE if item.page == 2 else f"Page {item.page} was read by the muddler without any trouble at all."


class Mender(Stranger):
    name = "mender"

    def text(self, item: PageInput) -> str:
        if os.environ["MENDER"] == "dead":
            os.kill(os.getppid(), signal.SIGKILL)
        return NONSENSE if os.environ["MENDER"] == "badly" else SENSE


class Hungry(Stranger):
    """Told in the step's own process, so that the step itself ends, whether this machine has a limit or not."""

    name = "hungry"
    enough = 2

    def suits(self, page: PageProfile) -> bool:
        if Pod.of(os.environ).attempt < self.enough:
            raise OutOfMemory("The pod is too small.")
        return True

    def text(self, item: PageInput) -> str:
        return f"Page {item.page} was made by attempt {Pod.of(os.environ).attempt} of the pod, which had room for it."
