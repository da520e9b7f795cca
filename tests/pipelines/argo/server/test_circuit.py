from __future__ import annotations

import pytest

from pdf_parser.errors import EngineUnavailable
from pipelines.argo.server.circuit import Circuit
from tests.clocks import HandClock


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def broken(clock) -> Circuit:
    circuit = Circuit(failures=3, open_s=5, clock=clock)
    for _ in range(3):
        circuit.admit()
        circuit.failed()
    return circuit


def test_it_opens_after_failures_in_a_row(broken):
    assert broken.state == "open"
    with pytest.raises(EngineUnavailable):
        broken.admit()


def test_a_success_between_them_starts_the_count_again(clock):
    circuit = Circuit(failures=2, clock=clock)
    for _ in range(5):
        circuit.failed()
        circuit.succeeded()
    assert circuit.state == "closed"


def test_one_probe_at_a_time_goes_through(broken, clock):
    clock.now += 5
    assert broken.state == "half-open"
    broken.admit()
    with pytest.raises(EngineUnavailable):
        broken.admit()


def test_a_probe_that_never_came_back_is_followed_by_another(broken, clock):
    clock.now += 5
    broken.admit()
    clock.now += 5
    broken.admit()


def test_a_successful_probe_closes_it(broken, clock):
    clock.now += 5
    broken.admit()
    broken.succeeded()
    assert broken.state == "closed"
    broken.admit()
