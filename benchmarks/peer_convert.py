"""Runs inside a peer's own environment: PDFs to Markdown with one named peer. Imports nothing of ours.

    python peer_convert.py NAME OUT FILE…      prints {"pages": 0, "cpu_s": 1.2, "failed": []}

Processor time includes child processes (opendataloader-pdf runs Java), not the start of Python and imports.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

Convert = Callable[[Path], str]


def pymupdf4llm() -> Convert:
    import pymupdf4llm

    return lambda path: str(pymupdf4llm.to_markdown(str(path), show_progress=False))


def markitdown() -> Convert:
    from markitdown import MarkItDown

    converter = MarkItDown()
    return lambda path: str(converter.convert(str(path)).text_content)


def kreuzberg() -> Convert:
    import kreuzberg

    config = kreuzberg.ExtractionConfig(output_format="markdown")
    return lambda path: str(kreuzberg.extract_file_sync(str(path), config=config).content)


def opendataloader() -> Convert:
    import opendataloader_pdf

    def convert(path: Path) -> str:
        with tempfile.TemporaryDirectory() as folder:
            opendataloader_pdf.convert(input_path=[str(path)], output_dir=folder, format="markdown", quiet=True)
            return next(Path(folder).glob("*.md")).read_text()

    return convert


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
    convert = PEERS[name]()
    started, failed = cpu_s(), []
    for path in files:
        try:
            (out / f"{path.stem}.md").write_text(convert(path))
        except Exception as exc:  # a peer may fail in any way: that is part of what is measured
            failed.append(f"{path.name}: {type(exc).__name__}")
            (out / f"{path.stem}.md").write_text("")
    print(json.dumps({"cpu_s": cpu_s() - started, "failed": failed}))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), [Path(f) for f in sys.argv[3:]])
