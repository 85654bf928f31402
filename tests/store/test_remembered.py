"""What a sitting watch leaves to the next: it comes back as it was, and rubbish is one sentence."""

import json
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from spinesense.cli.commands.status import as_object, rows, short
from spinesense.model.calibration import Calibration, CalibrationMethod
from spinesense.model.errors import FileError
from spinesense.model.packets import Action
from spinesense.model.snapshot import PostureView, SensorView, Snapshot
from spinesense.store import monitor
from spinesense.store.monitor_memory import NAME, Memory, remember, remembered
from spinesense.store.places import HOME_VARIABLE

KEEP = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
moments = st.datetimes(timezones=st.timezones()).map(lambda moment: moment.isoformat())
angles = st.floats(-7.0, 7.0)
turns = st.floats(-3.0, 3.0).map(
    lambda angle: (0.8, 0.6, 0.0, 0.0) if angle > 0 else (1.0, 0, 0, 0)
)
calibrations = st.builds(
    Calibration,
    quat_sensor_to_trunk=turns.map(lambda turn: tuple(map(float, turn))),
    method=st.sampled_from(CalibrationMethod),
    bow_rad=angles,
    axis_scatter_rad=angles,
    stillness_rad=angles,
)
memories = st.builds(
    Memory,
    seen_at=moments,
    sensor=st.text(st.characters(codec="utf-8"), max_size=20),
    calibration=st.none() | calibrations,
    snoozed_until=st.just("") | moments,
    paused=st.booleans(),
    slouch=st.just("") | st.tuples(angles, angles).map(lambda two: f"{two[0]!r} {two[1]!r}"),
)
odd = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=5,
)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


@given(memory=memories)
@KEEP
def test_it_comes_back_equal_and_is_private(home: Path, memory: Memory) -> None:
    remember(memory)
    assert remembered() == memory
    assert (home / NAME).stat().st_mode & 0o777 == 0o600


@given(memory=memories, field=st.sampled_from(Memory.__struct_fields__), value=odd)
@KEEP
def test_an_odd_value_is_one_sentence_and_never_a_mistake(
    home: Path, memory: Memory, field: str, value: object
) -> None:
    remember(memory)
    text: dict[str, Any] = json.loads((home / NAME).read_text())
    (home / NAME).write_text(json.dumps({**text, field: value}))
    with suppress(FileError):
        found = remembered()
        assert found is not None
        assert datetime.now().astimezone() - datetime.fromisoformat(found.seen_at)


@given(content=st.binary(max_size=50))
@KEEP
def test_any_bytes_are_a_memory_or_a_sentence(home: Path, content: bytes) -> None:
    (home / NAME).write_bytes(content)
    with pytest.raises(FileError):
        remembered()


def test_nothing_is_remembered_before_the_first_watch() -> None:
    assert remembered() is None


SHOWN = Snapshot(
    time_s=10.0, sensor=SensorView(name="belt"), posture=PostureView(sat_s=3.0, alert="Move.")
)
FIELDS = ("written_at", "process", "since", "snapshot")


@given(
    field=st.sampled_from(FIELDS),
    inner=st.none() | st.sampled_from(["time_s", "posture", "sensor", "coach", "trunk"]),
    deep=st.sampled_from(["sat_s", "still_s", "since_s", "sitting_s", "steps", "link", "name"]),
    value=odd,
)
@KEEP
def test_what_a_monitor_tells_is_shown_or_one_sentence(
    home: Path, field: str, inner: str | None, deep: str, value: object
) -> None:
    with monitor.monitoring() as here:
        here.tell(SHOWN, "sitting")
        text: dict[str, Any] = json.loads((home / "monitor.json").read_text())
        if inner is None:
            text[field] = value
        elif isinstance(text["snapshot"].get(inner), dict):
            text["snapshot"][inner][deep] = value
        else:
            text["snapshot"][inner] = value
        (home / "monitor.json").write_text(json.dumps(text))
        with suppress(FileError):
            now = monitor.told()
            assert now is not None
            assert now.process > 1
            assert short(now)
            assert rows(now)
            assert as_object(now)


@pytest.mark.parametrize("process", [-1, 0, 1, 2**40])
def test_no_monitor_has_a_process_that_names_many(home: Path, process: int) -> None:
    with monitor.monitoring() as here:
        here.tell(SHOWN, "sitting")
        text = json.loads((home / "monitor.json").read_text())
        (home / "monitor.json").write_text(json.dumps({**text, "process": process}))
        with pytest.raises(FileError, match="no process has this number"):
            monitor.told()


def test_what_was_asked_long_ago_says_so(home: Path) -> None:
    with monitor.monitoring() as here:
        monitor.ask(Action.MARK, "snooze")
        asked = home / "monitor.asked"
        (line,) = asked.read_text().splitlines()
        ago = (datetime.now().astimezone() - timedelta(seconds=90)).isoformat()
        older = json.loads(line) | {"asked_at": ago}
        asked.write_text(line + "\n" + json.dumps(older) + "\n" + '{"action": "mark"}\n')
        ages = [age_s for _, _, age_s in here.asked()]
    assert ages[0] < 60.0
    assert 90.0 <= ages[1] < 150.0
    assert ages[2] == 0.0
