"""A parser that writes down every page it is given, for tests that count work over processes.

$COUNT_FILE gets one line a page, $COUNT_SECONDS is how long a page takes, and while the file $COUNT_BROKEN_AT exists
the parser is not usable from page FAULT_PAGE on.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pdf_parser.domain.document import Page
from pdf_parser.domain.profile import PageProfile
from pdf_parser.errors import ParserUnavailable
from pdf_parser.parsers.base import PageInput
from pdf_parser.parsers.pdfium import PdfiumParser
from tests.faults.misbehaving import FAULT_PAGE

ROOT = Path(__file__).parents[2]
NAME = "counting"


class Counting(PdfiumParser):
    name = NAME

    def suits(self, page: PageProfile) -> bool:
        return True

    def parse(self, pdf: Path, pages: Sequence[PageInput]) -> Iterator[Page]:
        broken = Path(os.environ.get("COUNT_BROKEN_AT", "/nowhere"))
        for item in pages:
            if item.page >= FAULT_PAGE and broken.exists():
                raise ParserUnavailable("The license has expired. Renew it.")
            with Path(os.environ["COUNT_FILE"]).open("a") as file:
                file.write(f"{item.page}\n")
            time.sleep(float(os.environ.get("COUNT_SECONDS", "0")))
            yield from super().parse(pdf, [item])


def counting_env(env: Mapping[str, str], folder: Path, seconds: float = 0.0) -> dict[str, str]:
    """Of a service whose steps find the parser: it is announced as an installed package would announce it."""
    package = folder / "plugins" / "counting-1.0.dist-info"
    package.mkdir(parents=True, exist_ok=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: counting\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(f"[pdf_parser.parsers]\n{NAME} = {__name__}:Counting\n")
    (folder / "count").touch()
    return {
        **env,
        "PYTHONPATH": os.pathsep.join([str(package.parent), str(ROOT)]),
        "COUNT_FILE": str(folder / "count"),
        "COUNT_SECONDS": str(seconds),
        "COUNT_BROKEN_AT": str(folder / "broken"),
    }


def counted(folder: Path) -> list[int]:
    """The pages parsed so far, by any process, ascending."""
    return sorted(int(line) for line in (folder / "count").read_text().split())
