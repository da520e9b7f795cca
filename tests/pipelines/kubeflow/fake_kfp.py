"""The routes of Kubeflow Pipelines' API that the client uses, over runs that a test moves along by hand.

Fields and routes are those of its swagger (kfp-server-api 2.17.3); the order and names of tasks are what its compiler
makes of the pipeline. Nothing here was recorded from a real server.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timezone
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

API = "/apis/v2beta1"
FINAL = ("SUCCEEDED", "FAILED", "CANCELED", "SKIPPED")
NOT_FOUND, INVALID, UNAUTHENTICATED = (404, 5), (400, 3), (401, 16)
Handler = Callable[[Request], Awaitable[Response]]
Run = dict[str, Any]


class FakeKfp:
    """`down`: every answer is 503. `tokens` are those accepted, none means that nobody is asked for one."""

    def __init__(self, pipelines: Collection[str], tokens: Collection[str] = ()) -> None:
        self.down = False
        self.tokens = tokens
        self.calls: list[str] = []
        self.runs: list[Run] = []
        self._experiments: list[dict[str, Any]] = []
        self._pipelines = {name: str(uuid.uuid4()) for name in pipelines}

    def app(self) -> Starlette:
        table: list[tuple[str, str, Handler]] = [
            ("GET", "/experiments", self._list_experiments),
            ("POST", "/experiments", self._make_experiment),
            ("GET", "/pipelines/names/{name}", self._pipeline),
            ("GET", "/runs", self._list_runs),
            ("POST", "/runs", self._make_run),
            ("POST", "/runs/{verb:path}", self._change_run),
            ("GET", "/runs/{id}", self._get_run),
            ("DELETE", "/runs/{id}", self._delete_run),
        ]
        return Starlette(routes=[Route(f"{API}{path}", self._guarded(do), methods=[m]) for m, path, do in table])

    # --- what a test can do to a run ----------------------------------------------------------------------------------
    def run(self, name: str) -> Run:
        return next(run for run in self.runs if run["display_name"] == name)

    def begin(self, name: str, *steps: str) -> None:
        """The run is under way, and these steps with it."""
        self._set(self.run(name), "RUNNING")
        for step in steps or ("fetch",):
            self.task(name, step, "RUNNING")

    def task(self, name: str, step: str, state: str, inside: str | None = None, message: str = "") -> None:
        tasks = self.run(name)["run_details"]["task_details"]
        number = len(tasks)
        task = {
            "run_id": self.run(name)["run_id"],
            "task_id": str(uuid.uuid4()),
            "display_name": step,
            "create_time": _now(),
            "start_time": _now(),
            "end_time": _now() if state in FINAL else None,
            "state": state,
            "pod_name": f"{name}-{number}",
            "child_tasks": [],
        }
        tasks.append(task | ({"error": {"code": 2, "message": message}} if message else {}))
        for parent in tasks:
            if parent["display_name"] == inside:
                parent["child_tasks"].append({"pod_name": task["pod_name"]})

    def end(self, name: str, state: str, message: str = "") -> None:
        run = self.run(name)
        for task in run["run_details"]["task_details"]:
            if task["state"] not in FINAL:
                task.update(state=state, end_time=_now())
        self._set(run, state)
        run["finished_at"] = _now()
        if message:
            run["error"] = {"code": 2, "message": message}

    # --- routes -------------------------------------------------------------------------------------------------------
    def _guarded(self, do: Handler) -> Handler:
        async def answer(request: Request) -> Response:
            self.calls.append(f"{request.method} {request.url.path.removeprefix(API)}")
            if self.down:
                return Response("upstream connect error", 503)
            if self.tokens and request.headers.get("authorization", "").removeprefix("Bearer ") not in self.tokens:
                return _refusal(UNAUTHENTICATED, "Request header error: there is no user identity header.")
            return await do(request)

        return answer

    async def _list_experiments(self, request: Request) -> Response:
        return _page("experiments", _filtered(request, self._experiments), request)

    async def _make_experiment(self, request: Request) -> Response:
        self._experiments.append({**await request.json(), "experiment_id": str(uuid.uuid4()), "created_at": _now()})
        return JSONResponse(self._experiments[-1])

    async def _pipeline(self, request: Request) -> Response:
        name = request.path_params["name"]
        if name not in self._pipelines:
            return _refusal(NOT_FOUND, f"ResourceNotFoundError: Pipeline {name} not found.")
        return JSONResponse({"pipeline_id": self._pipelines[name], "display_name": name, "name": name})

    async def _list_runs(self, request: Request) -> Response:
        ours = [r for r in self.runs if r["experiment_id"] == request.query_params["experiment_id"]]
        assert request.query_params["sort_by"] == "created_at desc"
        return _page("runs", list(reversed(_filtered(request, ours))), request)

    async def _make_run(self, request: Request) -> Response:
        body = await request.json()
        if body["pipeline_version_reference"]["pipeline_id"] not in self._pipelines.values():
            return _refusal(INVALID, "InvalidInputError: unknown pipeline.")
        run = {**body, "run_id": str(uuid.uuid4()), "created_at": _now(), "storage_state": "AVAILABLE"}
        self.runs.append({**run, "state_history": [], "run_details": {"task_details": []}})
        self._set(self.runs[-1], "PENDING")
        return JSONResponse(self.runs[-1])

    async def _get_run(self, request: Request) -> Response:
        run = self._by_id(request.path_params["id"])
        return JSONResponse(run) if run else _refusal(NOT_FOUND, "ResourceNotFoundError: Run not found.")

    async def _delete_run(self, request: Request) -> Response:
        self.runs = [run for run in self.runs if run["run_id"] != request.path_params["id"]]
        return JSONResponse({})

    async def _change_run(self, request: Request) -> Response:
        run_id, _, verb = request.path_params["verb"].partition(":")
        run = self._by_id(run_id)
        if run is None:
            return _refusal(NOT_FOUND, "ResourceNotFoundError: Run not found.")
        if verb == "terminate":
            self.end(run["display_name"], "CANCELED")
        else:
            run["run_details"]["task_details"] = []
            run.pop("error", None)
            run.pop("finished_at", None)
            self._set(run, "RUNNING")
        return JSONResponse({})

    def _by_id(self, run_id: str) -> Run | None:
        return next((run for run in self.runs if run["run_id"] == run_id), None)

    def _set(self, run: Run, state: str) -> None:
        run["state"] = state
        run["state_history"].append({"update_time": _now(), "state": state})


def _filtered(request: Request, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for predicate in json.loads(request.query_params.get("filter", "{}")).get("predicates", ()):
        key = predicate["key"]
        if predicate["operation"] == "EQUALS":
            items = [item for item in items if item[key] == predicate["string_value"]]
        else:
            assert predicate["operation"] == "IN"
            items = [item for item in items if item[key] in predicate["string_values"]["values"]]
    return items


def _page(what: str, items: list[dict[str, Any]], request: Request) -> Response:
    """Never more than two at once, so that every list of a test has pages."""
    start = int(request.query_params.get("page_token", "0"))
    more = {"next_page_token": str(start + 2)} if len(items) > start + 2 else {}
    return JSONResponse({what: items[start : start + 2], "total_size": len(items), **more} if items else {})


def _refusal(kind: tuple[int, int], message: str) -> Response:
    http, code = kind
    return JSONResponse({"error": message, "code": code, "message": message, "details": []}, http)


def _now() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
