"""The minutes of a recording re-analysed, as they are known at its end.

Postures, walking and bends are those of an analysis. What the person was told at the time stays as
it was.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from spinesense.coaching.day.minute_log import MinuteLog
from spinesense.coaching.settings import parse_settings
from spinesense.coaching.sitting.rule import SittingMonitor
from spinesense.model.day import Counts, Minute, Prompt
from spinesense.model.errors import FileError
from spinesense.model.events import (
    MotionEvent,
    Posture,
    PostureChanged,
    SittingAlert,
    WalkingBout,
    WalkSuggested,
)
from spinesense.model.packets import Intent
from spinesense.model.readings import Readings
from spinesense.model.recording import RecordingInfo
from spinesense.model.samples import Floats
from spinesense.model.snapshot import PostureView
from spinesense.motion.core import Mounting, Recorded, analyse, mounting_in, recorded
from spinesense.motion.ticks import Ticks
from spinesense.runner.batch.open_file import Stored, as_stored, samples_of
from spinesense.runner.keeping.minutes import prompt_of
from spinesense.store.recordings.layout import LONGEST_S
from spinesense.store.recordings.read import EventRow, read_recording

FIRST_YEAR, LAST_YEAR = 1970, 9998
Said = SittingAlert | WalkSuggested


@dataclass(frozen=True, slots=True)
class ReanalysedDay:
    """What a recording has to say of its day."""

    info: RecordingInfo
    minutes: tuple[Minute, ...]
    prompts: tuple[Prompt, ...]


def reanalyse_day(path: Path) -> ReanalysedDay:
    """The minutes of one recording with hindsight, and its prompts as they were given.

    Raises
    ------
    FileError
        When it cannot be read or holds no samples.
    TextError
        When the settings in its head are not understood.
    """
    recording = read_recording(path)
    stored = as_stored(recording)
    minutes = MinuteLog(_beginning(stored.started_at, path), simulated=stored.profile.simulated)
    limits = parse_settings(stored.settings, str(path)).sitting
    # What an exercise makes a person do is no habit of the day: in a session it is not counted.
    rule = None if stored.routine else SittingMonitor(limits, starts_seated=True)
    seen = recorded(samples_of(stored, path), stored.profile.nominal_rate_hz)
    told = [*seen.signal, *_shown(seen, stored), *_said(recording.events)]
    prompts: list[Prompt] = []
    for readings, events in _seconds(seen.ticks, told, minutes, stored):
        moved = [event for event in events if not isinstance(event, Said)]
        if rule:
            rule.feed(readings, moved)
        view = rule.view() if rule else PostureView(counts=Counts(steps=readings.steps))
        minutes.feed(readings, moved, view)
        prompts += [
            prompt_of(event, minutes.wall(event.time_s))
            for event in events
            if isinstance(event, Said)
        ]
    return ReanalysedDay(recording.info, minutes.drain(), tuple(prompts))


def _beginning(started_at: str, path: Path) -> datetime:
    """The date and time of arrival 0; raises FileError when it is none that a day can have."""
    try:
        found = datetime.fromisoformat(started_at)
    except ValueError:
        found = datetime.min  # noqa: DTZ901  # as good as none
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        what = f"has no date and time that can be ({started_at[:40]!r})"
        raise FileError(what, where=str(path), remedy="its minutes cannot be told; replay it")
    return found


def _shown(seen: Recorded, stored: Stored) -> list[MotionEvent]:
    """What the ticks show, each at the time at which it was."""
    known = stored.calibration
    mounting = mounting_in(seen, guess=False) if known is None else Mounting(known)
    found = analyse(seen, mounting, daily=not stored.routine)
    shown = [
        replace(event, time_s=event.start_s) if isinstance(event, PostureChanged) else event
        for event in found.shown
    ]
    return [*shown, *found.bends, *found.worn]


def _said(rows: Sequence[EventRow]) -> Iterator[Said]:
    """The prompts among what was told at the time."""
    kinds: dict[str, type[Said]] = {one.__name__: one for one in (SittingAlert, WalkSuggested)}
    for name, fields in rows:
        if name in kinds:
            with suppress(msgspec.ValidationError):  # one that is not understood stops no other
                said = msgspec.convert(dict[str, Any](fields), kinds[name])
                if 0.0 <= said.time_s <= LONGEST_S:
                    yield said


def _seconds(
    ticks: Ticks, told: list[MotionEvent | Said], minutes: MinuteLog, stored: Stored
) -> Iterator[tuple[Readings, list[MotionEvent | Said]]]:
    """The recording a second at a time, each with what happened in it.

    What was said of the clock is said to the minutes before the second in which it was.
    """
    times_s = _last_of_seconds(ticks.time_s)
    steps = _steps_until(times_s, [one for one in told if isinstance(one, WalkingBout)])
    coming = sorted(told, key=lambda event: event.time_s, reverse=True)
    intents = [item for item in reversed(stored.items) if isinstance(item, Intent)]
    posture, confidence = Posture.UNKNOWN, 0.0
    for time_s, count in zip(times_s.tolist(), steps, strict=True):
        while intents and intents[-1].arrival_s <= time_s:
            minutes.say(intents.pop())
        events = []
        while coming and coming[-1].time_s <= time_s:
            event = coming.pop()
            events.append(event)
            if isinstance(event, PostureChanged):
                posture, confidence = event.posture, event.confidence
        now = Readings(time_s=time_s, posture=posture, posture_confidence=confidence, steps=count)
        yield now, events


def _last_of_seconds(time_s: Floats) -> Floats:
    """The last time of each second in which there is one."""
    last = np.append(np.diff(np.floor(time_s)) > 0.0, True)
    return time_s[last] if len(time_s) else time_s


def _steps_until(times_s: Floats, bouts: Sequence[WalkingBout]) -> list[int]:
    """Steps since the beginning; those of a bout are spread evenly over it."""
    if not bouts:
        return [0] * len(times_s)
    ordered = sorted(bouts, key=lambda bout: bout.start_s)
    counts = np.cumsum([0] + [bout.steps for bout in ordered])
    known_s = [edge for bout in ordered for edge in (bout.start_s, bout.end_s)]
    known = np.stack([counts[:-1], counts[1:]], axis=1).ravel()
    until: list[int] = np.interp(times_s, known_s, known).astype(int).tolist()
    return until
