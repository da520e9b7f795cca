"""Which device is chosen; runs wherever torch is, with a GPU or without."""

from __future__ import annotations

import pytest

from pdf_parser.parsers.docling_support.device import device_of

torch = pytest.importorskip("torch", reason="torch is not installed here: it is in .venv-marker and .venv-unstructured")
has_cuda = torch.cuda.is_available()


@pytest.mark.parametrize("setting", ["cpu", "cuda"])
def test_what_the_setting_says_goes_before_what_is_there(setting):
    assert device_of(setting) == setting


@pytest.mark.skipif(has_cuda, reason="torch finds a CUDA device here")
def test_without_a_gpu_it_is_the_processor():
    assert device_of("auto") == "cpu"


@pytest.mark.skipif(not has_cuda, reason="torch finds no CUDA device here")
def test_with_a_gpu_it_is_that():
    assert device_of("auto") == "cuda"
