"""Docling on models that come in wheels, and on our own table code: no model hub, no torch, no GPU."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from docling.datamodel.accelerator_options import AcceleratorOptions
from docling.datamodel.pipeline_options import ThreadedPdfPipelineOptions
from docling.models.factories.table_factory import TableStructureFactory
from docling.pipeline import standard_pdf_pipeline

from pdf_parser.parsers.docling_support import plugin
from pdf_parser.parsers.docling_support.layout import WheelLayoutOptions
from pdf_parser.parsers.docling_support.ocr import WheelOcrOptions
from pdf_parser.parsers.docling_support.pipeline import PagePipeline
from pdf_parser.parsers.docling_support.tables import OwnTablesOptions
from pdf_parser.parsers.ocr.rapid_engine import RapidOcrEngine
from pdf_parser.settings import Settings
from pdf_parser.utils.render import POINTS_PER_INCH


def pipeline_from_wheels(settings: Settings) -> PagePipeline:
    """Raises ParserUnavailable, which says how to fix it."""
    return _WheelPipeline(
        ThreadedPdfPipelineOptions(
            allow_external_plugins=True,
            accelerator_options=AcceleratorOptions(device="cpu", num_threads=settings.ocr_threads),
            layout_options=WheelLayoutOptions(),
            table_structure_options=OwnTablesOptions(),
            ocr_options=WheelOcrOptions(scale=(settings.ocr_dpi or RapidOcrEngine.best_dpi) / POINTS_PER_INCH),
            queue_max_size=settings.docling_queue_size,
        )
    )


class _WheelPipeline(PagePipeline):
    def _init_models(self) -> None:
        with _our_table_models_only():
            super()._init_models()


@contextmanager
def _our_table_models_only() -> Iterator[None]:
    """Docling's list of table models imports torch, whichever is asked for (plugins/defaults.py of docling 2.142)."""

    def factory(allow_external_plugins: bool = False) -> Any:
        ours = TableStructureFactory()
        ours.process_plugin(plugin.table_structure_engines(), "pdf_parser", plugin.__name__)
        return ours

    before = standard_pdf_pipeline.get_table_structure_factory
    standard_pdf_pipeline.get_table_structure_factory = factory
    try:
        yield
    finally:
        standard_pdf_pipeline.get_table_structure_factory = before
