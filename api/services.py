"""What the handlers work with, made once per app and handed to them by FastAPI."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from api.backpressure import Gate
from api.health import HealthChecks
from api.known import KnownUploads
from api.metrics import Metrics
from api.reconciler import Reconciler
from api.records import Records
from api.runs import Runs
from api.sweeper import Sweeper
from pdf_parser.events.courier import make_courier
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore
from pipelines.client import WorkflowClient


@dataclass(frozen=True)
class Services:
    settings: Settings
    gate: Gate
    known: KnownUploads
    runs: Runs
    health: HealthChecks
    reconciler: Reconciler
    sweeper: Sweeper
    metrics: Metrics

    @classmethod
    def build(cls, settings: Settings, client: WorkflowClient, store: ObjectStore) -> Services:
        metrics = Metrics(settings.max_q)
        return cls(
            settings=settings,
            gate=Gate(client, settings.max_q),
            known=KnownUploads(store, settings),
            runs=Runs(client, Records(store), settings),
            health=HealthChecks(client, store, settings.max_q),
            reconciler=Reconciler(client, metrics, settings.run_deadline_s, settings.stuck_margin_s),
            sweeper=Sweeper(store, make_courier(store, settings), metrics),
            metrics=metrics,
        )


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]
