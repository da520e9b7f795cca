"""Runs a parser over a folder of PDFs with known truth and scores its Markdown.

    python -m benchmarks.quality --corpus ../shared/corpus/quality --subset rebuilt --parser pdfium

The scorer is `../shared/score/score.py`. Cost is processor time per page, with child processes,
without Python's start.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from io import StringIO
from pathlib import Path

from benchmarks.record import Result, record
from pdf_parser.domain.document import Page
from pdf_parser.domain.profile import profile_page
from pdf_parser.export.markdown import MarkdownWriter
from pdf_parser.parse import merge_document
from pdf_parser.parsers.base import PageInput, Parser
from pdf_parser.parsers.registry import parser_class
from pdf_parser.settings import Settings
from pdf_parser.utils.measure import measure_page
from pdf_parser.utils.pdf import open_pdf

SCORER = Path(__file__).parents[1].parent / "shared/score/score.py"


@dataclass
class Cost:
    pages: int = 0
    cpu_s: float = 0.0

    @property
    def ms_per_page(self) -> float:
        return 1000 * self.cpu_s / max(1, self.pages)


def markdown_of(path: Path, parser: Parser) -> tuple[str, int]:
    """The Markdown of one PDF and its number of pages."""
    with open_pdf(path) as pdf:
        inputs = [PageInput(profile_page(measure_page(pdf, n)), n) for n in range(1, len(pdf) + 1)]
    pages = list(parser.parse(path, inputs))
    return render(pages), len(pages)


def render(pages: list[Page]) -> str:
    out = StringIO()
    writer = MarkdownWriter(out)
    for page in merge_document(pages):
        writer.write(page)
    return out.getvalue()


def cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def convert_all(pdfs: list[Path], parser: Parser, out: Path) -> Cost:
    cost = Cost()
    parser.load()
    for path in pdfs:
        started = cpu_seconds()
        text, pages = markdown_of(path, parser)
        cost.cpu_s += cpu_seconds() - started
        cost.pages += pages
        (out / f"{path.stem}.md").write_text(text)
    return cost


def score(pred: Path, truth: Path, names: list[str], work: Path) -> dict[str, float | None]:
    """Means of every metric over the named documents."""
    subset, means = work / "subset.txt", work / "means.json"
    subset.write_text("\n".join(names) + "\n")
    command = [sys.executable, str(SCORER), "--pred", str(pred), "--truth", str(truth), "--subset", str(subset)]
    subprocess.run([*command, "--out", str(work / "scores.csv"), "--json", str(means)], check=True, capture_output=True)
    found: dict[str, float | None] = json.loads(means.read_text())
    return found


def count_pages(path: Path) -> int:
    with open_pdf(path) as pdf:
        return len(pdf)


def subset_names(corpus: Path, subset: str | None) -> list[str]:
    if subset is None:
        return sorted(path.stem for path in (corpus / "pdf").glob("*.pdf"))
    return (corpus / f"{subset}.txt").read_text().split()


def main(argv: list[str] | None = None) -> int:
    args = argparse.ArgumentParser(prog="python -m benchmarks.quality", description=__doc__)
    args.add_argument("--corpus", type=Path, required=True, help="folder with pdf/ and truth/")
    args.add_argument("--subset", help="name of a list in the corpus folder, without .txt")
    args.add_argument("--parser", default="pdfium")
    args.add_argument("--record", action="store_true", help="add a row to benchmarks/RESULTS.md")
    args.add_argument("--keep", type=Path, help="keep Markdown and scores here")
    chosen = args.parse_args(argv)
    names = subset_names(chosen.corpus, chosen.subset)
    with tempfile.TemporaryDirectory() as folder:
        work = chosen.keep or Path(folder)
        pred = work / "pred"
        pred.mkdir(parents=True, exist_ok=True)
        parser = parser_class(chosen.parser)(Settings())
        cost = convert_all([chosen.corpus / "pdf" / f"{name}.pdf" for name in names], parser, pred)
        means = score(pred, chosen.corpus / "truth", names, work)
    print("\n".join(_report(means, cost)))
    if chosen.record:
        name = f"pdf-parser {version('pdf-parser')} ({chosen.parser} {parser.version()})"
        result = Result(name, chosen.subset or chosen.corpus.name, means, cost.ms_per_page)
        subset = f" --subset {chosen.subset}" if chosen.subset else ""
        record(result, f"python -m benchmarks.quality --corpus {chosen.corpus}{subset} --parser {chosen.parser}")
    return 0


def _report(means: dict[str, float | None], cost: Cost) -> Iterator[str]:
    yield from (f"{name:12} {value:.4f}" for name, value in means.items() if isinstance(value, float))
    yield f"pages        {cost.pages}"
    yield f"cpu ms/page  {cost.ms_per_page:.1f}"


if __name__ == "__main__":
    sys.exit(main())
