"""A child may do anything: the parent learns how it ended and goes on."""

from __future__ import annotations

import mmap
import os
import signal
import time
from collections.abc import Iterator

import pytest

from pdf_parser.errors import CorruptPdf, InternalError, OutOfMemory
from pdf_parser.utils.isolation import ChildDied, ChildSilent, Limits, call, stream

NONE = Limits()


def test_items_arrive_in_order_from_another_process():
    def work() -> Iterator[bytes]:
        yield str(os.getpid()).encode()
        yield b"second"

    first, second = stream(work, NONE)
    assert int(first) != os.getpid()
    assert second == b"second"


def test_items_before_a_crash_are_kept():
    def work() -> Iterator[bytes]:
        yield b"kept"
        os.kill(os.getpid(), signal.SIGSEGV)

    items = stream(work, NONE)
    assert next(items) == b"kept"
    with pytest.raises(ChildDied, match="SIGSEGV"):
        next(items)


def test_silence_ends_in_a_killed_child():
    started = time.monotonic()
    with pytest.raises(ChildSilent):
        call(lambda: time.sleep(60) or b"", Limits(silence_s=0.2))
    assert time.monotonic() - started < 5


def test_memory_above_the_limit_is_out_of_memory():
    with pytest.raises(OutOfMemory):
        call(lambda: bytes(bytearray(4_000_000_000)), Limits(memory_bytes=1_000_000_000))


def test_endless_computing_is_ended_by_the_cpu_limit():
    def work() -> bytes:
        while True:
            pass

    with pytest.raises(ChildDied, match="SIGXCPU"):
        call(work, Limits(cpu_s=1, silence_s=30))


def test_typed_errors_cross_the_border():
    def work() -> bytes:
        raise CorruptPdf("xref is gone")

    with pytest.raises(CorruptPdf, match="xref is gone"):
        call(work, NONE)


def test_unknown_errors_become_internal_errors():
    def work() -> bytes:
        raise KeyError("oops")

    with pytest.raises(InternalError, match="KeyError"):
        call(work, NONE)


def test_a_kill_from_outside_is_recognised():
    with pytest.raises(ChildDied) as died:
        call(lambda: os.kill(os.getpid(), signal.SIGKILL) or b"", NONE)
    assert died.value.was_killed


def test_leaving_early_leaves_no_child():
    def work() -> Iterator[bytes]:
        yield str(os.getpid()).encode()
        time.sleep(60)

    items = stream(work, NONE)
    pid = int(next(items))
    items.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_what_the_parent_has_mapped_does_not_count():
    """A parent with much memory of its own must not leave its child without any."""
    ballast = mmap.mmap(-1, 3_000_000_000)
    try:
        assert call(lambda: bytes(len(bytearray(50_000_000)) // 10_000_000), Limits(memory_bytes=500_000_000)) == bytes(
            5
        )
    finally:
        ballast.close()
