"""Puts a session together from what the command line asked for."""

from collections.abc import Callable, Sequence
from pathlib import Path

from spinesense.app.exercises import all_exercises
from spinesense.app.person import care_of, load_settings, local_now
from spinesense.app.recorded_run import (
    Guarded,
    Listener,
    guarded_recording,
    head_of,
    new_recording,
    recorded_run,
)
from spinesense.app.routines import load_routine
from spinesense.app.sensors import AnySource, upper_profile
from spinesense.coaching.routines.entry import Routine
from spinesense.coaching.routines.parse import parse_routine
from spinesense.coaching.routines.write import write_routine
from spinesense.coaching.session.session import Session
from spinesense.coaching.settings import parse_settings, write_settings
from spinesense.coaching.sitting.rule import SittingMonitor
from spinesense.model.errors import FileError
from spinesense.model.intent_values import UsualRange, clock_value
from spinesense.model.packets import Action, Intent
from spinesense.model.recording import RecordingInfo
from spinesense.runner.batch.open_file import open_stored
from spinesense.runner.engine import Engine
from spinesense.runner.keeping.disk_guard import SESSION_RESERVE_BYTES
from spinesense.runner.keeping.entering import chain_of, is_whole, sessions_among
from spinesense.runner.keeping.keepers import SessionKeeper, WalkKeeper
from spinesense.runner.live import LiveRun
from spinesense.runner.playback import PlaybackRun
from spinesense.runner.resume import ShiftedSource, check_sensor, fast_forward
from spinesense.sensors.replay import ReplaySource
from spinesense.store.history.sessions import History, SessionRecord
from spinesense.store.monitor import exercising
from spinesense.store.places import history_path
from spinesense.store.recordings.read import read_info
from spinesense.store.recordings.recording import hold


def coach_run(
    source: AnySource,
    routine_name: str,
    listeners: Sequence[Listener] = (),
    target: Path | None = None,
    *,
    demo: bool = False,
) -> LiveRun:
    """Put a coached session together: recorded, and entered into the history at its end.

    A demonstration is done as it is written; other routines with the changes that hold. Nobody
    wears the sensor of a demonstration, so it is no part of a day.
    """
    routine, text = load_routine(routine_name)
    settings = load_settings()
    if not demo:
        simulated = source.profile.simulated
        routine = care_of(all_exercises(), simulated=simulated).adapted(routine)
        text = write_routine(routine)
    info = head_of(source, routine=text, settings=write_settings(settings), demo=demo)
    kept = _session_recording(info, routine.id, target)
    recording = str(kept.path) if kept.path else ""
    keeper = SessionKeeper(info, routine=routine.id, recording=recording, demo=demo)
    day = None if demo else kept.minutes()
    engine = Engine(
        source.profile,
        session=Session(routine, all_exercises(), limits=settings.pain),
        upper=upper_profile(source),
        minutes=day.minutes if day else None,
    )
    run = recorded_run(
        source,
        engine,
        kept,
        day,
        listeners=[keeper.take, *listeners],
        at_end=[
            kept.recorder.finish,
            kept.give_back,
            *(() if demo else (exercising(),)),
            lambda: _enter(keeper.record(run.last_arrival_s, kept.recorder.missing)),
        ],
        first=() if demo else _own_ranges(routine, simulated=source.profile.simulated),
    )
    return run


def _session_recording(info: RecordingInfo, label: str, path: Path | None = None) -> Guarded:
    """Begin the recording of a session, which the session outlives when the disk gets full."""
    return guarded_recording(
        info, label, path, reserve_bytes=SESSION_RESERVE_BYTES, activity="coaching"
    )


def _own_ranges(routine: Routine, *, simulated: bool) -> list[Intent]:
    """What earlier sessions showed of the person, to be said at the beginning."""
    catalogue = all_exercises()
    with History.open(history_path()) as history:
        usual = history.usual_ranges_rad(simulated=simulated)
    return [
        Intent(
            0.0,
            Action.OWN_RANGE,
            UsualRange(name, usual[name] / catalogue[name].excursions).to_value(),
        )
        for name in sorted({entry.exercise for entry in routine.entries})
        if name in usual
    ]


def continued_run(source: AnySource, path: Path, listeners: Sequence[Listener] = ()) -> LiveRun:
    """Put a session together that goes on where the one of this recording was broken off.

    It has a recording of its own, which begins with all of the old one.

    Raises
    ------
    FileError
        When the recording cannot be read, or no session was coached in it.
    SensorError
        When it was begun with another kind of sensor.
    """
    release = hold(path)
    try:
        return _continued(source, path, listeners, release)
    except BaseException:
        release()
        raise


def _continued(
    source: AnySource, path: Path, listeners: Sequence[Listener], release: Callable[[], None]
) -> LiveRun:
    """Put it together while no other program can; ``release`` is called at its end."""
    stored = open_stored(path)
    chain = _chain_to(path)
    if not stored.routine:
        raise FileError(
            "no session was coached in it", where=str(path), remedy="begin a new session"
        )
    check_sensor(stored.profile, source.profile)
    upper = upper_profile(source) or stored.upper
    if stored.upper and upper:
        check_sensor(stored.upper, upper)
    catalogue = all_exercises()
    routine = parse_routine(stored.routine, str(path), catalogue)
    limits = parse_settings(stored.settings, str(path)).pain
    info = head_of(
        source,
        routine=stored.routine,
        started_at=stored.started_at,
        settings=stored.settings,
        upper=upper,
        continues=path.name,
    )
    kept = _session_recording(info, routine.id)
    # Without a recording of its own, the session still has the beginning in the old one.
    keeper = SessionKeeper(info, routine=routine.id, recording=str(kept.path or path))
    day = kept.minutes(in_place_of=chain)
    session = Session(routine, catalogue, limits=limits)
    engine = Engine(source.profile, session=session, upper=upper, minutes=day.minutes)
    walks = WalkKeeper(info, history_path())
    # Walks of a session that was left in order stand in the diary already.
    again = [keeper.take] if _is_entered(path) else [keeper.take, walks.take]
    from_s = fast_forward(engine, stored.items, kept.recorder, again)
    run = recorded_run(
        source,
        engine,
        kept,
        day,
        feed=ShiftedSource(source, from_s),
        walks=walks,
        listeners=[keeper.take, *listeners],
        at_end=[
            kept.recorder.finish,
            kept.give_back,
            exercising(),
            lambda: _enter(keeper.record(run.last_arrival_s, kept.recorder.missing), chain),
        ],
        let_go=[release],
        from_s=from_s,
        first=[Intent(from_s, Action.CLOCK, clock_value(local_now()))],
    )
    return run


def _chain_to(path: Path) -> tuple[str, ...]:
    """Names of the recordings whose place the whole session takes, this one first.

    Raises
    ------
    FileError
        When its session was gone on with already.
    """
    heads = {one.path.name: one for one in sessions_among(path.parent)}
    if any(path.name in one.before and is_whole(one) for one in heads.values()):
        what = "this session has gone on already"
        raise FileError(what, where=str(path), remedy="look again at what can be gone on with")
    known = {file.name: read_info(file) for file in (path.parent / name for name in heads)}
    known[path.name] = read_info(path)
    return (path.name, *chain_of(path.name, known))


def _is_entered(path: Path) -> bool:
    """Whether the history has the session of this recording."""
    with History.open(history_path()) as history:
        return path.name in {name for name, _ in history.recordings()}


def _enter(record: SessionRecord, in_place_of: tuple[str, ...] = ()) -> None:
    """Enter a session into the history."""
    with History.open(history_path()) as history:
        history.enter(record, in_place_of)


def record_run(
    source: AnySource, target: Path | None, *, stop_after_s: float
) -> tuple[LiveRun, Path]:
    """Put a plain recording together; returns it with the path it is written to."""
    kept = new_recording(head_of(source), "recording", target)
    day = kept.minutes()
    engine = Engine(source.profile, upper=upper_profile(source), minutes=day.minutes)
    return recorded_run(source, engine, kept, day, stop_after_s=stop_after_s), kept.path


def replay_run(
    path: Path, *, speed: float = 1.0, listeners: Sequence[Listener] = ()
) -> PlaybackRun:
    """Put a replay together; a coached recording is coached again.

    Raises
    ------
    FileError
        When the file cannot be read or is no recording.
    """
    stored = open_stored(path)
    catalogue = all_exercises()
    limits = parse_settings(stored.settings, str(path))
    routine = parse_routine(stored.routine, str(path), catalogue) if stored.routine else None

    def make_engine() -> Engine:
        calibrated = stored.calibration is not None
        session = (
            Session(routine, catalogue, calibrated=calibrated, limits=limits.pain)
            if routine
            else None
        )
        sitting = None if session else SittingMonitor(limits.sitting, starts_seated=True)
        return Engine(
            stored.profile,
            session=session,
            sitting=sitting,
            calibration=stored.calibration,
            upper=stored.upper,
        )

    source = ReplaySource(stored.items, stored.profile, speed=speed)
    return PlaybackRun(
        make_engine,
        source,
        title=path.name,
        damage=stored.damage,
        remarks=stored.remarks,
        listeners=listeners,
    )
