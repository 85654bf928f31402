"""What remains of a session: its events, kept until they become one entry of the history."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from spinesense.coaching.pain_limits import STOPS
from spinesense.model.errors import FileError
from spinesense.model.events import (
    Event,
    PainReported,
    SessionEnded,
    SessionLeft,
    SetDone,
    WalkingBout,
)
from spinesense.model.recording import RecordingInfo
from spinesense.store.history.database import BUSY_TIMEOUT_S
from spinesense.store.history.diary import Diary
from spinesense.store.history.sessions import SessionRecord

LEFT = "left before its end"
"""How the reason of a session begins that nobody ended: it can be gone on with."""


class SessionKeeper:
    """Gathers what the coach concluded.

    Parameters
    ----------
    info
        The head of the session's recording.
    routine
        Id of the routine.
    recording
        Path of the recording, empty when none is kept.
    demo
        Whether nobody at the keyboard takes part.
    """

    def __init__(
        self, info: RecordingInfo, *, routine: str, recording: str, demo: bool = False
    ) -> None:
        self._info = info
        self._demo = demo
        self._routine = routine
        self._recording = recording
        self._sets: list[SetDone] = []
        self._pain: list[PainReported] = []
        self._ended: SessionEnded | None = None
        self._left = ""

    def take(self, events: Sequence[Event]) -> None:
        """Keep what belongs into the history."""
        for event in events:
            if isinstance(event, SetDone):
                self._sets.append(event)
            elif isinstance(event, PainReported):
                self._pain.append(event)
            elif isinstance(event, SessionEnded):
                self._ended = event
            elif isinstance(event, SessionLeft):
                self._left = event.reason

    def record(self, duration_s: float, unrecorded: str = "") -> SessionRecord:
        """The session so far; one that nobody ended was left before its end.

        ``unrecorded`` tells from when on its recording has nothing, and why.
        """
        ended, left = self._ended, f"{LEFT}: {self._left}" if self._left else LEFT
        stop = ended.pain if ended else None
        if ended and ended.reason in STOPS and stop is None and self._pain:
            stop = self._pain[-1].score  # recordings of 0.1 do not name it
        return SessionRecord(
            started_at=self._info.started_at,
            routine=self._routine,
            device=self._info.device.name,
            simulated=self._info.device.simulated,
            recording=self._recording,
            duration_s=duration_s,
            finished=ended is not None and ended.finished,
            reason=ended.reason if ended else left,
            demo=self._demo,
            unrecorded=unrecorded,
            pain_stop=stop,
            sets=tuple(self._sets),
            pain=tuple(self._pain),
        )


class WalkKeeper:
    """Puts bouts of walking into the diary, for the aerobic minutes of the week.

    Parameters
    ----------
    info
        The head of the recording that the events belong to.
    path
        The history that the diary is in.
    """

    def __init__(self, info: RecordingInfo, path: Path) -> None:
        self._path = path
        self._began = datetime.fromisoformat(info.started_at)
        self._simulated = info.device.simulated
        self._bouts: list[WalkingBout] = []

    def take(self, events: Sequence[Event]) -> None:
        """Keep what is walking; what cannot be entered now, because the history is busy, waits."""
        found = [event for event in events if isinstance(event, WalkingBout)]
        if found:
            self._bouts += found
            with suppress(FileError):
                self._enter(busy_timeout_s=0.0)

    def finish(self) -> None:
        """Enter what still waits.

        Raises
        ------
        FileError
            When the history cannot be written.
        """
        if self._bouts:
            self._enter(BUSY_TIMEOUT_S)

    def _enter(self, busy_timeout_s: float) -> None:
        with Diary.open(self._path, busy_timeout_s) as diary:
            while self._bouts:
                bout = self._bouts[0]
                began = self._began + timedelta(seconds=bout.start_s)
                diary.add_walk(
                    began.isoformat(timespec="milliseconds"),
                    bout.end_s - bout.start_s,
                    bout.steps,
                    simulated=self._simulated,
                )
                del self._bouts[0]
