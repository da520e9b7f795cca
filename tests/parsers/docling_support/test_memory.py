"""Each library has a way of its own to say that memory has run out."""

from __future__ import annotations

import pytest

from pdf_parser.parsers.docling_support.memory import free_device_memory, is_out_of_memory


class OutOfMemoryError(RuntimeError):
    """As torch names it."""


class RuntimeException(Exception):
    """As onnxruntime names it."""


@pytest.mark.parametrize(
    "exc",
    [
        MemoryError(),
        OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB"),
        RuntimeException("BFCArena::AllocateRawInternal Failed to allocate memory for requested buffer of size 4096"),
        RuntimeError("CUDA error: out of memory"),
        RuntimeError("std::bad_alloc"),
    ],
    ids=repr,
)
def test_it_is_known_whoever_says_it_and_however_deep_it_lies(exc):
    assert is_out_of_memory(exc)
    outer = RuntimeError("Pipeline failed")
    outer.__cause__ = exc
    assert is_out_of_memory(outer)


@pytest.mark.parametrize("exc", [None, ValueError("out of memory"), RuntimeError("a page is out of order")], ids=repr)
def test_other_errors_are_not_taken_for_it(exc):
    assert not is_out_of_memory(exc)


def test_without_torch_there_is_nothing_to_free():
    free_device_memory()
