"""What OCR needs for its accuracy: scores and cost of engines at several resolutions, over scans with known text.

    python -m benchmarks.ocr --corpus ../shared/corpus/scanned rapidocr:150:960 tesseract:200

One configuration is engine:dpi or rapidocr:dpi:detection-side. Cost is processor time of this process and of the
programs it starts, without loading; one thread. Orientation and deskew are part of it. Results: benchmarks/OCR.md.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality import render, score
from pdf_parser.domain.profile import profile_page
from pdf_parser.parsers.base import PageInput
from pdf_parser.parsers.ocr.engine import OcrEngine
from pdf_parser.parsers.ocr.parser import OcrParser
from pdf_parser.parsers.ocr.rapid_engine import RapidOcrEngine
from pdf_parser.parsers.rapidocr import RapidOcrParser
from pdf_parser.parsers.tesseract import TesseractParser
from pdf_parser.settings import Settings
from pdf_parser.utils.measure import measure_page
from pdf_parser.utils.pdf import open_pdf

HEAD = "| engine | dpi | side | words_f1 | nid | nid_text | cpu s/page | worst cpu s | peak MB |"
METRICS = ("words_f1", "nid", "nid_text")


@dataclass(frozen=True)
class Configuration:
    engine: str
    dpi: int
    side: int | None = None

    @classmethod
    def parse(cls, text: str) -> Configuration:
        engine, dpi, *side = text.split(":")
        return cls(engine, int(dpi), int(side[0]) if side else None)

    def parser(self) -> OcrParser:
        settings = Settings(ocr_dpi=self.dpi, ocr_threads=1)
        parser = TesseractParser(settings) if self.engine == "tesseract" else _Rapid(settings, self.side)
        parser.load()
        return parser


class _Rapid(RapidOcrParser):
    def __init__(self, settings: Settings, side: int | None) -> None:
        super().__init__(settings)
        self.side = side

    def load_engine(self) -> OcrEngine:
        return RapidOcrEngine(1, self.side)


def measure(configuration: Configuration, corpus: Path, names: list[str], work: Path) -> str:
    """A row of the table."""
    parser = configuration.parser()
    costs = []
    for name in names:
        before = _cpu_s()
        (work / f"{name}.md").write_text(_markdown(corpus / "pdf" / f"{name}.pdf", parser))
        costs.append(_cpu_s() - before)
    means = score(work, corpus / "truth", names, work)
    scores = " | ".join(f"{means[metric]:.3f}" for metric in METRICS)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    cost = f"{sum(costs) / len(costs):.2f} | {max(costs):.1f} | {peak}"
    return f"| {configuration.engine} | {configuration.dpi} | {configuration.side or ''} | {scores} | {cost} |"


def _markdown(path: Path, parser: OcrParser) -> str:
    with open_pdf(path) as pdf:
        inputs = [PageInput(profile_page(measure_page(pdf, n)), n) for n in range(1, len(pdf) + 1)]
    return render(list(parser.parse(path, inputs)))


def _cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def main(argv: list[str] | None = None) -> int:
    args = argparse.ArgumentParser(prog="python -m benchmarks.ocr", description=__doc__)
    args.add_argument("--corpus", type=Path, required=True, help="folder with pdf/ and truth/")
    args.add_argument("--names", nargs="*", help="only these documents")
    args.add_argument("configurations", nargs="+", type=Configuration.parse, metavar="engine:dpi[:side]")
    chosen = args.parse_args(argv)
    names = chosen.names or sorted(path.stem for path in (chosen.corpus / "pdf").glob("*.pdf"))
    print(f"{HEAD}\n|{'---|' * HEAD.count(' | ')}---|")
    for configuration in chosen.configurations:
        with tempfile.TemporaryDirectory() as work:
            print(measure(configuration, chosen.corpus, names, Path(work)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
