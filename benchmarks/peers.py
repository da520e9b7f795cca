"""Peers side by side with our parser on one corpus, each in an environment of its own.

    python -m benchmarks.peers --corpus ../shared/corpus/quality --subset rebuilt [--record] PEER…

The environments are made in `.venv-peers/` on first use. AGPL peers are measured here and are no dependency of ours.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.quality import Cost, count_pages, score, subset_names
from benchmarks.record import Result, record, table_row

HERE = Path(__file__).parent
ENVIRONMENTS = HERE.parent / ".venv-peers"
REQUIREMENTS = {
    "pymupdf4llm": ["pymupdf4llm==0.2.0"],
    "pymupdf": ["pymupdf>=2,<3"],
    "markitdown": ["markitdown[pdf]==0.1.8"],
    "kreuzberg": ["kreuzberg>=4.10,<5"],
    "opendataloader-pdf": ["opendataloader-pdf==2.5.16"],
}
RUN_TIMEOUT_S = 3600


def interpreter(peer: str) -> Path:
    """The peer's Python; its environment is made when it is not there."""
    folder = ENVIRONMENTS / peer
    python = folder / "bin/python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        subprocess.run([str(python), "-m", "pip", "install", "-q", *REQUIREMENTS[peer]], check=True)
    return python


def version(python: Path, peer: str) -> str:
    code = f"from importlib.metadata import version; print(version({peer!r}))"
    return subprocess.run([str(python), "-c", code], check=True, capture_output=True, text=True).stdout.strip()


def run_peer(peer: str, corpus: Path, subset: str | None) -> Result:
    names = subset_names(corpus, subset)
    pdfs = [corpus / "pdf" / f"{name}.pdf" for name in names]
    python = interpreter(peer)
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        pred = work / "pred"
        pred.mkdir()
        command = [str(python), str(HERE / "peer_convert.py"), peer, str(pred), *map(str, pdfs)]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=RUN_TIMEOUT_S)
        told = json.loads(done.stdout.splitlines()[-1])
        means = score(pred, corpus / "truth", names, work)
    if told["failed"]:
        print(f"{peer} failed on {told['failed']}", file=sys.stderr)
    cost = Cost(pages=sum(map(count_pages, pdfs)), cpu_s=told["cpu_s"])
    return Result(f"{peer} {version(python, peer)}", subset or corpus.name, means, cost.ms_per_page)


def main(argv: list[str] | None = None) -> int:
    args = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    args.add_argument("peers", nargs="+", choices=sorted(REQUIREMENTS), metavar="PEER")
    args.add_argument("--corpus", type=Path, required=True, help="folder with pdf/ and truth/")
    args.add_argument("--subset", help="name of a list in the corpus folder, without .txt")
    args.add_argument("--record", action="store_true", help="add rows to benchmarks/RESULTS.md")
    chosen = args.parse_args(argv)
    for peer in chosen.peers:
        result = run_peer(peer, chosen.corpus, chosen.subset)
        print(table_row(result), flush=True)
        if chosen.record:
            record(result, f"python -m benchmarks.peers --corpus {chosen.corpus} --subset {chosen.subset} {peer}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
