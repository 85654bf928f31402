"""Puts the sitting monitor together, day by day."""

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import datetime

from spinesense.app.desktop import context
from spinesense.app.desktop.context import local_now
from spinesense.app.monitor_memory import WatchMemory, snoozed_since
from spinesense.app.person import load_settings
from spinesense.app.recorded_run import Listener, guarded_recording, head_of, recorded_run
from spinesense.app.sensors import AnySource, open_sensor, when_connected
from spinesense.coaching.settings import write_settings
from spinesense.coaching.sitting.limits import SittingLimits
from spinesense.coaching.sitting.rule import SittingMonitor
from spinesense.model.events import Event, SittingAlert
from spinesense.model.packets import Action, Intent
from spinesense.model.snapshot import Snapshot
from spinesense.runner.daily import Carried, DailyRun, Day
from spinesense.runner.engine import Engine
from spinesense.runner.keeping.disk_guard import RESERVE_BYTES
from spinesense.runner.live import PUBLISH_S
from spinesense.runner.monitored import TELL_S, AttachedRun, MonitoredRun
from spinesense.runner.side_channel import IntentInjector, Said
from spinesense.sensors.bluetooth.source import BluetoothSource
from spinesense.sensors.source import Source
from spinesense.store import monitor
from spinesense.store.monitor import is_exercising, moment
from spinesense.store.places import new_recording_path

LATE_S = 60.0
"""What was asked longer ago, as to calibrate, is not what the person wants now."""
BY_THE_SENSOR = 4
"""Level of a prompt from which on the sensor vibrates; see `SittingAlert`."""


def sit_run(
    source: AnySource,
    listen: Callable[[], Sequence[Said]],
    listeners: Sequence[Listener] = (),
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
    memory = WatchMemory(source.profile.name, settings.sitting, now)
    first = memory.carried()

    def begin(day: Source, carried: Carried) -> Day:
        started_at = now().isoformat(timespec="seconds")
        kept = guarded_recording(
            head_of(
                source,
                started_at=started_at,
                settings=write_settings(settings),
                calibration=carried.calibration,
            ),
            "sitting",
            new_recording_path(started_at, "sitting"),
            reserve_bytes=RESERVE_BYTES,
            activity="watching",
        )
        minutes = kept.minutes()
        begun(minutes.started_at)
        engine = Engine(
            source.profile,
            sitting=SittingMonitor(settings.sitting, starts_seated=True),
            calibration=carried.calibration,
            minutes=minutes.minutes,
        )
        run = recorded_run(
            source,
            engine,
            kept,
            minutes,
            feed=day,
            listeners=[vibrating(source), *listeners],
            after=[lambda: memory.look(engine)],
            at_end=[kept.give_back, lambda: memory.keep(engine)],
            trouble=lambda: days.trouble or memory.trouble,
            first=[Intent(0.0, action, value) for action, value in carried.said],
            picture_s=picture_s,
        )
        return Day(run, engine, kept.recorder)

    days = DailyRun(IntentInjector(source, listen), begin, now, first)
    return days


def vibrating(source: AnySource) -> Listener:
    """What lets a sensor with a motor vibrate at the strongest prompts of the sitting monitor."""

    def take(events: Sequence[Event]) -> None:
        prompts = [event for event in events if isinstance(event, SittingAlert)]
        if isinstance(source, BluetoothSource) and any(
            prompt.level >= BY_THE_SENSOR for prompt in prompts
        ):
            source.buzz()

    return take


def open_watch(
    sensor: str,
    *,
    link: str = "",
    seed: int = 1,
    speed: float = 1.0,
    listeners: Sequence[Listener] = (),
    headless: bool = False,
) -> MonitoredRun | AttachedRun:
    """The sitting watch; on a screen a look at the one that runs already, if no sensor is named.

    Raises
    ------
    SpinesenseError
        When one runs already and a sensor is named, or the sensor cannot be opened.
    """
    if not sensor and not headless and monitor.is_monitored():
        return AttachedRun(_shown, monitor.ask)
    with ExitStack() as opening:
        here = opening.enter_context(monitor.monitoring())
        source = open_sensor(sensor, link=link, seed=seed, speed=speed, at_desk=True)
        limits = load_settings().sitting
        listen = context.DeskNews(lambda: _timely(here, limits), context.local_now, _busy)
        run = when_connected(
            source,
            lambda: sit_run(
                source,
                listen,
                listeners,
                begun=here.begin_day,
                # Who has no screen needs pictures for other processes only.
                picture_s=TELL_S if headless else PUBLISH_S,
            ),
        )
        return MonitoredRun(
            run, lambda snapshot: here.tell(snapshot, moment(snapshot)), opening.pop_all().close
        )


def _timely(here: monitor.Monitor, limits: SittingLimits) -> tuple[Said, ...]:
    """What others asked, by when they asked it: a watch may take it late, or another one has."""
    found: list[Said] = []
    for action, value, age_s in here.asked():
        if action is Action.MARK:
            found.extend(snoozed_since(value, age_s, limits))
        elif age_s <= LATE_S:
            found.append((action, value))
    return tuple(found)


def _busy() -> str:
    """Why the person is not to be disturbed."""
    return "exercising" if is_exercising() else context.busy_with()


def _shown() -> Snapshot | None:
    """What the monitor of another process shows; at its very beginning nothing yet."""
    told = monitor.told()
    if told is not None:
        return told.snapshot
    return Snapshot() if monitor.is_monitored() else None
