"""Whose days the screens show: those of whoever wears the sensor in use."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from spinesense.app.desktop.context import local_now
from spinesense.app.tui_services import DayLookup, SessionOptions
from spinesense.model.day import Minute
from spinesense.model.snapshot import SensorView, Snapshot
from spinesense.store import monitor
from spinesense.store.chosen_sensor import ChosenSensor, choose_sensor
from spinesense.store.history.days import Days, WearPeriod
from spinesense.store.places import HOME_VARIABLE, history_path


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A real and a simulated watch of yesterday; the simulated one is ten minutes longer."""
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    begin = yesterday().replace(hour=9, minute=0, second=0, microsecond=0)
    with Days.open(history_path()) as days:
        for simulated, length in ((False, 20), (True, 30)):
            minutes = [
                Minute(
                    at=(begin + timedelta(minutes=k)).isoformat(timespec="minutes"), sitting_s=60.0
                )
                for k in range(length)
            ]
            watch = WearPeriod(
                recording=f"{simulated}.mcap", started_at=begin.isoformat(), simulated=simulated
            )
            days.keep(watch, minutes, ())


def yesterday() -> datetime:
    return local_now() - timedelta(days=1)


def seen(days: DayLookup) -> tuple[bool, float]:
    """Whose day it is, and how much of it was worn."""
    view = days.day(yesterday().date().isoformat())
    assert view in days.week(view.date)
    return view.simulated, view.worn_min


def test_days_follow_the_sensor_that_would_be_used() -> None:
    opening = SessionOptions()
    days = DayLookup(lambda: opening)
    assert days.today() == local_now().date().isoformat()
    assert seen(days) == (True, 30)
    choose_sensor(ChosenSensor("AA:BB", "belt"))
    assert seen(days) == (False, 20)
    opening = SessionOptions(sensor="sim")
    assert seen(days) == (True, 30)


def test_days_follow_the_monitor_that_runs() -> None:
    days = DayLookup(SessionOptions)
    with monitor.monitoring() as here:
        assert seen(days) == (True, 30)
        here.tell(Snapshot(sensor=SensorView(name="belt")), "sitting")
        assert seen(days) == (False, 20)
        here.tell(Snapshot(sensor=SensorView(name="spine", simulated=True)), "sitting")
        assert seen(days) == (True, 30)
    assert seen(days) == (True, 30)


def test_a_monitor_of_another_version_keeps_nobody_from_the_days(tmp_path: Path) -> None:
    with monitor.monitoring():
        (tmp_path / "monitor.json").write_text('{"written_at": 1}')
        assert seen(DayLookup(SessionOptions)) == (True, 30)
