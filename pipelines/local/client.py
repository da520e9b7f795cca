"""The WorkflowClient of the embedded engine: its blocking calls in threads, its changes as an async iterator."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path

from pdf_parser.errors import EngineUnavailable
from pdf_parser.settings import Settings
from pipelines.client import EngineHealth, Submission, WorkflowDocument, is_finished
from pipelines.compile import templates_dir
from pipelines.local.engine import ALL_RUNS, Engine, Limits, Lines

GPU_SEMAPHORE = "pdf-parser-limits/gpu-slots"


def local_client(
    settings: Settings, env: Mapping[str, str] | None = None, templates: Path | None = None
) -> LocalClient:
    """Starts an engine with the settings; `env` is added to the environment of its steps.

    `templates` is the folder with compiled YAML, by default ours. Raises EngineUnavailable, also for an interpreter of
    ENGINE_INTERPRETERS that is not there.
    """
    limits = Limits(
        parallelism=settings.engine_parallelism,
        semaphores={GPU_SEMAPHORE: settings.gpu_slots},
        gpu_semaphore=GPU_SEMAPHORE,
        deadline_s=settings.run_deadline_s,
    )
    folder = templates or templates_dir()
    state, work = Path(settings.engine_db), Path(settings.engine_work_dir)
    return LocalClient(Engine(state, work, folder, limits, env, interpreters=_interpreters(settings)))


def _interpreters(settings: Settings) -> dict[str, str]:
    """Absolute, as steps may run elsewhere; links are kept, as they tell Python which environment it is in."""
    found = {image: Path(path).absolute() for image, path in settings.interpreters().items()}
    for image, path in found.items():
        if not os.access(path, os.X_OK):
            raise EngineUnavailable(
                f"ENGINE_INTERPRETERS says that {path} runs the steps of image {image!r}, but there is no such program."
                " Make the environment with `make backends`, or correct the setting."
            )
    return {image: str(path) for image, path in found.items()}


class LocalClient:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def submit(self, submission: Submission) -> None:
        await asyncio.to_thread(self._engine.submit, submission)

    async def get(self, name: str) -> WorkflowDocument | None:
        return await asyncio.to_thread(self._engine.get, name)

    async def list(self, labels: Mapping[str, str] | None = None) -> list[WorkflowDocument]:
        return await asyncio.to_thread(self._engine.list, labels)

    async def watch(self, name: str) -> AsyncIterator[WorkflowDocument]:
        changed, loop = asyncio.Event(), asyncio.get_running_loop()

        def on_change(run: str) -> None:
            if run in (name, ALL_RUNS):
                with suppress(RuntimeError):  # the loop has ended before the watch did
                    loop.call_soon_threadsafe(changed.set)

        unsubscribe = self._engine.subscribe(on_change)
        try:
            while (document := await self.get(name)) is not None:
                yield document
                if is_finished(document):
                    return
                await changed.wait()
                changed.clear()
        finally:
            unsubscribe()

    async def stop(self, name: str) -> None:
        await asyncio.to_thread(self._engine.stop, name)

    async def terminate(self, name: str) -> None:
        await asyncio.to_thread(self._engine.terminate, name)

    async def retry(self, name: str) -> None:
        await asyncio.to_thread(self._engine.retry, name)

    async def logs(self, name: str) -> Lines:
        return await asyncio.to_thread(self._engine.logs, name)

    async def health(self) -> EngineHealth:
        return await asyncio.to_thread(self._engine.health)

    async def close(self) -> None:
        await asyncio.to_thread(self._engine.close)
