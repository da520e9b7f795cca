from __future__ import annotations

from datetime import datetime, timezone

import pytest

from pipelines.local.clock import from_text, parse_duration, spoken, to_text


@pytest.mark.parametrize(
    ("text", "seconds"), [("8", 8), ("10s", 10), ("1m30s", 90), ("2h", 7200), ("500ms", 0.5), ("1.5s", 1.5), ("0", 0)]
)
def test_durations_are_read_as_go_and_argo_do(text, seconds):
    assert parse_duration(text) == pytest.approx(seconds)


@pytest.mark.parametrize("text", ["", "s", "-1s", "1 s", "1d", "1s!", "{{x}}"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(ValueError, match="not a duration"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (8, "8 seconds"),
        (1, "1 second"),
        (90, "1 minute 30 seconds"),
        (3600, "1 hour"),
        (90061, "1 day 1 hour"),
        (0.4, "0 seconds"),
    ],
)
def test_a_back_off_is_worded_as_argo_words_it(seconds, text):
    assert spoken(seconds) == text


def test_moments_keep_their_milliseconds():
    moment = datetime(2026, 11, 23, 15, 54, 21, 123000, tzinfo=timezone.utc)
    assert to_text(moment) == "2026-11-23T15:54:21.123Z"
    assert from_text(to_text(moment)) == moment
    assert from_text("2026-11-23T15:54:21Z").tzinfo is not None
