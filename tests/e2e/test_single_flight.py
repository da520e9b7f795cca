"""The same bytes at the same moment are parsed once: in one engine, between engines, and past an engine that dies."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.service import Service
from tests.faults.counting import NAME, counted, counting_env
from tests.pdfs import simple_pdf

PAGES = 6


@pytest.fixture
def copies(tmp_path):
    """URLs of files with the same bytes."""
    paths = [tmp_path / f"{name}.pdf" for name in ("one", "two", "three")]
    for path in paths:
        path.write_bytes(simple_pdf(PAGES))
    return [path.as_uri() for path in paths]


def same_moment(services, urls):
    """The last status of each run."""

    def go(pair):
        service, url = pair
        return service.follow(service.upload(url, parser=NAME))[-1]

    with ThreadPoolExecutor(len(urls)) as pool:
        return list(pool.map(go, zip(services, urls, strict=True)))


def assert_parsed_once(ends, tmp_path):
    assert [end["state"] for end in ends] == ["succeeded"] * len(ends), ends
    assert counted(tmp_path) == list(range(1, PAGES + 1))
    assert sorted(end["cached"] for end in ends) == [False] + [True] * (len(ends) - 1)
    assert len({end["result_key"] for end in ends}) == 1


@pytest.mark.parametrize("profile", ["express", "full"])
def test_one_engine_parses_once(tmp_path, env, copies, profile):
    limits = {"PROFILE": profile, "SHARD_MAX_PAGES": "2", "ENGINE_PARALLELISM": "2"}
    with Service({**counting_env(env, tmp_path, seconds=0.5), **limits}) as service:
        assert_parsed_once(same_moment([service] * 3, copies), tmp_path)


@pytest.mark.parametrize("profile", ["express", "full"])
def test_two_engines_on_one_bucket_parse_once(tmp_path, env, copies, s3, profile):
    first = {**counting_env(env, tmp_path, seconds=0.5), "PROFILE": profile}
    second = {**first, "ENGINE_DB": str(tmp_path / "other.sqlite"), "ENGINE_WORK_DIR": str(tmp_path / "other")}
    with Service(first) as one, Service(second) as two:
        assert_parsed_once(same_moment([one, two], copies[:2]), tmp_path)


@pytest.mark.parametrize("profile", ["express", "full"])
def test_an_engine_that_was_killed_blocks_nobody_and_its_pages_are_kept(tmp_path, env, copies, profile):
    first = {**counting_env(env, tmp_path, seconds=0.5), "PROFILE": profile, "LEASE_S": "3"}
    second = {**first, "ENGINE_DB": str(tmp_path / "other.sqlite"), "ENGINE_WORK_DIR": str(tmp_path / "other")}
    with Service(first) as one, Service(second) as two:
        one.upload(copies[0], parser=NAME)
        deadline = time.monotonic() + 60
        while not list((tmp_path / "store").glob("work/*/pages/*.json")) and time.monotonic() < deadline:
            time.sleep(0.05)
        one.kill()
        end = two.follow(two.upload(copies[1], parser=NAME))[-1]
    assert (end["state"], end["cached"]) == ("succeeded", False), end
    assert set(counted(tmp_path)) == set(range(1, PAGES + 1))
    assert counted(tmp_path).count(1) == 1 and len(counted(tmp_path)) <= PAGES + 2
