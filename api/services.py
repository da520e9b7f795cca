"""What the handlers work with, made once per app and handed to them by FastAPI."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

from fastapi import Depends, Request

from api.backpressure import Gate
from api.following import Follower
from api.health import HealthChecks
from api.idempotency import Idempotency
from api.known import KnownUploads
from api.listing import Listing
from api.metrics import Metrics
from api.reconciler import Reconciler
from api.records import Records
from api.runs import Runs
from api.submitting import Submitting
from api.sweeper import Sweeper
from api.uploads import Uploads
from pdf_parser.events.courier import make_courier
from pdf_parser.settings import Settings
from pdf_parser.storage.base import ObjectStore
from pipelines.client import WorkflowClient


@dataclass(frozen=True)
class Services:
    settings: Settings
    client: WorkflowClient
    store: ObjectStore
    gate: Gate
    records: Records
    known: KnownUploads
    runs: Runs
    follower: Follower
    listing: Listing
    uploads: Uploads
    submitting: Submitting
    health: HealthChecks
    reconciler: Reconciler
    sweeper: Sweeper
    metrics: Metrics

    @classmethod
    def build(cls, settings: Settings, client: WorkflowClient, store: ObjectStore) -> Services:
        metrics, records = Metrics(settings.max_q), Records(store)
        runs = Runs(client, records, settings)
        gate = Gate(client, settings.max_q)
        known = KnownUploads(store, settings)
        keys = Idempotency(store, timedelta(hours=settings.task_ttl_hours))
        return cls(
            settings=settings,
            client=client,
            store=store,
            gate=gate,
            records=records,
            known=known,
            runs=runs,
            follower=Follower(client, runs),
            listing=Listing(store, records, runs, settings),
            uploads=Uploads(store, settings),
            submitting=Submitting(settings, gate, known, runs, keys, metrics),
            health=HealthChecks(client, store, settings.max_q),
            reconciler=Reconciler(client, metrics, settings.run_deadline_s, settings.stuck_margin_s),
            sweeper=Sweeper(store, make_courier(store, settings), metrics),
            metrics=metrics,
        )


async def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


ServicesDep = Annotated[Services, Depends(_services)]
