"""`.env.example` is the documentation of the settings: every one is in it, with its default."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic_core import PydanticUndefined

from pdf_parser.settings import Settings

EXAMPLE = Path(__file__).parents[1] / ".env.example"
NAMES = sorted(Settings.model_fields)


def documented() -> dict[str, str]:
    return dict(re.findall(r"^# ?([A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE))


def test_nothing_is_documented_that_does_not_exist():
    assert {name.lower() for name in documented()} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_the_documented_default_is_the_real_one(name):
    field = Settings.model_fields[name]
    assert field.default is not PydanticUndefined
    expected = (
        "" if field.default is None else str(field.default).lower() if field.default in (True, False) else field.default
    )
    assert documented()[name.upper()] == str(expected)


@pytest.mark.parametrize("name", NAMES)
def test_every_setting_says_what_it_does(name):
    description = Settings.model_fields[name].description
    assert description and description in EXAMPLE.read_text().replace("\n# ", " ")
