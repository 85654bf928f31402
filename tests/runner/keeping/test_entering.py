"""Which recordings belong to one session."""

from dataclasses import replace

import pytest

from spinesense.model.recording import RecordingInfo
from spinesense.runner.keeping.entering import chain_of
from spinesense.sensors.simulated.source import SimulatedSource

HEAD = RecordingInfo(
    device=SimulatedSource(1).profile,
    started_at="2026-03-02T08:00:00+01:00",
    routine='id = "demo"',
)


@pytest.mark.parametrize("said", [True, False], ids=["this version", "0.1"])
def test_a_session_that_was_gone_on_with_twice_is_one_chain(said: bool) -> None:
    before = {"a.mcap": "", "b.mcap": "a.mcap", "c.mcap": "b.mcap"}
    heads = {name: replace(HEAD, continues=old if said else None) for name, old in before.items()}
    assert chain_of("c.mcap", heads) == ("b.mcap", "a.mcap")
    assert chain_of("a.mcap", heads) == ()


def test_two_sessions_that_began_in_one_second_are_two() -> None:
    heads = {name: replace(HEAD, continues="") for name in ("a.mcap", "a-2.mcap")}
    assert all(chain_of(name, heads) == () for name in heads)


def test_another_session_of_an_earlier_version_is_no_beginning() -> None:
    other = replace(HEAD, continues=None, started_at="2026-03-01T08:00:00+01:00")
    heads = {"a.mcap": other, "b.mcap": replace(HEAD, continues=None)}
    assert chain_of("b.mcap", heads) == ()
