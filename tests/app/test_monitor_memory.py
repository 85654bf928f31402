"""A sitting watch goes on as the last one was left, by the clock on the wall."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spinesense.app.monitor_memory import WORN_ON, WatchMemory, snoozed_since
from spinesense.app.sensors import check_sensor_free
from spinesense.coaching.sitting.limits import SittingLimits
from spinesense.coaching.sitting.rule import SittingMonitor
from spinesense.model.calibration import Calibration, CalibrationMethod
from spinesense.model.errors import SensorError
from spinesense.model.intent_values import Snooze
from spinesense.model.packets import Action, Intent
from spinesense.runner.daily import Carried
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.store import monitor
from spinesense.store.places import HOME_VARIABLE

LIMITS = SittingLimits()
START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
FOUND = Calibration((1.0, 0.0, 0.0, 0.0), CalibrationMethod.STAND_AND_BOW, 0.9, 0.02, 0.01)
SLOUCH = "-0.0873 0.2618"
KEEP = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


def watched(carried: Carried, *said: tuple[Action, str]) -> Engine:
    """Two seconds of a watch that began with what was carried, and in which this was said."""
    source = SimulatedSource(1, speed=0)
    engine = Engine(source.profile, sitting=SittingMonitor(LIMITS), calibration=carried.calibration)
    first = [Intent(0.0, action, value) for action, value in (*carried.said, *said)]
    run = LiveRun(source, engine, hear=source.hear, first=first, stop_after_s=2.0)
    asyncio.run(run.run(lambda _: None))
    return engine


def quiet(engine: Engine) -> str:
    return engine.snapshot().posture.quiet


@given(
    snooze=st.booleans(), pause=st.booleans(), learned=st.booleans(), calibrated=st.booleans(),
    gone_min=st.floats(0.0, 300.0),
)  # fmt: skip
@KEEP
def test_what_was_left_comes_back_for_as_long_as_it_holds(
    home: Path, snooze: bool, pause: bool, learned: bool, calibrated: bool, gone_min: float
) -> None:
    said = [
        *([(Action.OWN_SLOUCH, SLOUCH)] if learned else []),
        *([(Action.MARK, "snooze")] if snooze else []),
        *([(Action.PAUSE, "")] if pause else []),
    ]
    before = watched(Carried(FOUND if calibrated else None), *said)
    WatchMemory("belt", LIMITS, lambda: START).keep(before)
    later = START + timedelta(minutes=gone_min)
    carried = WatchMemory("belt", LIMITS, lambda: later).carried()
    after = watched(carried)
    left_min = LIMITS.snooze_min - gone_min
    if pause:
        assert quiet(after) == "paused"
    elif snooze and left_min > 0.1:
        assert quiet(after) == "snoozed"
    elif not snooze or left_min < -0.1:
        assert quiet(after) == ""
    still_worn = timedelta(minutes=gone_min) <= WORN_ON
    assert carried.calibration == (FOUND if calibrated and still_worn else None)
    assert ((Action.OWN_SLOUCH, SLOUCH) in carried.said) == learned


def test_another_sensor_takes_over_what_was_asked_and_not_how_it_sat() -> None:
    before = watched(Carried(FOUND), (Action.OWN_SLOUCH, SLOUCH), (Action.MARK, "snooze"))
    WatchMemory("belt", LIMITS, lambda: START).keep(before)
    carried = WatchMemory("another", LIMITS, lambda: START).carried()
    assert carried.calibration is None
    assert [action for action, _ in carried.said] == [Action.CLOCK, Action.MARK]


def test_a_clock_that_was_set_back_makes_no_snooze_longer() -> None:
    WatchMemory("belt", LIMITS, lambda: START).keep(watched(Carried(), (Action.MARK, "snooze")))
    earlier = START - timedelta(days=3)
    carried = WatchMemory("belt", LIMITS, lambda: earlier).carried()
    assert carried.said[-1] == (Action.MARK, Snooze(60.0 * LIMITS.snooze_min).to_value())


def test_nothing_is_kept_before_there_are_data_and_nothing_anew_that_is_the_same(
    home: Path,
) -> None:
    source = SimulatedSource(1, speed=0)
    file = home / "monitor.memory"
    memory = WatchMemory("belt", LIMITS, lambda: START)
    memory.look(Engine(source.profile, sitting=SittingMonitor(LIMITS)))
    assert not file.exists()
    engine = watched(Carried())
    memory.keep(engine)
    written = file.stat().st_ino
    memory.keep(engine)
    assert file.stat().st_ino == written


def test_what_cannot_be_kept_is_said(home: Path) -> None:
    (home / "monitor.memory").mkdir()
    memory = WatchMemory("belt", LIMITS, lambda: START)
    assert memory.carried() == Carried()
    assert "is not taken over" in memory.trouble
    memory.keep(watched(Carried()))
    assert "will not know what was asked" in memory.trouble


def test_a_snooze_that_was_asked_for_some_time_ago_is_what_is_left_of_it() -> None:
    whole_s = 60.0 * LIMITS.snooze_min
    assert snoozed_since("snooze", 0.2, LIMITS) == ((Action.MARK, "snooze"),)
    assert snoozed_since("snooze", 60.0, LIMITS) == (
        (Action.MARK, Snooze(whole_s - 60.0).to_value()),
    )
    assert snoozed_since("snooze", whole_s + 1, LIMITS) == ()
    assert snoozed_since("coffee", 500.0, LIMITS) == ((Action.MARK, "coffee"),)


def test_a_watch_that_tells_rubbish_still_has_the_sensor(home: Path) -> None:
    with monitor.monitoring():
        (home / "monitor.json").write_text('{"written_at": NaN}')
        check_sensor_free("sim")
        with pytest.raises(SensorError, match="the sitting watch has the sensor"):
            check_sensor_free("ble")
