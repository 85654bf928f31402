"""Which recordings belong to one session, and which of them enter the history."""

from dataclasses import replace
from pathlib import Path

import pytest

from spinesense.model.packets import Action, Intent, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.runner.keeping.entering import chain_of, enter_missing
from spinesense.runner.keeping.keepers import SessionKeeper
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.store.history.sessions import History, file_name
from spinesense.store.recordings.recording import RecordingWriter, hold

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


def recorded(folder: Path, name: str, continues: str, *, entered: bool = False) -> Path:
    """A session that was left, or one that goes on with the one before it."""
    path = folder / "recordings" / name
    info = replace(HEAD, continues=continues)
    with RecordingWriter.create(path, info) as writer:
        writer.append(Packet(0.5, "imu", b"samples"))
        if continues:
            writer.append(Intent(1.0, Action.CONTINUE))
    if entered:
        keeper = SessionKeeper(info, routine="demo", recording=str(path))
        with History.open(folder / "history.sqlite3") as history:
            history.enter(keeper.record(1.0), (continues,) if continues else ())
    return path


def entered(folder: Path) -> list[str]:
    with History.open(folder / "history.sqlite3") as history:
        return sorted(file_name(line.recording) for line in history.sessions())


@pytest.mark.parametrize("known", [True, False])
def test_what_a_session_begins_with_does_not_enter_while_that_is_gone_on_with(
    tmp_path: Path, known: bool
) -> None:
    recorded(tmp_path, "a.mcap", "")
    second = recorded(tmp_path, "b.mcap", "a.mcap", entered=known)
    release = hold(second)
    enter_missing(tmp_path / "recordings", tmp_path / "history.sqlite3")
    assert entered(tmp_path) == (["b.mcap"] if known else [])
    release()
    enter_missing(tmp_path / "recordings", tmp_path / "history.sqlite3")
    assert entered(tmp_path) == ["b.mcap"]
