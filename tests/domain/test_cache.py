from __future__ import annotations

import pytest
from pydantic import ValidationError

from pdf_parser.domain import layout
from pdf_parser.domain.cache import CacheKey, fingerprint
from pdf_parser.domain.options import ParseOptions

SHA = "ab" * 32
IMAGES = {"pdf-parser": "0.1.0"}


def test_the_fingerprint_follows_what_shapes_the_output():
    base = fingerprint(ParseOptions(), IMAGES, {})
    others = {
        fingerprint(ParseOptions(parser="docling"), IMAGES, {}),
        fingerprint(ParseOptions(pages="1-2"), IMAGES, {}),
        fingerprint(ParseOptions(), {"pdf-parser": "0.2.0"}, {}),
        fingerprint(ParseOptions(), IMAGES, {"figures": True}),
    }
    assert len(others | {base}) == 5


def test_force_and_password_do_not_change_what_is_parsed():
    assert fingerprint(ParseOptions(force=True, password_ref="x"), IMAGES, {}) == fingerprint(
        ParseOptions(), IMAGES, {}
    )


def test_a_key_survives_its_text_form():
    key = CacheKey(sha256=SHA, fingerprint="0123456789abcdef")
    assert CacheKey.parse(str(key)) == key


@pytest.mark.parametrize("text", ["", "abc-def", f"{SHA}-", f"{SHA.upper()}-0123456789abcdef", f"../{SHA}-0" * 2])
def test_strange_keys_never_become_paths(text):
    with pytest.raises(ValidationError):
        CacheKey.parse(text)


def test_every_object_of_a_run_lies_under_its_own_prefix():
    key = CacheKey(sha256=SHA, fingerprint="0123456789abcdef")
    work = f"work/{SHA}-0123456789abcdef/"
    assert layout.page(key, 123) == f"{work}pages/000123.json"
    assert layout.shard_pdf(key, 3) == f"{work}shards/0003.pdf"
    assert layout.manifest(key) == f"results/{SHA}/0123456789abcdef/manifest.json"


def test_a_forced_run_works_apart_and_publishes_in_the_same_place():
    key = CacheKey(sha256=SHA, fingerprint="0123456789abcdef")
    forced = key.of_run("pdf-01k8-x")
    assert CacheKey.parse(str(forced)) == forced
    assert layout.page(forced, 1) == f"work/{SHA}-0123456789abcdef-pdf-01k8-x/pages/000001.json"
    assert (layout.manifest(forced), layout.leases(forced)) == (layout.manifest(key), layout.leases(key))
    assert layout.page(forced, 1).startswith(layout.all_work(key))


@pytest.mark.parametrize("run", ["", "../x", "a/b", "-a", "A"])
def test_names_of_forced_runs_never_become_paths(run):
    with pytest.raises(ValidationError):
        CacheKey.parse(f"{SHA}-0123456789abcdef-{run}")
