"""The parent of all step processes: `python -I -S spawner.py <socket fd> <engine pid> <log limit>`.

A process of its own, small and with one thread, for three reasons: a fork with set-up code is safe here and costs the
same however large the engine is; the kernel ties PR_SET_PDEATHSIG to the thread that forks; and when the engine is
killed, whatever way, this one sees the end of the socket and takes every step with all its children along.

Speaks JSON lines: {"start": key, "argv", "env", "log"} and {"kill": key, "signal"} come in, {"started": key, "pid",
"ticks"} and {"ended": key, "code"} go out. Imports nothing but the standard library.
"""

from __future__ import annotations

import ctypes
import json
import os
import selectors
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

_PR_SET_PDEATHSIG, _PR_SET_CHILD_SUBREAPER = 1, 36
_CANNOT_START = 64  # what Argo's executor says when a container has no such program
_CHUNK = 65536


@dataclass
class Child:
    """`room` is how many bytes of log it may still write; the rest is read and dropped."""

    key: str
    pid: int
    pipe: int
    log: int
    room: int


class EngineGone(Exception):
    """The engine has closed the socket, or was killed."""


class Spawner:
    def __init__(self, control: socket.socket, log_limit: int) -> None:
        self._control = control
        self._log_limit = log_limit
        self._children: dict[int, Child] = {}
        self._buffer = b""
        self._libc = ctypes.CDLL(None) if sys.platform == "linux" else None
        self._selector = selectors.DefaultSelector()
        self._selector.register(control, selectors.EVENT_READ, self._read_control)
        self._selector.register(_child_ended(), selectors.EVENT_READ, self._reap)

    def serve(self, engine: int) -> None:
        self._prctl(_PR_SET_CHILD_SUBREAPER, 1)
        self._prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        try:
            while os.getppid() == engine:
                for key, _ in self._selector.select(timeout=60):
                    key.data(key.fd)
        except EngineGone:
            pass
        finally:
            self._kill_all()

    # --- what the engine wants ---------------------------------------------------------------------------------------
    def _read_control(self, _: int) -> None:
        data = self._control.recv(_CHUNK)
        if not data:
            raise EngineGone
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            message = json.loads(line)
            if "start" in message:
                self._start(message)
            else:
                self._kill(message["kill"], message["signal"])

    def _start(self, message: dict[str, Any]) -> None:
        try:
            child = self._fork(message)
        except OSError as exc:  # no more processes, descriptors or disk: this step fails, not all of them
            _explain(message, f"failed to start {message['argv'][0]}: {exc.strerror}")
            self._tell({"ended": message["start"], "code": _CANNOT_START})
            return
        self._children[child.pid] = child
        self._selector.register(child.pipe, selectors.EVENT_READ, lambda _: self._copy(child))
        self._tell({"started": child.key, "pid": child.pid, "ticks": _start_ticks(child.pid)})

    def _fork(self, message: dict[str, Any]) -> Child:
        log = os.open(message["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        reader, writer = os.pipe()
        try:
            pid = os.fork()
        except OSError:
            for descriptor in (log, reader, writer):
                os.close(descriptor)
            raise
        if pid == 0:
            self._become(message, writer)
        os.close(writer)
        os.set_blocking(reader, False)
        return Child(message["start"], pid, reader, log, max(0, self._log_limit - os.fstat(log).st_size))

    def _kill(self, key: str, number: int) -> None:
        for child in self._children.values():
            if child.key == key:
                _signal_group(child.pid, number)

    # --- what the children do -----------------------------------------------------------------------------------------
    def _become(self, message: dict[str, Any], output: int) -> NoReturn:
        """In the forked child: turns into the step, in a session of its own."""
        try:
            parent = os.getppid()
            os.setsid()
            self._prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != parent:
                os._exit(_CANNOT_START)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            os.dup2(output, 1)
            os.dup2(output, 2)
            for number in (signal.SIGPIPE, signal.SIGXFSZ):  # Python ignores them, and that would be inherited
                signal.signal(number, signal.SIG_DFL)
            os.execvpe(message["argv"][0], message["argv"], os.environ | message["env"])  # noqa: S606
        except OSError as exc:
            _explain(message, f"failed to start {message['argv'][0]}: {exc.strerror}")
        finally:
            os._exit(_CANNOT_START)

    def _copy(self, child: Child) -> None:
        """From the pipe, while it is open, to the log, as far as the limit allows."""
        while child.pipe >= 0:
            try:
                data = os.read(child.pipe, _CHUNK)
            except BlockingIOError:
                return
            if not data:
                self._close_pipe(child)
                return
            if child.room:
                _write_log(child, data)

    def _reap(self, wakeup: int) -> None:
        os.read(wakeup, _CHUNK)
        while (pid := _next_dead()) is not None:
            if pid in self._children:
                _signal_group(pid, signal.SIGKILL)  # before its number is free: what the step left running
            _, status = os.waitpid(pid, 0)
            child = self._children.get(pid)
            if child is not None:
                self._finish(child)
                self._tell({"ended": child.key, "code": os.waitstatus_to_exitcode(status)})

    def _finish(self, child: Child) -> None:
        self._copy(child)
        self._close_pipe(child)
        os.close(child.log)
        del self._children[child.pid]

    def _close_pipe(self, child: Child) -> None:
        if child.pipe >= 0:
            self._selector.unregister(child.pipe)
            os.close(child.pipe)
            child.pipe = -1

    def _kill_all(self) -> None:
        for pid in self._children:
            _signal_group(pid, signal.SIGKILL)
        for pid in self._children:
            with suppress(ChildProcessError):
                os.waitpid(pid, 0)

    def _tell(self, message: dict[str, Any]) -> None:
        try:
            self._control.sendall(json.dumps(message).encode() + b"\n")
        except OSError as exc:
            raise EngineGone from exc

    def _prctl(self, option: int, value: int) -> None:
        if self._libc is not None:
            self._libc.prctl(option, value)


def _child_ended() -> int:
    """A descriptor that becomes readable when a child has ended."""
    reader, writer = os.pipe()
    os.set_blocking(reader, False)
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    return reader


def _next_dead() -> int | None:
    """A child that has ended but is not reaped yet, so that its number still belongs to it."""
    try:
        found = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except ChildProcessError:
        return None
    return found.si_pid if found else None


def _signal_group(pid: int, number: int) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:  # it has not made its session yet
        with suppress(ProcessLookupError):
            os.kill(pid, number)
    except PermissionError:
        pass


def _start_ticks(pid: int) -> int:
    """Start time of a process in clock ticks since boot; 0 where there is no /proc."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[19])
    except (OSError, IndexError):
        return 0


def _write_log(child: Child, data: bytes) -> None:
    """A full disk loses the log, not the step."""
    with suppress(OSError):
        os.write(child.log, data[: child.room])
        if len(data) >= child.room:
            os.write(child.log, b"\n[the log has reached its limit]\n")
    child.room = max(0, child.room - len(data))


def _explain(message: dict[str, Any], text: str) -> None:
    with suppress(OSError, KeyError):
        os.write(2, f"{text}\n".encode())
        Path(message["env"]["PDF_PARSER_TERMINATION_LOG"]).write_text(text)


def _look_up(number: int, frame: FrameType | None) -> None:
    """Wakes the loop, which then sees that the engine is gone. Raising here would cut `_kill_all` short."""


def main(argv: list[str]) -> None:
    descriptor, engine, log_limit = map(int, argv)
    signal.signal(signal.SIGTERM, _look_up)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the engine, which then closes the socket
    os.set_inheritable(descriptor, False)
    Spawner(socket.socket(fileno=descriptor), log_limit).serve(engine)


if __name__ == "__main__":
    main(sys.argv[1:])
