"""Puts the sitting monitor together, day by day."""

from collections.abc import Callable, Sequence
from datetime import datetime

from spinesense.cli.assemble import Listener, in_turn, new_recording
from spinesense.cli.caring import load_settings
from spinesense.cli.desk import local_now
from spinesense.cli.sensing import Sensing, status_of
from spinesense.coaching.settings import Settings, write_settings
from spinesense.coaching.sitting.rule import SittingRule
from spinesense.model.events import Event, SittingAlert
from spinesense.model.packets import Intent
from spinesense.model.recording import RecordingInfo
from spinesense.runner.alongside import Alongside, Said
from spinesense.runner.daily import Carried, DailyRun, Day
from spinesense.runner.engine import Engine
from spinesense.runner.keeping import WalkKeeper
from spinesense.runner.keeping_minutes import MinuteKeeper
from spinesense.runner.live import PUBLISH_S, LiveRun
from spinesense.runner.sparing import NEARLY_FULL, RESERVE_BYTES, SparingRecorder
from spinesense.sensors.bluetooth import BluetoothSource
from spinesense.sensors.source import Source
from spinesense.store.files import free_bytes
from spinesense.store.places import history_path, new_recording_path, recordings_folder

BY_THE_SENSOR = 4
"""Level of a prompt from which on the sensor vibrates; see `SittingAlert`."""


def sit_run(
    source: Sensing,
    listen: Callable[[], Sequence[Said]],
    on_events: Listener | None = None,
    *,
    now: Callable[[], datetime] = local_now,
    begun: Callable[[str], None] = lambda _: None,
    picture_s: float = PUBLISH_S,
) -> DailyRun:
    """Put a sitting monitor together, recorded with what is said alongside the sensor.

    ``begun`` hears when each day began, ISO 8601 with an offset; a picture is made every
    ``picture_s``.
    """
    settings = load_settings()

    def begin(day: Source, carried: Carried) -> Day:
        recorder, walks, minutes = _kept(source, settings, carried, now())
        begun(minutes.started_at)
        engine = Engine(
            source.profile,
            sitting=SittingRule(settings.sitting, starts_seated=True),
            calibration=carried.calibration,
            minutes=minutes.minutes,
        )
        run = LiveRun(
            day,
            engine,
            recorder=recorder,
            listeners=[
                walks.take,
                minutes.take,
                vibrating(source),
                *([on_events] if on_events else []),
            ],
            after=minutes.look,
            at_end=in_turn(walks.finish, minutes.finish),
            status=lambda: (
                status_of(source)() or recorder.problem or days.trouble or minutes.trouble
            ),
            first=[Intent(0.0, action, value) for action, value in carried.said],
            picture_s=picture_s,
        )
        return Day(run, engine, recorder)

    days = DailyRun(Alongside(source, listen), begin, now)
    return days


def _kept(
    source: Sensing, settings: Settings, carried: Carried, now: datetime
) -> tuple[SparingRecorder, WalkKeeper, MinuteKeeper]:
    """What keeps a day; where the disk is nearly full, nothing is recorded."""
    folder, text = recordings_folder(), write_settings(settings)
    started_at = now.isoformat(timespec="seconds")

    def room() -> int:
        return free_bytes(folder)

    if room() < RESERVE_BYTES:
        info = RecordingInfo(device=source.profile, started_at=started_at, settings=text)
        minutes = MinuteKeeper(info, "", history_path())
        return SparingRecorder(None, room, NEARLY_FULL), WalkKeeper(info, history_path()), minutes
    kept = new_recording(
        source,
        "sitting",
        path=new_recording_path(started_at, "sitting"),
        started_at=started_at,
        settings=text,
        calibration=carried.calibration,
    )
    walks = WalkKeeper(kept.info, history_path())
    return SparingRecorder(kept.writer, room), walks, kept.minutes()


def vibrating(source: Sensing) -> Listener:
    """What lets a sensor with a motor vibrate at the strongest prompts of the sitting monitor."""

    def take(events: Sequence[Event]) -> None:
        prompts = [event for event in events if isinstance(event, SittingAlert)]
        if isinstance(source, BluetoothSource) and any(
            prompt.level >= BY_THE_SENSOR for prompt in prompts
        ):
            source.buzz()

    return take
