"""Docling on the models that its makers publish: heron, TableFormer, RapidOCR, from a folder and on torch."""

from __future__ import annotations

from pathlib import Path

from docling.datamodel.accelerator_options import AcceleratorOptions
from docling.datamodel.pipeline_options import (
    LayoutObjectDetectionOptions,
    RapidOcrOptions,
    TableStructureOptions,
    ThreadedPdfPipelineOptions,
)

from pdf_parser.errors import ParserUnavailable
from pdf_parser.parsers.docling_support.device import device_of
from pdf_parser.parsers.docling_support.pipeline import PagePipeline
from pdf_parser.settings import Settings

MODELS = ("docling-project--docling-layout-heron", "docling-project--docling-models", "RapidOcr")
FILL = "docling-tools models download layout tableformer rapidocr -o {folder}"


def pipeline_from_artifacts(settings: Settings, folder: Path) -> PagePipeline:
    """Raises ParserUnavailable, which names the folder and the command that fills it."""
    missing = [name for name in MODELS if not (folder / name).is_dir()]
    if missing:
        raise _incomplete(folder, f"{', '.join(missing)} not found")
    try:
        device = device_of(settings.docling_device)
        return PagePipeline(
            ThreadedPdfPipelineOptions(
                artifacts_path=folder,
                accelerator_options=AcceleratorOptions(device=device),
                layout_options=LayoutObjectDetectionOptions(),
                table_structure_options=TableStructureOptions(),
                ocr_options=RapidOcrOptions(backend="onnxruntime" if device == "cpu" else "torch"),
                queue_max_size=settings.docling_queue_size,
            )
        )
    except ImportError as exc:
        raise ParserUnavailable(
            f"Docling's own models need torch: {exc}. Install it with `pip install 'pdf-parser[docling-gpu]'`, or "
            "unset DOCLING_ARTIFACTS_PATH to use the models that come in wheels."
        ) from exc
    except (OSError, RuntimeError) as exc:
        raise _incomplete(folder, str(exc)) from exc


def _incomplete(folder: Path, why: str) -> ParserUnavailable:
    return ParserUnavailable(
        f"Docling cannot load its models from {folder} (DOCLING_ARTIFACTS_PATH): {why}. Fill the folder with "
        f"`{FILL.format(folder=folder)}`, or unset it to use the models that come in wheels."
    )
