"""``spinesense status``: what the running sitting monitor says, for a person or a status bar."""

import json

import click

from spinesense.model.events import Posture
from spinesense.model.snapshot import Link, Snapshot
from spinesense.store.monitor import Told, told


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--line", is_flag=True, help="Print a few words, as for tmux, waybar or starship.")
def command(as_json: bool, line: bool) -> int:
    """Say what the sitting monitor in another process sees. The exit code is 1 when none runs.

    The JSON has ``text``, ``tooltip`` and ``class`` for waybar, and all figures besides.
    """
    now = told()
    if as_json:
        click.echo(json.dumps(as_object(now)))
    elif line:
        click.echo(short(now))
    else:
        for row in rows(now):
            click.echo(row)
    return 0 if now else 1


def short(now: Told | None) -> str:
    """The most important in at most some 30 characters."""
    if now is None:
        return "no monitor"
    snapshot = now.snapshot
    view = snapshot.posture
    if not now.fresh():
        return f"no news for {_span(now.age_s())}"
    if snapshot.sensor.link is not Link.STREAMING:
        return "sensor lost" if snapshot.sensor.link is Link.LOST else "connecting"
    if not view.worn:
        return "not worn"
    if view.alert:
        return f"MOVE: still for {_span(view.still_s)}"
    if view.posture is Posture.SITTING:
        return f"sitting {_span(view.sitting_s)}, shift {_span(view.still_s)} ago"
    return f"{view.posture.value} {_span(max(0.0, snapshot.time_s - view.since_s))}"


def kind(now: Told | None) -> str:
    """A word for the state, by which a bar may choose a colour."""
    if now is None:
        return "off"
    if not now.fresh() or now.snapshot.sensor.link is not Link.STREAMING:
        return "lost"
    view = now.snapshot.posture
    if not view.worn:
        return "off"
    return "alert" if view.alert else "quiet" if view.quiet else view.posture.value


def rows(now: Told | None) -> list[str]:
    """All of it, a line each."""
    if now is None:
        return ["No sitting monitor is running; start one with: spinesense sit"]
    snapshot, view = now.snapshot, now.snapshot.posture
    found = [
        short(now) + (" (simulated)" if snapshot.sensor.simulated else ""),
        *([view.alert] if view.alert else []),
        *([view.suggestion] if view.suggestion else []),
        *([f"no prompts now: {view.quiet}"] if view.quiet else []),
        *([snapshot.sensor.message] if snapshot.sensor.message else []),
        f"sat {_span(view.sat_s)}, on the feet {_span(view.on_feet_s)}, "
        f"walked {_span(view.walked_s)} ({view.steps} steps)",
        f"{view.shifts} shifts, {view.stand_ups} stand-ups, {view.bends} bends "
        f"({view.deep_bends} deep, {view.held_bends} held)",
        f"watched for {_span(snapshot.time_s)} with {snapshot.sensor.name}",
    ]
    if snapshot.sensor.battery_percent is not None:
        found[-1] += f", battery {snapshot.sensor.battery_percent} %"
    return found


def as_object(now: Told | None) -> dict[str, object]:
    """The same as one object."""
    result: dict[str, object] = {
        "running": now is not None,
        "text": short(now),
        "tooltip": "\n".join(rows(now)),
        "class": kind(now),
    }
    if now is None:
        return result
    return {**result, "written_at": now.written_at, "process": now.process, **figures(now.snapshot)}


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
        "watched_s": round(snapshot.time_s),
        "sat_s": round(view.sat_s),
        "on_feet_s": round(view.on_feet_s),
        "walked_s": round(view.walked_s),
        "steps": view.steps,
        "shifts": view.shifts,
        "stand_ups": view.stand_ups,
        "bends": view.bends,
        "deep_bends": view.deep_bends,
        "held_bends": view.held_bends,
        "slouch": None if view.slouch is None else round(view.slouch, 2),
        "sensor": {
            "name": sensor.name,
            "link": sensor.link.value,
            "simulated": sensor.simulated,
            "battery_percent": sensor.battery_percent,
            "message": sensor.message,
        },
    }


def _span(seconds: float) -> str:
    """A length of time, such as ``42 min`` or ``3 h 05``."""
    minutes = int(seconds // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02}"
