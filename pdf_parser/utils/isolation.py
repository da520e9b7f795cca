"""Runs a generator in a child process of its own, with limits on memory, processor time and silence.

PDFium aborts on some files, takes gigabytes on others and can loop; models leak and get killed. Whatever touches a
stranger's bytes therefore runs in a child, and the parent is told in one typed exception how it ended.
"""

from __future__ import annotations

import ctypes
import faulthandler
import json
import multiprocessing
import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NoReturn

from pdf_parser.errors import InternalError, OutOfMemory, PdfParserError, from_code

_ITEM, _END, _ERROR = b"I", b"E", b"X"
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Limits:
    """`memory_bytes` of address space beyond what the parent has mapped; `silence_s` of wall time until the next item;
    `cpu_s` for the whole child. None means no limit.
    """

    memory_bytes: int | None = None
    silence_s: float | None = None
    cpu_s: int | None = None


class ChildDied(Exception):
    """The child ended without a word: killed by a signal, or gone with an exit code."""

    def __init__(self, exit_code: int | None) -> None:
        self.signal = -exit_code if exit_code is not None and exit_code < 0 else None
        super().__init__(f"killed by {signal.Signals(self.signal).name}" if self.signal else f"exit code {exit_code}")

    @property
    def was_killed(self) -> bool:
        """True for SIGKILL that was not ours: in a container that is the kernel's out-of-memory killer."""
        return self.signal == signal.SIGKILL


class ChildSilent(Exception):
    """The child gave nothing for longer than allowed and was killed."""


def stream(
    work: Callable[[], Iterable[bytes]], limits: Limits, patience: Callable[[], float] | None = None
) -> Iterator[bytes]:
    """Yields what `work()` yields, run in a forked child; the child is gone when the iterator is closed or exhausted.

    `patience()` is asked before each item how long it may take, in seconds, instead of `limits.silence_s`. What the
    child writes to stdout goes to stderr: stdout may be what somebody reads.

    A PdfParserError raised in the child is raised here, MemoryError as OutOfMemory, anything else as InternalError.
    Raises ChildDied and ChildSilent; items yielded before stay valid.
    """
    receiver, sender = multiprocessing.Pipe(duplex=False)
    child = multiprocessing.get_context("fork").Process(target=_child, args=(work, sender, limits, os.getpid()))
    _flush()
    child.start()
    sender.close()
    try:
        yield from _items(receiver, patience or (lambda: limits.silence_s))
    except EOFError:
        child.join()
        raise ChildDied(child.exitcode) from None
    finally:
        if child.is_alive():
            child.kill()
        child.join()
        child.close()
        receiver.close()


def call(work: Callable[[], bytes], limits: Limits) -> bytes:
    """The one value of `work()`, computed in a child; raises as `stream` does."""
    return b"".join(stream(lambda: [work()], limits))


def _items(receiver: Connection, patience: Callable[[], float | None]) -> Iterator[bytes]:
    while True:
        if not receiver.poll(patience()):
            raise ChildSilent
        message = receiver.recv_bytes()
        kind, body = message[:1], message[1:]
        if kind == _END:
            return
        if kind == _ERROR:
            said = json.loads(body)
            raise from_code(said["code"], said["message"])
        yield body


def _child(work: Callable[[], Iterable[bytes]], sender: Connection, limits: Limits, parent: int) -> NoReturn:
    _die_with(parent)
    faulthandler.disable()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    with suppress(OSError):  # there may be no stderr
        os.dup2(2, 1)
    _apply(limits)
    try:
        for item in work():
            sender.send_bytes(_ITEM + item)
        sender.send_bytes(_END)
    except BaseException as exc:
        with suppress(OSError):
            sender.send_bytes(_ERROR + json.dumps(_said(exc)).encode())
    finally:
        _flush()
        os._exit(0)  # no clean-up that belongs to the parent


def _said(exc: BaseException) -> dict[str, str]:
    if isinstance(exc, PdfParserError):
        return {"code": exc.code(), "message": str(exc)}
    if isinstance(exc, MemoryError):
        return {"code": OutOfMemory.code(), "message": OutOfMemory.default_message()}
    return {"code": InternalError.code(), "message": f"{type(exc).__name__}: {exc}"}


def _apply(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if limits.memory_bytes is not None:
        most = _mapped_bytes() + limits.memory_bytes
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    if limits.cpu_s is not None:
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_s, limits.cpu_s + 5))


def _mapped_bytes() -> int:
    """Address space of this process: a forked child begins with that of its parent."""
    try:
        return int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    except OSError:  # no procfs
        return 0


def _die_with(parent: int) -> None:
    """The kernel kills this process when its parent ends, however that happens (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(1)


def _flush() -> None:
    for handle in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError):
            handle.flush()
