"""What the API believes about steps and stages is what their contracts say."""

from __future__ import annotations

import pytest

from pdf_parser.domain import stages
from pdf_parser.domain.lanes import Lane
from steps import contracts


def test_weights_are_those_of_the_contracts_in_the_same_order():
    assert list(stages.WEIGHTS.items()) == list(contracts.WEIGHTS.items())
    assert sum(stages.WEIGHTS.values()) == 100


def test_stages_run_the_steps_of_the_contracts():
    assert {s.name: tuple(step.name for step in s.steps) for s in contracts.STAGES.values()} == stages.STAGES


def test_lanes_are_those_of_the_contracts():
    assert tuple(lane.value for lane in Lane) == contracts.LANES
    assert tuple(p.name for p in contracts.SHARD_LISTS) == stages.SHARD_LISTS


@pytest.mark.parametrize("template", ["parse-shard", *(f"parse-shard-{lane}" for lane in contracts.LANES)])
def test_every_lane_parses_shards(template):
    assert stages.steps_of(template) == (stages.PARSE_SHARD,)


def test_other_templates_run_no_step():
    assert stages.steps_of("finish") == stages.steps_of("main") == ()
