"""A workflow's spec as the engine sees it. Texts may hold `{{…}}`; everything else has been read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pipelines.local.language.depends import Depends


@dataclass(frozen=True)
class Input:
    name: str
    value: str | None = None
    default: str | None = None

    @property
    def is_required(self) -> bool:
        return self.value is None and self.default is None


@dataclass(frozen=True)
class Output:
    """`path` is where the container would write on a cluster; here each node has a folder of its own."""

    name: str
    path: str
    default: str | None = None
    global_name: str | None = None


@dataclass(frozen=True)
class Container:
    """`image` without registry, folder, tag and digest: here it names an interpreter at most."""

    command: tuple[str, ...]
    args: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    image: str = ""


@dataclass(frozen=True)
class Backoff:
    duration_s: float
    factor: int | None = None
    cap_s: float | None = None
    max_duration_s: float | None = None


@dataclass(frozen=True)
class RetryStrategy:
    """`limit` counts attempts after the first; None means without end."""

    limit: int | None
    on_failed: bool
    on_error: bool
    expression: str = ""
    backoff: Backoff | None = None


@dataclass(frozen=True)
class Lock:
    """A mutex, or a semaphore whose size the engine is told: `kind` and `name` as Argo writes them in messages."""

    kind: str
    name: str


@dataclass(frozen=True)
class Task:
    name: str
    template: str
    arguments: Mapping[str, str]
    depends: Depends | None = None
    when: str = ""
    with_param: str | None = None
    with_items: tuple[Any, ...] = ()

    @property
    def fans_out(self) -> bool:
        return self.with_param is not None or bool(self.with_items)

    @property
    def needs(self) -> tuple[str, ...]:
        return self.depends.tasks if self.depends else ()


@dataclass(frozen=True)
class Dag:
    """`tasks` come after all they depend on."""

    tasks: tuple[Task, ...]
    fail_fast: bool = True

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """Tasks on which no other depends: they decide how the DAG has ended."""
        needed = {name for task in self.tasks for name in task.needs}
        return tuple(sorted(task.name for task in self.tasks if task.name not in needed))

    @cached_property
    def ancestors(self) -> Mapping[str, tuple[str, ...]]:
        """All that a task depends on, directly or not: whose outputs it may use."""
        found: dict[str, tuple[str, ...]] = {}
        for task in self.tasks:
            found[task.name] = tuple(dict.fromkeys(n for need in task.needs for n in (*found.get(need, ()), need)))
        return found

    @cached_property
    def by_name(self) -> Mapping[str, Task]:
        return {task.name: task for task in self.tasks}


@dataclass(frozen=True)
class Template:
    """Either a container or a DAG. `deadline_s` counts from the start of the process, `timeout_s` from the node's."""

    name: str
    inputs: tuple[Input, ...] = ()
    outputs: tuple[Output, ...] = ()
    container: Container | None = None
    dag: Dag | None = None
    retry: RetryStrategy | None = None
    deadline_s: float | None = None
    timeout_s: float | None = None
    parallelism: int | None = None
    locks: tuple[Lock, ...] = ()


@dataclass(frozen=True)
class TimeToLive:
    """Seconds that a finished workflow is kept, by how it ended; None means for ever."""

    after_success_s: float | None = None
    after_failure_s: float | None = None


@dataclass(frozen=True)
class Spec:
    entrypoint: str
    templates: Mapping[str, Template]
    parameters: tuple[Input, ...] = ()
    on_exit: str | None = None
    parallelism: int | None = None
    deadline_s: float | None = None
    locks: tuple[Lock, ...] = ()
    ttl: TimeToLive = TimeToLive()
