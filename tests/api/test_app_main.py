"""Composition: which engine and store an app gets, and that it lets go of them."""

from __future__ import annotations

import asyncio

from api.app import create_app
from api.main import make_app, make_client
from pdf_parser.settings import Settings
from pipelines.argo.client import ArgoClient
from pipelines.kubeflow.client import KubeflowClient
from pipelines.local.client import LocalClient
from pipelines.stub import StubWorkflowClient


def test_the_stub_engine_is_chosen_by_name():
    assert isinstance(make_client(Settings(_env_file=None, engine="stub")), StubWorkflowClient)


def test_the_local_engine_is_the_default(tmp_path):
    folder = {"engine_db": str(tmp_path / "engine.sqlite"), "engine_work_dir": str(tmp_path / "work")}
    client = make_client(Settings(_env_file=None, **folder))
    assert isinstance(client, LocalClient)
    asyncio.run(client.close())


def test_a_cluster_is_chosen_by_name():
    client = make_client(Settings(_env_file=None, engine="argo", argo_url="http://localhost:1"))
    assert isinstance(client, ArgoClient)
    asyncio.run(client.close())


def test_kubeflow_is_chosen_by_name():
    client = make_client(Settings(_env_file=None, engine="kubeflow", kubeflow_url="http://localhost:1"))
    assert isinstance(client, KubeflowClient)
    asyncio.run(client.close())


def test_an_app_is_made_from_the_environment(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ENGINE", "stub")
    assert make_app().state.services.settings.engine == "stub"


def test_the_client_is_closed_with_the_app(store):
    client = StubWorkflowClient()
    app = create_app(Settings(_env_file=None), client, store)

    async def live_and_die():
        async with app.router.lifespan_context(app):
            assert not client.unavailable

    asyncio.run(live_and_die())
    assert client.unavailable
