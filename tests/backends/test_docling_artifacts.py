"""Docling on torch: device, batches and memory, with a small layout model of random weights saved as artifacts."""

from __future__ import annotations

from pathlib import Path

import pytest

from pdf_parser.errors import OutOfMemory
from pdf_parser.parsers.docling import DoclingParser
from pdf_parser.settings import Settings
from tests.parsing import parsed
from tests.pdfs import simple_pdf

pytest.importorskip("docling", reason="docling is not installed here: make backends")
torch = pytest.importorskip("torch", reason="torch is not installed here: pip install 'pdf-parser[docling-gpu]'")
transformers = pytest.importorskip("transformers", reason="transformers is not installed here")
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="torch finds no CUDA device here")

LABELS = ("Caption", "Footnote", "Formula", "List_item", "Page_footer", "Page_header", "Picture", "Section_header")


def save_random_layout_model(folder: Path) -> None:
    backbone = transformers.RTDetrResNetConfig(
        embedding_size=8,
        hidden_sizes=[8, 16, 16, 16],
        depths=[1, 1, 1, 1],
        layer_type="basic",
        out_features=["stage2", "stage3", "stage4"],
    )
    config = transformers.RTDetrV2Config(
        backbone_config=backbone,
        encoder_in_channels=[16, 16, 16],
        encoder_hidden_dim=32,
        encoder_ffn_dim=32,
        d_model=32,
        decoder_in_channels=[32, 32, 32],
        decoder_ffn_dim=32,
        decoder_layers=2,
        decoder_attention_heads=2,
        encoder_attention_heads=2,
        num_queries=20,
        id2label=dict(enumerate((*LABELS, "Table", "Text", "Title"))),
    )
    transformers.RTDetrV2ForObjectDetection(config).save_pretrained(folder)
    transformers.RTDetrImageProcessor().save_pretrained(folder)


def parser_on(folder: Path, device: str) -> DoclingParser:
    """Layout alone runs on the artifacts: TableFormer has no small model."""
    from docling.datamodel.accelerator_options import AcceleratorOptions
    from docling.datamodel.pipeline_options import ThreadedPdfPipelineOptions

    from pdf_parser.parsers.docling_support.pipeline import PagePipeline

    save_random_layout_model(folder / "docling-project--docling-layout-heron")
    parser = DoclingParser(Settings(_env_file=None))
    parser.pipeline = PagePipeline(
        ThreadedPdfPipelineOptions(
            artifacts_path=folder,
            accelerator_options=AcceleratorOptions(device=device),
            do_ocr=False,
            do_table_structure=False,
        )
    )
    return parser


def test_the_text_layer_is_whole_whatever_the_model_sees(tmp_path):
    pages = parsed(parser_on(tmp_path, "cpu"), tmp_path, simple_pdf(3))
    assert [page.page for page in pages] == [1, 2, 3]
    assert all("quick brown fox" in " ".join(block.text for block in page.blocks) for page in pages)


@needs_gpu
def test_cuda_is_taken_where_there_is_one(tmp_path):
    parser = parser_on(tmp_path, "cuda")
    assert len(parsed(parser, tmp_path, simple_pdf(4))) == 4
    assert parser.device_memory_bytes() > 0


@needs_gpu
def test_a_device_that_is_full_is_told_by_name(tmp_path):
    parser = parser_on(tmp_path, "cuda")
    torch.cuda.set_per_process_memory_fraction(1e-6)
    try:
        with pytest.raises(OutOfMemory):
            parsed(parser, tmp_path, simple_pdf(8))
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert len(parsed(parser, tmp_path, simple_pdf(8))) == 8
