"""What remains of a day: its minutes and prompts, entered while they pass."""

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from spinesense.coaching.day.minute_log import MinuteLog
from spinesense.model.day import Minute, Prompt
from spinesense.model.errors import FileError
from spinesense.model.events import Event, SittingAlert, WalkSuggested
from spinesense.model.recording import RecordingInfo
from spinesense.store.history.database import BUSY_TIMEOUT_S
from spinesense.store.history.days import Days, WearPeriod

ENTER_EVERY_S = 60.0
"""A program that is killed loses so much of its day, and its recording has even that."""


def prompt_of(event: SittingAlert | WalkSuggested, at: datetime) -> Prompt:
    """What the sitting monitor said, as it is kept."""
    moment = at.isoformat(timespec="seconds")
    if isinstance(event, WalkSuggested):
        return Prompt(moment, "walk", 0, event.words)
    return Prompt(moment, event.kind.value, event.level, event.reason)


class MinuteKeeper:
    """Puts minutes and prompts into the days, about once in a minute of the data.

    What cannot be entered, because the history is locked or the disk is full, waits and is tried
    again a minute later; whoever watches goes on meanwhile. A minute takes some hundred bytes, so
    even a week that waits is small.

    Parameters
    ----------
    info
        The head of the recording that the minutes belong to.
    recording
        Name of its file; empty when none is kept.
    path
        The history that the days are in.
    in_place_of
        Names of the recordings that this one begins with and takes the place of.
    """

    def __init__(
        self, info: RecordingInfo, recording: str, path: Path, *, in_place_of: tuple[str, ...] = ()
    ) -> None:
        simulated = info.device.simulated
        self.minutes = MinuteLog(datetime.fromisoformat(info.started_at), simulated=simulated)
        """The stage that tells the minutes: an engine feeds it."""
        self._path = path
        self._watch = WearPeriod(
            recording=recording, started_at=info.started_at, simulated=simulated
        )
        self._in_place_of = in_place_of
        self._waiting: dict[str, Minute] = {}
        self._prompts: list[Prompt] = []
        self._entered_s = 0.0
        self.started_at = info.started_at
        self.trouble = ""
        """Why minutes wait, in one sentence; empty when none do."""

    def take(self, events: Sequence[Event]) -> None:
        """Take the prompts among the events."""
        for event in events:
            if isinstance(event, SittingAlert | WalkSuggested):
                self._prompts.append(prompt_of(event, self.minutes.wall(event.time_s)))

    def look(self) -> None:
        """Enter what there is, when a minute has passed."""
        now_s = self.minutes.state.time_s
        if now_s - self._entered_s < ENTER_EVERY_S:
            return
        self._entered_s = now_s
        try:
            self._enter(busy_timeout_s=0.0)
        except FileError as problem:
            self.trouble = f"The minutes of this day wait to be kept: {problem}"

    def finish(self) -> None:
        """Enter what there still is.

        Raises
        ------
        FileError
            When the history cannot be written.
        """
        self._enter(BUSY_TIMEOUT_S)

    def _enter(self, busy_timeout_s: float) -> None:
        self._waiting |= {minute.at: minute for minute in self.minutes.drain()}
        if not self._waiting and not self._prompts:
            return
        with Days.open(self._path, busy_timeout_s) as days:
            while self._in_place_of:
                days.take_back(self._in_place_of[0])
                self._in_place_of = self._in_place_of[1:]
            days.keep(self._watch, self._waiting.values(), self._prompts)
        self._waiting, self._prompts, self.trouble = {}, [], ""
