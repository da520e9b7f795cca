"""The WorkflowClient of Kubeflow Pipelines, by its REST API v2beta1; kfp is not needed.

A run is found by its display name, which is the task id. KFP has no watch, and no names that are taken only once: a
question for each run, asked once a second at most, and a look before each submission stand in for them.
"""

from __future__ import annotations

import asyncio
import builtins
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from pdf_parser.errors import InvalidWorkflow, RunNotFound, UnsupportedFeature
from pdf_parser.settings import Settings
from pipelines.argo.server.answers import Refused
from pipelines.argo.server.cache import Entry
from pipelines.argo.server.connection import Connection, Server
from pipelines.argo.server.direct import DirectQuestions
from pipelines.argo.server.token import Token
from pipelines.argo.server.translate import refused_submission, translated
from pipelines.client import EngineHealth, Submission, WorkflowDocument
from pipelines.kubeflow.documents import COMPLETED, TASK_ID, UNFINISHED, describe, to_document

API = "/apis/v2beta1"
EXPERIMENT = "pdf-parser"
PAGE = "100"
NO_LOGS = "Kubeflow does not give the log of a run by its API. Look at the run in its UI, or at the pods."


def kubeflow_client(settings: Settings) -> KubeflowClient:
    """Nothing is sent before the first call."""
    file = Path(settings.kubeflow_token_file) if settings.kubeflow_token_file else None
    token = Token(settings.kubeflow_token.get_secret_value(), file, "KUBEFLOW_TOKEN_FILE")
    server = Server(settings.kubeflow_url, token, settings="KUBEFLOW")
    return KubeflowClient(
        Connection(server), settings.kubeflow_namespace, settings.kubeflow_pipeline, settings.kubeflow_poll_s
    )


class KubeflowClient:
    """Of one experiment. `pipeline` runs whatever template is asked for; None: the one of the template's name."""

    def __init__(
        self, connection: Connection, namespace: str = "", pipeline: str | None = None, poll_s: float = 2.0
    ) -> None:
        self._connection = connection
        self._namespace = {"namespace": namespace} if namespace else {}
        self._pipeline = pipeline
        self._poll_s = poll_s
        self._experiment: str | None = None
        self._ids: dict[str, str] = {}
        self._direct = DirectQuestions(self._fetch)

    async def submit(self, submission: Submission) -> None:
        """Two submissions of one name at the same moment would start two runs: the caller's name must be its own."""
        if await self._run_id(submission.name) is not None:
            return
        body = {
            "display_name": submission.name,
            "description": describe(submission),
            "experiment_id": await self._experiment_id(),
            "pipeline_version_reference": {"pipeline_id": await self._pipeline_id(submission.template)},
            "runtime_config": {"parameters": {TASK_ID: submission.name, **_flags(submission.parameters)}},
        }
        try:
            run = await self._connection.tell("POST", f"{API}/runs", body)
        except Refused as exc:
            raise refused_submission(exc) from exc
        self._ids[submission.name] = run["run_id"]
        self._direct.forget(submission.name)

    async def get(self, name: str) -> WorkflowDocument | None:
        entry = await self._direct.ask(name)
        return entry.document() if entry is not None else None

    async def list(self, labels: Mapping[str, str] | None = None) -> builtins.list[WorkflowDocument]:
        wanted = (labels or {}).items()
        only = [_is_unfinished()] if (labels or {}).get(COMPLETED) == "false" else []
        documents = [to_document(run) async for run in self._runs(*only)]
        return [document for document in documents if wanted <= document["metadata"]["labels"].items()]

    async def watch(self, name: str) -> AsyncIterator[WorkflowDocument]:
        shown = None
        while (entry := await self._direct.ask(name)) is not None:
            if entry != shown:
                yield entry.document()
            if entry.is_finished:
                return
            shown = entry
            await asyncio.sleep(self._poll_s)

    async def stop(self, name: str) -> None:
        """KFP can only terminate: whether the exit handler still runs is its own affair (kfp#6101)."""
        await self.terminate(name)

    async def terminate(self, name: str) -> None:
        entry = await self._known(name)
        if not entry.is_finished:
            await self._tell(name, "terminate")

    async def retry(self, name: str) -> None:
        entry = await self._known(name)
        if entry.document()["status"].get("phase") != "Failed":
            raise InvalidWorkflow("Only a run that has failed can be retried.")
        await self._tell(name, "retry")

    async def delete(self, name: str) -> None:
        """Harmless when there is no such run."""
        if (run_id := await self._run_id(name)) is not None:
            with suppress(RunNotFound), translated():
                await self._connection.ask("DELETE", f"{API}/runs/{run_id}")
        self._ids.pop(name, None)
        self._direct.forget(name)

    async def logs(self, name: str) -> builtins.list[str]:
        """Raises UnsupportedFeature for a run that exists."""
        await self._known(name)
        raise UnsupportedFeature(NO_LOGS)

    async def health(self) -> EngineHealth:
        runs = [run async for run in self._runs(_is_unfinished())]
        pending = [run for run in runs if to_document(run)["status"]["phase"] == "Pending"]
        return EngineHealth("kubeflow", len(pending), len(runs), {"circuit": self._connection.circuit.state})

    async def close(self) -> None:
        await self._connection.close()

    # --- inside -------------------------------------------------------------------------------------------------------
    async def _fetch(self, name: str) -> Entry | None:
        run_id = await self._run_id(name)
        if run_id is None:
            return None
        try:
            with translated():
                return Entry.of(to_document(await self._connection.ask("GET", f"{API}/runs/{run_id}")))
        except RunNotFound:
            self._ids.pop(name, None)
            return None

    async def _known(self, name: str) -> Entry:
        """As it is now. Raises RunNotFound."""
        self._direct.forget(name)
        entry = await self._direct.ask(name)
        if entry is None:
            raise RunNotFound
        return entry

    async def _tell(self, name: str, what: str) -> None:
        with translated():
            await self._connection.tell("POST", f"{API}/runs/{self._ids[name]}:{what}", {})
        self._direct.forget(name)

    async def _run_id(self, name: str) -> str | None:
        """Of the newest run of that name. Names of runs are never used again, so what was found stays true."""
        if name not in self._ids:
            async for run in self._runs(_equals("display_name", name)):
                self._ids[name] = run["run_id"]
                break
        return self._ids.get(name)

    async def _runs(self, *predicates: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """Newest first."""
        options = {"experiment_id": await self._experiment_id(), "sort_by": "created_at desc", "page_size": PAGE}
        async for run in self._pages("runs", options | _filter(*predicates)):
            yield run

    async def _experiment_id(self) -> str:
        """Our experiment, made when it is not there."""
        if self._experiment is None:
            options = {**self._namespace, **_filter(_equals("display_name", EXPERIMENT))}
            found = [e["experiment_id"] async for e in self._pages("experiments", options)]
            self._experiment = found[0] if found else await self._make_experiment()
        return self._experiment

    async def _make_experiment(self) -> str:
        with translated():
            made = await self._connection.tell(
                "POST", f"{API}/experiments", {"display_name": EXPERIMENT, **self._namespace}
            )
        return str(made["experiment_id"])

    async def _pipeline_id(self, template: str) -> str:
        """Its newest version runs. Raises InvalidWorkflow when there is no such pipeline."""
        name = self._pipeline or template
        try:
            with translated():
                found = await self._connection.ask("GET", f"{API}/pipelines/names/{name}", self._namespace)
        except RunNotFound as exc:
            raise InvalidWorkflow(f"There is no pipeline {name!r}: upload it, or see KUBEFLOW_PIPELINE.") from exc
        return str(found["pipeline_id"])

    async def _pages(self, what: str, options: dict[str, str]) -> AsyncIterator[dict[str, Any]]:
        token = ""
        while True:
            with translated():
                page = await self._connection.ask(
                    "GET", f"{API}/{what}", options | ({"page_token": token} if token else {})
                )
            for item in page.get(what) or ():
                yield item
            token = page.get("next_page_token") or ""
            if not token:
                return


def _flags(parameters: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in parameters.items()}


def _equals(key: str, value: str) -> dict[str, Any]:
    return {"operation": "EQUALS", "key": key, "string_value": value}


def _is_unfinished() -> dict[str, Any]:
    return {"operation": "IN", "key": "state", "string_values": {"values": list(UNFINISHED)}}


def _filter(*predicates: dict[str, Any]) -> dict[str, str]:
    return {"filter": json.dumps({"predicates": predicates})} if predicates else {}
