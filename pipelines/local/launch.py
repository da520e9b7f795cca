"""Gives free processors to pods that wait for one: by priority, then by age of the run, then by age of the pod."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from pipelines.local.clock import Clock
from pipelines.local.control.advance import advance
from pipelines.local.control.command import Command, Machine, build_command
from pipelines.local.control.document import update_conditions
from pipelines.local.control.locks import Locks
from pipelines.local.control.nodes import Node
from pipelines.local.control.pods import pod_end
from pipelines.local.control.reconcile import startable
from pipelines.local.control.round import Round, Run
from pipelines.local.language.errors import ExpressionError
from pipelines.local.machine.folders import RunFolder
from pipelines.local.machine.processes import Processes


@dataclass(frozen=True)
class Launch:
    round: Round
    node: Node
    command: Command
    folder: RunFolder


class Launcher:
    """`parallelism` is how many processes may live at once."""

    def __init__(self, processes: Processes, locks: Locks, parallelism: int, machine: Machine, clock: Clock) -> None:
        self._processes = processes
        self._locks = locks
        self._parallelism = parallelism
        self._machine = machine
        self._clock = clock

    def admit(self, runs: Iterable[Run]) -> list[Launch]:
        """Marks the next pods Running; they are started by `launch`, once that is on record."""
        launches: list[Launch] = []
        for run in sorted(runs, key=lambda run: run.rank):
            for node in startable(run):
                if len(self._processes) + len(launches) >= self._parallelism:
                    return launches
                launch = self._admit(run, node)
                launches += [launch] if launch else []
        return launches

    def launch(self, launch: Launch) -> datetime | None:
        """Starts the process. Returns when its time will be up: at once when it has no place to work in."""
        round_, node = launch.round, launch.node
        template = round_.template_of(node)
        try:
            live = self._processes.start(round_.run.name, node["id"], template, launch.command, launch.folder)
        except OSError as exc:
            round_.nodes.mark(node, "Error", round_.now, f"init: Error (exit code 64): {exc}")
            return round_.now
        return pod_end(round_, node, live)

    def _admit(self, run: Run, node: Node) -> Launch | None:
        """None for a command that cannot be made: the node is then in phase Error."""
        round_ = Round(run, self._clock(), self._locks, {}, advance)
        folder = self._processes.new_folder(run.name, node["id"])
        try:
            command = build_command(round_, node, folder.places, self._machine)
        except ExpressionError as exc:
            round_.nodes.mark(node, "Error", round_.now, str(exc))
            return None
        round_.nodes.mark(node, "Running", round_.now)
        update_conditions(run, round_.nodes)
        return Launch(round_, node, command, folder)
