"""``spinesense status``: what the running sitting monitor says, for a person or a status bar."""

from dataclasses import asdict
from datetime import datetime

import click

from spinesense.cli.output import say, say_json
from spinesense.model.plain_text import without_markup
from spinesense.model.snapshot import Link, Snapshot
from spinesense.store import monitor, monitor_line
from spinesense.store.monitor import MonitorStatus, moment
from spinesense.store.monitor_line import span


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--line", is_flag=True, help="Print a few words, as for tmux, waybar or starship.")
def command(as_json: bool, line: bool) -> int:
    """Say what the sitting monitor in another process sees. The exit code is 1 when none runs.

    The JSON has ``text``, ``tooltip`` and ``class`` for waybar, and all figures besides.
    """
    now = monitor.told()
    starting = now is None and monitor.is_monitored()
    if as_json:
        say_json(as_object(now, starting=starting))
    elif line:
        say(short(now, starting=starting))
    else:
        for row in rows(now, starting=starting):
            say(row)
    return 0 if now or starting else 1


def short(now: MonitorStatus | None, *, starting: bool = False) -> str:
    """The most important in at most some 30 characters."""
    if now is None:
        return monitor_line.STARTING if starting else monitor_line.NO_MONITOR
    return moment(now.snapshot) if now.fresh() else monitor_line.stale(now.age_s())


def kind(now: MonitorStatus | None, *, starting: bool = False) -> str:
    """A word for the state, by which a bar may choose a colour."""
    if now is None:
        return "lost" if starting else "off"
    if not now.fresh() or now.snapshot.sensor.link is not Link.STREAMING:
        return "lost"
    view = now.snapshot.posture
    if not view.worn:
        return "off"
    return "alert" if view.alert else "quiet" if view.quiet else view.posture.value


def rows(now: MonitorStatus | None, *, starting: bool = False) -> list[str]:
    """All of it, a line each."""
    if now is None and starting:
        return ["The sitting monitor is starting"]
    if now is None:
        return ["No sitting monitor is running; start one with: spinesense sit"]
    snapshot, view = now.snapshot, now.snapshot.posture
    counts = view.counts
    found = [
        short(now) + (" (simulated)" if snapshot.sensor.simulated else ""),
        *([view.alert] if view.alert else []),
        *([view.suggestion] if view.suggestion else []),
        *([f"no prompts now: {view.quiet_words}"] if view.quiet else []),
        *([snapshot.sensor.message] if snapshot.sensor.message else []),
        *([snapshot.unrecorded] if snapshot.unrecorded else []),
        f"sat {span(view.sat_s)}, on the feet {span(view.on_feet_s)}, "
        f"walked {span(view.walked_s)} ({counts.steps} steps)",
        f"{counts.shifts} shifts, {counts.stand_ups} stand-ups, {counts.bends} bends "
        f"({counts.deep_bends} deep, {counts.held_bends} held)",
        f"since {datetime.fromisoformat(now.since):%H:%M} with {snapshot.sensor.name}",
    ]
    if snapshot.sensor.battery_percent is not None:
        found[-1] += f", battery {snapshot.sensor.battery_percent} %"
    return found


def as_object(now: MonitorStatus | None, *, starting: bool = False) -> dict[str, object]:
    """The same as one object."""
    result: dict[str, object] = {
        "running": now is not None or starting,
        "text": short(now, starting=starting),
        "tooltip": "\n".join(map(without_markup, rows(now, starting=starting))),
        "class": kind(now, starting=starting),
    }
    if now is None:
        return result
    about = {"written_at": now.written_at, "process": now.process, "since": now.since}
    return {**result, **about, **figures(now.snapshot)}


def figures(snapshot: Snapshot) -> dict[str, object]:
    """Figures of one moment; seconds are data time."""
    view, sensor = snapshot.posture, snapshot.sensor
    return {
        "worn": view.worn,
        "posture": view.posture.value,
        "confidence": round(view.confidence, 2),
        "sitting_s": round(view.sitting_s),
        "still_s": round(view.still_s),
        "alert": view.alert,
        "alert_level": view.alert_level,
        "suggestion": view.suggestion,
        "quiet": view.quiet,
        "quiet_until": view.quiet_until,
        "watched_s": round(snapshot.time_s),
        "sat_s": round(view.sat_s),
        "on_feet_s": round(view.on_feet_s),
        "walked_s": round(view.walked_s),
        **asdict(view.counts),
        "slouch": None if view.slouch is None else round(view.slouch, 2),
        "sensor": {
            "name": sensor.name,
            "link": sensor.link.value,
            "simulated": sensor.simulated,
            "battery_percent": sensor.battery_percent,
            "message": " ".join(filter(None, (sensor.message, snapshot.unrecorded))),
        },
    }
