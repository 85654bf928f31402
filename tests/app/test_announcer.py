import asyncio
from itertools import pairwise
from pathlib import Path

import pytest

from spinesense.app.desktop.announcer import Announcer
from spinesense.app.sessions import coach_run
from spinesense.app.tui_services import SessionOptions
from spinesense.cli.tui_launcher import open_run
from spinesense.model.events import (
    AlertKind,
    Cue,
    Event,
    Priority,
    SittingAlert,
    WalkSuggested,
)
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.store.places import HOME_VARIABLE, recordings_folder
from spinesense.store.recordings.read import read_recording
from spinesense.tui.launch import Launch, LaunchKind


def test_a_prompt_is_said_and_shown_as_strongly_as_its_level() -> None:
    said: list[str] = []
    shown: list[str] = []
    announcer = Announcer(said.append, shown.append)
    announcer.take([SittingAlert(1.0, f"level {n}", AlertKind.STILL, n) for n in (1, 2, 3)])
    announcer.take([WalkSuggested(1.0, "a walk"), Cue(2.0, Priority.FAULT, "slower")])
    assert said == ["level 2", "level 3", "a walk", "slower"]
    assert shown == ["level 3"]
    Announcer().take([SittingAlert(1.0, "nobody hears this", AlertKind.STILL, 4)])


TWO = """
id = "two"
title = "Two"
[[entry]]
exercise = "bridge"
repetitions = 2
sets = 1
"""
GUARD = """
id = "guard"
title = "Guard"
[[entry]]
exercise = "leg_press_guard"
hold_s = 60
sets = 1
"""


def test_a_warning_in_the_words_of_the_last_one_is_said_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    said: list[str] = []
    told: list[Event] = []
    routine = tmp_path / "guard.toml"
    routine.write_text(GUARD)
    source = SimulatedSource(1, rate_hz=100.0, speed=0, answers=True, fault="low_back_lifts")
    run = coach_run(source, str(routine), [told.extend, Announcer(said.append).take])
    asyncio.run(run.run(lambda _: None))
    cues = [event.words for event in told if isinstance(event, Cue)]
    assert any(one == after for one, after in pairwise(cues)), "nothing was said twice in a row"
    assert said == cues


def test_what_a_screen_shows_is_said_aloud_each_time_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    said: list[str] = []
    routine = tmp_path / "two.toml"
    routine.write_text(TWO)
    run = open_run(SessionOptions(speed=0), Launch(LaunchKind.DEMO, str(routine)), said.append)
    asyncio.run(run.run(lambda _: None))
    (path,) = recordings_folder().glob("*.mcap")
    cues = [fields["words"] for name, fields in read_recording(path).events if name == "Cue"]
    assert said == cues
    assert said
