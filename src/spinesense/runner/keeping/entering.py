"""Enters sessions into the history from their recordings: those that ended without doing it."""

import math
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from spinesense.model.errors import FileError
from spinesense.model.events import Event, PainReported, SessionEnded, SetDone, WalkingBout
from spinesense.model.packets import Action, Intent
from spinesense.model.recording import RecordingInfo
from spinesense.runner.keeping.keepers import SessionKeeper, WalkKeeper
from spinesense.store.history.days import Days
from spinesense.store.history.sessions import History
from spinesense.store.recordings.read import EventRow, Recording, read_info, read_recording
from spinesense.store.recordings.recording import finish_interrupted, is_being_recorded

_KEPT: Mapping[str, type[Event]] = {
    one.__name__: one for one in (SetDone, PainReported, SessionEnded, WalkingBout)
}


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """A coached recording that is whole: finished, and no copy that broke off at its beginning."""

    path: Path
    info: RecordingInfo
    before: tuple[str, ...]
    """Names of the recordings that it begins with, the newest first."""


def sessions_among(folder: Path) -> tuple[RecordedSession, ...]:
    """The heads of the coached recordings of a folder, in the order of their names.

    Those that another program records into are left out, and so is what cannot be read.
    """
    return tuple(one for one in _all_among(folder) if not is_being_recorded(one.path))


def _all_among(folder: Path) -> tuple[RecordedSession, ...]:
    heads = dict(_coached(folder))
    return tuple(
        RecordedSession(folder / name, info, chain_of(name, heads)) for name, info in heads.items()
    )


def is_demo(info: RecordingInfo) -> bool:
    """Whether nobody took part; an earlier version kept the shipped text as the only mark of it."""
    from spinesense.coaching.routines.parse import shipped_routines

    return info.demo or (info.device.simulated and info.routine == shipped_routines()["demo"])


def _coached(folder: Path) -> Iterator[tuple[str, RecordingInfo]]:
    for path in sorted(folder.glob("*.mcap")):
        try:
            info = read_info(path) if path.is_file() else None
        except FileError:
            continue
        if info is not None and info.routine:
            yield path.name, info


def chain_of(name: str, heads: Mapping[str, RecordingInfo]) -> tuple[str, ...]:
    """The recordings that one was gone on with from, back to the first."""
    chain: list[str] = []
    while (before := _continued(name, heads)) and before not in chain:
        name = before
        chain.append(name)
    return tuple(chain)


def _continued(name: str, heads: Mapping[str, RecordingInfo]) -> str:
    """What a recording goes on with, or nothing.

    Where the head does not say it, a continuation is known by the start of the session, which it
    took over from the recording before it.
    """
    head = heads.get(name)
    if head is None:
        return ""
    if head.continues is not None:
        return head.continues
    session = (head.started_at, head.routine, head.device)
    earlier = (
        other
        for other, one in heads.items()
        if other < name and (one.started_at, one.routine, one.device) == session
    )
    return max(earlier, default="")


def enter_missing(
    folder: Path,
    history: Path,
    *,
    rebuild: bool = False,
    tell: Callable[[str], None] = lambda _: None,
) -> tuple[Path, ...]:
    """Enter the sessions of recordings that the history does not have; gives their recordings.

    Parameters
    ----------
    folder
        Of the recordings, of which those that a crash left open are finished.
    history
        The database.
    again
        Enter all of them in place of what is there, but for sessions of which the history knows
        more than their recording.
    tell
        Takes a sentence on each recording that could not be entered.

    Raises
    ------
    FileError
        When the history cannot be read or written.
    """
    finish_interrupted(folder)
    everything = _all_among(folder)
    busy = {one.path.name for one in everything if is_being_recorded(one.path)}
    found = tuple(one for one in everything if one.path.name not in busy)
    with History.open(history) as opened:
        known = opened.recordings()
        kept = opened.more_than_recorded() if rebuild else known
    # What a session begins with stands in it, whether that is entered or going on just now.
    later = {
        name
        for one in everything
        if one.path.name in busy or (one.path.name, one.info.started_at) in known
        for name in one.before
    }
    entered: list[Path] = []
    for one in reversed(found):  # a continuation before what it begins with
        name = one.path.name
        if name in later or (name, one.info.started_at) in kept:
            continue
        try:
            recording = read_recording(one.path)
            told = tuple(_told(recording.events))
            tomllib.loads(one.info.routine)["id"]
        except (FileError, msgspec.MsgspecError, ValueError, KeyError) as problem:
            tell(f"left out: {one.path.name}: {problem}")
            continue
        if not _got_past(recording, one):
            continue  # what it is a copy of stands for it
        later.update(one.before)
        _enter(one, recording, told, history)
        entered.append(one.path)
    return tuple(entered)


def is_whole(session: RecordedSession) -> bool:
    """Whether it got past all that it begins with; raises FileError when it cannot be read."""
    return _got_past(read_recording(session.path), session)


def _got_past(recording: Recording, session: RecordedSession) -> bool:
    said = Counter(item.action for item in recording.items if isinstance(item, Intent))
    least = (
        len(session.before) if session.info.continues is not None else min(len(session.before), 1)
    )
    return said[Action.CONTINUE] >= least


def _enter(
    session: RecordedSession, recording: Recording, told: Sequence[Event], history: Path
) -> None:
    info, path = session.info, session.path
    keeper = SessionKeeper(
        info,
        routine=tomllib.loads(info.routine)["id"],
        recording=str(path),
        demo=is_demo(info),
    )
    keeper.take(told)
    walks = WalkKeeper(info, history)
    with History.open(history) as opened:
        opened.enter(keeper.record(recording.duration_s), session.before)
    walks.take(told)
    walks.finish()
    with Days.open(history) as days:
        if any(watch.recording == path.name for watch in days.watches()):
            for name in session.before:
                days.take_back(name)


def _told(rows: Sequence[EventRow]) -> Iterator[Event]:
    """What the person was told, of the kinds that the history keeps."""
    for name, fields in rows:
        if name in _KEPT:
            yield msgspec.convert(_measured(name, fields), _KEPT[name])


def _measured(name: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields in which a measurement that could not be made is not a number; JSON has null."""
    known = dict(fields)
    if name == SetDone.__name__:
        for part in ("repetitions", "uncounted"):
            known[part] = [
                {key: math.nan if value is None else value for key, value in one.items()}
                for one in known.get(part, ())
            ]
    return known
