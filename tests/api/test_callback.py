"""A callback is accepted or refused at once; where it leads is the steps' business and nobody else's."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest

from pdf_parser.domain import layout
from pdf_parser.domain.event import Callback

URL = "https://h.example/hook?token=secret"
SECRETS = f"whsec_{b64encode(b'a key that only the two know!').decode()}"


@pytest.fixture
def signing(make_api):
    return make_api(event_webhook_secrets=SECRETS)


def test_a_callback_is_kept_for_the_steps_alone(signing, store, client):
    task_id = signing.upload(callback=URL)
    assert Callback.model_validate_json(store.get(layout.callback(task_id))).url == URL
    assert b"secret" not in store.get(layout.task(task_id))
    assert "secret" not in json.dumps(signing.run(client.get(task_id)))
    assert "secret" not in json.dumps(signing.status(task_id))


@pytest.mark.parametrize("url", ["https://10.0.0.1/?token=secret", "http://h.example/?token=secret", "secret"])
def test_one_that_leads_nowhere_good_is_refused_and_no_run_begins(signing, client, url):
    answer = signing.post("/upload", json={"url": "s3://b/k", "callback": url})
    assert (answer.status_code, answer.json()["code"]) == (422, "CallbackRefused")
    assert "secret" not in answer.text and signing.run(client.list()) == []


def test_callbacks_are_off_without_a_secret_to_sign_them(api):
    answer = api.post("/upload", json={"url": "s3://b/k", "callback": URL})
    assert answer.json()["code"] == "CallbackRefused" and "EVENT_WEBHOOK_SECRETS" in answer.json()["detail"]


def test_the_id_of_the_request_goes_along_to_the_steps(api, client):
    answer = api.post("/upload", json={"url": "s3://b/k"}, headers={"X-Request-ID": "mine-1"})
    workflow = api.run(client.get(answer.json()["task_id"]))
    given = {p["name"]: p["value"] for p in workflow["spec"]["arguments"]["parameters"]}
    assert given["correlation-id"] == "mine-1"
    assert workflow["metadata"]["annotations"]["pdf-parser.io/request-id"] == "mine-1"
