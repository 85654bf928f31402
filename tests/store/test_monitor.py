"""The files of the one sitting monitor, and a run that looks on at it."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from spinesense.model.errors import FileError, SpinesenseError
from spinesense.model.events import Posture
from spinesense.model.packets import Action
from spinesense.model.run import Run
from spinesense.model.snapshot import PostureView, SensorView, Snapshot
from spinesense.runner.monitored import AttachedRun, MonitoredRun
from spinesense.store import monitor
from spinesense.store.places import HOME_VARIABLE

SITTING = Snapshot(
    time_s=3600.0,
    sensor=SensorView(name="belt", battery_percent=80),
    posture=PostureView(posture=Posture.SITTING, sitting_s=1800.0),
    trace_s=(1.0,),
    trace_rad=(0.1,),
)


class Unspoken(Run):
    """A run to which nobody says anything."""

    def say(self, action: Action, value: str = "") -> None:
        raise AssertionError


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


def test_what_is_told_can_be_read_and_is_private(home: Path) -> None:
    assert monitor.told() is None
    with monitor.monitoring() as here:
        assert monitor.is_monitored()
        assert monitor.told() is None
        here.tell(SITTING, "sitting 30 min")
        found = monitor.told()
        assert found is not None
        assert found.fresh()
        assert found.snapshot.posture == SITTING.posture
        assert found.snapshot.sensor == SITTING.sensor
        assert found.snapshot.trace_s == ()
        assert (home / "monitor.json").stat().st_mode & 0o777 == 0o600
    assert not monitor.is_monitored()
    assert monitor.told() is None


def test_there_is_one() -> None:
    with monitor.monitoring():
        with pytest.raises(FileError, match="running already"), monitor.monitoring():
            raise AssertionError
        assert monitor.is_monitored()
    with monitor.monitoring():
        pass


def test_what_is_asked_is_taken_once_and_rubbish_is_nothing(home: Path) -> None:
    with pytest.raises(SpinesenseError, match="no sitting monitor"):
        monitor.ask(Action.MARK, "snooze")
    with monitor.monitoring() as here:
        assert here.asked() == ()
        monitor.ask(Action.MARK, "snooze")
        with (home / "monitor.asked").open("ab") as file:
            file.write(b"\xff{ no JSON\n" + b'{"action": "fly"}\n')
        monitor.ask(Action.CALIBRATE)
        asked = [(action, value) for action, value, _ in here.asked()]
        assert asked == [(Action.MARK, "snooze"), (Action.CALIBRATE, "")]
        assert here.asked() == ()


def test_a_picture_of_another_version_is_named(home: Path) -> None:
    with monitor.monitoring():
        (home / "monitor.json").write_text('{"written_at": 1}')
        with pytest.raises(FileError, match="another version"):
            monitor.told()


async def test_a_second_terminal_looks_on_and_asks() -> None:
    asked: list[tuple[Action, str]] = []
    shown: list[Snapshot] = []
    pictures = [SITTING, SITTING, None]
    run = AttachedRun(lambda: pictures.pop(0), lambda action, value: asked.append((action, value)))
    run.say(Action.MARK, "snooze")
    run.pause(True)
    with pytest.raises(SpinesenseError, match="has ended"):
        await run.run(shown.append)
    looked_on = replace(SITTING, sensor=replace(SITTING.sensor, elsewhere=True))
    assert shown[1:] == [looked_on, looked_on]
    assert asked == [(Action.MARK, "snooze"), (Action.PAUSE, "")]
    run = AttachedRun(lambda: SITTING, lambda *_: None)
    looking = asyncio.create_task(run.run(lambda _: None))
    await asyncio.sleep(0)
    await run.close()
    await looking


async def test_what_does_not_change_is_told_again_and_what_cannot_be_told_ends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("spinesense.runner.monitored.AGAIN_S", 0.01)
    told: list[Snapshot] = []
    enough = asyncio.Event()

    class Silent(Unspoken):
        async def run(self, publish: Callable[[Snapshot], None]) -> None:
            publish(SITTING)
            await enough.wait()

        async def close(self) -> None:
            enough.set()

    def tell(snapshot: Snapshot) -> None:
        told.append(snapshot)
        if len(told) == 3:
            enough.set()
        raise FileError("cannot be written", where="monitor.json", remedy="free some space")

    await MonitoredRun(Silent(), tell, lambda: None).run(lambda _: None)
    assert told == [SITTING] * 3


async def test_a_monitor_that_is_asked_to_end_is_one_until_it_has_finished() -> None:
    done: list[str] = []
    begun, asked = asyncio.Event(), asyncio.Event()

    class Finishing(Unspoken):
        async def run(self, publish: Callable[[Snapshot], None]) -> None:
            begun.set()
            await asked.wait()
            await asyncio.sleep(0.0)
            done.append("recording finished")

        async def close(self) -> None:
            asked.set()

    run = MonitoredRun(Finishing(), lambda _: None, lambda: done.append("let go"))
    running = asyncio.create_task(run.run(lambda _: None))
    await begun.wait()
    await run.close()
    await running
    assert done == ["recording finished", "let go"]

    never_begun = MonitoredRun(Finishing(), lambda _: None, lambda: done.append("never begun"))
    await never_begun.close()
    assert done[2:] == ["never begun"]
