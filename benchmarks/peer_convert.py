"""Runs inside a peer's own environment: PDFs to Markdown with one named peer. Imports nothing of ours.

    python peer_convert.py NAME OUT FILE…      prints {"pages": 0, "cpu_s": 1.2, "failed": []}

Processor time includes child processes (opendataloader-pdf runs Java), not the start of Python and imports.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from pathlib import Path

Convert = Callable[[Path], str]
Batch = Callable[[list[Path], Path], list[str]]


def one_by_one(convert: Convert) -> Batch:
    """Failures by file name; a file that failed gives an empty document."""

    def convert_all(files: list[Path], out: Path) -> list[str]:
        failed = []
        for path in files:
            try:
                text = convert(path)
            except Exception as exc:  # a peer may fail in any way: that is part of what is measured
                failed.append(f"{path.name}: {type(exc).__name__}")
                text = ""
            (out / f"{path.stem}.md").write_text(text)
        return failed

    return convert_all


def pymupdf4llm() -> Batch:
    import pymupdf4llm

    return one_by_one(lambda path: str(pymupdf4llm.to_markdown(str(path), show_progress=False)))


def markitdown() -> Batch:
    from markitdown import MarkItDown

    converter = MarkItDown()
    return one_by_one(lambda path: str(converter.convert(str(path)).text_content))


def kreuzberg() -> Batch:
    import kreuzberg

    config = kreuzberg.ExtractionConfig(output_format="markdown")
    return one_by_one(lambda path: str(kreuzberg.extract_file_sync(str(path), config=config).content))


def opendataloader() -> Batch:
    """One call for all files, as its documentation advises: each call starts a Java machine."""
    import opendataloader_pdf

    def convert_all(files: list[Path], out: Path) -> list[str]:
        opendataloader_pdf.convert(input_path=[*map(str, files)], output_dir=str(out), format="markdown", quiet=True)
        return [path.name for path in files if not (out / f"{path.stem}.md").exists()]

    return convert_all


PEERS = {
    "pymupdf4llm": pymupdf4llm,
    "pymupdf": pymupdf4llm,  # since 2.0 the layout model and the Markdown writer are inside pymupdf
    "markitdown": markitdown,
    "kreuzberg": kreuzberg,
    "opendataloader-pdf": opendataloader,
}


def cpu_s() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(u.ru_utime + u.ru_stime for u in used)


def main(name: str, out: Path, files: list[Path]) -> None:
    convert_all = PEERS[name]()
    started = cpu_s()
    failed = convert_all(files, out)
    print(json.dumps({"cpu_s": cpu_s() - started, "failed": failed}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), [Path(f) for f in sys.argv[3:]])
