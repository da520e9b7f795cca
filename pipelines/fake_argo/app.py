"""The routes of argo-server that clients of workflows use."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp

from pdf_parser.errors import EngineUnavailable, RunNotFound
from pipelines.client import ObservableClient
from pipelines.fake_argo.answers import INVALID, NOT_FOUND, UNAUTHENTICATED, LineStream, Refusal, not_found
from pipelines.fake_argo.events import Events
from pipelines.fake_argo.options import clean, read_selector
from pipelines.fake_argo.runs import FakeRuns, as_refusal
from pipelines.fake_argo.submit import read_submission

VERSION = "v4.1.2+fake"
WATCH_LASTS_S = 1800.0
Handler = Callable[[Request], Awaitable[ASGIApp]]


class FakeArgo:
    """`templates` by name; `tokens` are those accepted, none means that nobody is asked for one.

    A watch ends after `watch_lasts_s`, as those of Kubernetes do.
    """

    def __init__(
        self,
        engine: ObservableClient,
        templates: Mapping[str, Mapping[str, Any]],
        tokens: Collection[str] = (),
        namespace: str = "pdf-parser",
        watch_lasts_s: float = WATCH_LASTS_S,
        archive: bool = True,
    ) -> None:
        self.events = Events(engine)
        self._runs = FakeRuns(engine, self.events, archive)
        self._templates = templates
        self._tokens = tokens
        self._namespace = namespace
        self._watch_lasts_s = watch_lasts_s

    def app(self) -> Starlette:
        return Starlette(routes=self._routes(), lifespan=self._lifespan)

    def _routes(self) -> list[Route]:
        runs, run = "/api/v1/workflows/{namespace}", "/api/v1/workflows/{namespace}/{name}"
        table: list[tuple[str, str, Handler]] = [
            ("POST", f"{runs}/submit", self._submit),
            ("GET", runs, self._list),
            ("GET", run, self._get),
            ("DELETE", run, self._delete),
            ("PUT", f"{run}/stop", self._change(self._runs.stop)),
            ("PUT", f"{run}/terminate", self._change(self._runs.terminate)),
            ("PUT", f"{run}/retry", self._change(self._runs.retry)),
            ("GET", f"{run}/log", self._log),
            ("GET", "/api/v1/workflow-events/{namespace}", self._watch),
            ("GET", "/api/v1/archived-workflows", self._list_archive),
            ("GET", "/api/v1/archived-workflows/{uid}", self._get_archived),
            ("GET", "/api/v1/workflow-templates/{namespace}", self._list_templates),
            ("GET", "/api/v1/workflow-templates/{namespace}/{name}", self._get_template),
            ("GET", "/api/v1/version", self._version),
            ("GET", "/api/v1/info", self._info),
        ]
        return [Route(path, self._guarded(handler), methods=[method]) for method, path, handler in table]

    @asynccontextmanager
    async def _lifespan(self, app: Starlette) -> AsyncIterator[None]:
        async with self.events.following():
            yield

    def _guarded(self, handler: Handler) -> Handler:
        async def answer(request: Request) -> ASGIApp:
            try:
                self._check(request)
                return await handler(request)
            except Refusal as exc:
                return exc.response()
            except (EngineUnavailable, RunNotFound) as exc:
                return as_refusal(exc).response()

        return answer

    def _check(self, request: Request) -> None:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        if self._tokens and given not in self._tokens:
            raise Refusal(
                401, UNAUTHENTICATED, "token not valid. see https://argo-workflows.readthedocs.io/en/latest/faq/"
            )
        namespace = request.path_params.get("namespace", self._namespace)
        if namespace != self._namespace:
            raise Refusal(404, NOT_FOUND, f'namespaces "{namespace}" not found')

    # --- runs ---------------------------------------------------------------------------------------------------------
    async def _submit(self, request: Request) -> JSONResponse:
        try:
            body = json.loads(await request.body())
        except ValueError as exc:
            raise Refusal(400, INVALID, str(exc)) from exc
        return JSONResponse(await self._runs.submit(read_submission(body, self._templates)))

    async def _list(self, request: Request) -> JSONResponse:
        query = request.query_params
        limit, offset = (int(query.get(f"listOptions.{name}") or 0) for name in ("limit", "continue"))
        return JSONResponse(clean(self._runs.list(read_selector(query), limit, offset), query.get("fields", "")))

    async def _get(self, request: Request) -> JSONResponse:
        return JSONResponse(clean(self._runs.get(_name(request)), request.query_params.get("fields", "")))

    async def _delete(self, request: Request) -> JSONResponse:
        await self._runs.delete(_name(request))
        return JSONResponse({})

    def _change(self, change: Callable[[str], Awaitable[Mapping[str, Any]]]) -> Handler:
        async def handler(request: Request) -> JSONResponse:
            return JSONResponse(await change(_name(request)))

        return handler

    async def _log(self, request: Request) -> LineStream:
        return LineStream(self._runs.log(_name(request)))

    async def _watch(self, request: Request) -> LineStream:
        query = request.query_params
        since = query.get("listOptions.resourceVersion", "")
        bookmarks = query.get("listOptions.allowWatchBookmarks") == "true"

        async def lines() -> AsyncIterator[Mapping[str, Any]]:
            start = self.events.start_of_watch(since)
            async for line in self.events.watch(start, read_selector(query), self._watch_lasts_s, bookmarks):
                yield clean(line, query.get("fields", ""), "")

        return LineStream(lines())

    # --- what else clients look at ------------------------------------------------------------------------------------
    async def _list_archive(self, request: Request) -> JSONResponse:
        chosen = read_selector(request.query_params)
        return JSONResponse({"metadata": {}, "items": list(filter(chosen, self._runs.archive.values()))})

    async def _get_archived(self, request: Request) -> JSONResponse:
        uid = request.path_params["uid"]
        for document in self._runs.archive.values():
            if document["metadata"].get("uid") == uid:
                return JSONResponse(document)
        raise Refusal(404, NOT_FOUND, "not found")

    async def _list_templates(self, request: Request) -> JSONResponse:
        return JSONResponse({"metadata": {}, "items": list(self._templates.values())})

    async def _get_template(self, request: Request) -> JSONResponse:
        if _name(request) not in self._templates:
            raise not_found("workflowtemplates", _name(request))
        return JSONResponse(self._templates[_name(request)])

    async def _version(self, request: Request) -> JSONResponse:
        return JSONResponse({"version": VERSION, "platform": "fake"})

    async def _info(self, request: Request) -> JSONResponse:
        return JSONResponse({"managedNamespace": self._namespace, "links": None, "columns": None})


def _name(request: Request) -> str:
    name: str = request.path_params["name"]
    return name
