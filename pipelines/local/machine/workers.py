"""The engine's side of the spawner: starts it, asks it to start and to kill steps, hears how they ended."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_SPAWNER = Path(__file__).with_name("spawner.py")
_CHUNK = 65536
_STOP_TIMEOUT_S = 10


@dataclass(frozen=True)
class Started:
    """`ticks` is when, in clock ticks since boot: with it a process number cannot be mistaken later."""

    key: str
    pid: int
    ticks: int


@dataclass(frozen=True)
class Ended:
    """`code` is negative for a signal."""

    key: str
    code: int


@dataclass(frozen=True)
class Lost:
    """The spawner itself has died, and every step with it."""


Event = Started | Ended | Lost


class Workers:
    """`open` it in the thread that will use it, one that lives as long as the engine: see spawner.py."""

    def __init__(self, env: Mapping[str, str], log_limit_bytes: int) -> None:
        self._env = dict(env)
        self._log_limit = log_limit_bytes
        self._buffer = b""

    def open(self) -> None:
        self._socket, theirs = socket.socketpair()
        with theirs:
            argv = [
                sys.executable,
                "-I",
                "-S",
                str(_SPAWNER),
                str(theirs.fileno()),
                str(os.getpid()),
                str(self._log_limit),
            ]
            self._process = subprocess.Popen(  # noqa: S603
                argv, env=self._env, pass_fds=[theirs.fileno()], start_new_session=True, stdin=subprocess.DEVNULL
            )

    def fileno(self) -> int:
        return self._socket.fileno()

    def start(self, key: str, argv: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self._tell({"start": key, "argv": list(argv), "env": dict(env), "log": str(log)})

    def kill(self, key: str, number: signal.Signals) -> None:
        self._tell({"kill": key, "signal": int(number)})

    def read(self) -> list[Event]:
        """What has happened; call it when the descriptor is readable."""
        data = self._receive()
        if not data:
            return [Lost()]
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        return [_event(json.loads(line)) for line in lines]

    def reopen(self) -> None:
        """A new spawner after the old one was lost."""
        self.close()
        self._buffer = b""
        self.open()

    def close(self) -> None:
        """Kills every step and waits until they are gone."""
        self._socket.close()
        try:
            self._process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _tell(self, message: dict[str, object]) -> None:
        """A message that cannot be delivered is not missed: the next `read` says that the spawner is lost."""
        try:
            self._socket.sendall(json.dumps(message).encode() + b"\n")
        except (BrokenPipeError, ConnectionResetError):
            return

    def _receive(self) -> bytes:
        try:
            return self._socket.recv(_CHUNK)
        except ConnectionResetError:
            return b""


def _event(message: Mapping[str, object]) -> Event:
    if "started" in message:
        return Started(str(message["started"]), int(str(message["pid"])), int(str(message["ticks"])))
    return Ended(str(message["ended"]), int(str(message["code"])))
