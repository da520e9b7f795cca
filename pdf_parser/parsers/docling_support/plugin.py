"""Docling's door to our models: the entry point of group `docling` in pyproject.toml names this module.

Docling takes such plugins only where `allow_external_plugins` is set, and picks a model by the type of its options.
"""

from __future__ import annotations

from typing import Any

Engines = dict[str, list[Any]]


def layout_engines() -> Engines:
    from pdf_parser.parsers.docling_support.layout import WheelLayout

    return {"layout_engines": [WheelLayout]}


def ocr_engines() -> Engines:
    from pdf_parser.parsers.docling_support.ocr import WheelOcr

    return {"ocr_engines": [WheelOcr]}


def table_structure_engines() -> Engines:
    from pdf_parser.parsers.docling_support.tables import OwnTables

    return {"table_structure_engines": [OwnTables]}
