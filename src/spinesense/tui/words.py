"""Values in plain words. Angles become degrees here and nowhere below."""

import math
from collections import Counter
from collections.abc import Sequence

from spinesense.model.events import LyingSide, Posture, Uncounted
from spinesense.model.snapshot import (
    CoachView,
    Link,
    Phase,
    PostureView,
    SensorView,
    SetLine,
    TrunkView,
)

POSTURES = {
    Posture.LYING: "Lying",
    Posture.SITTING: "Sitting",
    Posture.STANDING: "Standing",
    Posture.WALKING: "Walking",
    Posture.TRANSITION: "Moving",
    Posture.UNKNOWN: "Finding out",
}
LYING_SIDES = {
    LyingSide.SUPINE: "Lying on your back",
    LyingSide.PRONE: "Lying on your front, or on hands and knees",
    LyingSide.LEFT: "Lying on your left side",
    LyingSide.RIGHT: "Lying on your right side",
}


NOT_THERE = (Link.CONNECTING, Link.LOST)
"""The states in which the picture itself says what is going on with the sensor."""
LATE_S = 0.2
"""Lateness that a person would notice in a cue."""
PAIN_PHASES = (Phase.PAIN_BEFORE, Phase.PAIN_AFTER)
"""The phases in which the coach waits for a pain score."""
EXERCISING = (Phase.GET_READY, Phase.MOVE, Phase.REST, Phase.PAUSED)
"""The phases in which there is an exercise to pause, repeat or skip."""


def degrees(angle_rad: float) -> str:
    """Write an angle in whole degrees, such as ``24°``."""
    return f"{round(math.degrees(angle_rad))}°"


def lumbar(trunk: TrunkView, upper: SensorView) -> str:
    """Write the flexion between two sensors with its uncertainty, or why there is none."""
    if trunk.lumbar_rad is None or trunk.lumbar_sd_rad is None:
        return upper.message or "Lumbar flexion (two sensors): not known yet"
    sd = max(1, math.ceil(math.degrees(trunk.lumbar_sd_rad)))
    return f"Lumbar flexion (two sensors): {degrees(trunk.lumbar_rad)} ± {sd}°"


def clock(duration_s: float) -> str:
    """Write a duration as ``m:ss``, from an hour on as ``h:mm:ss``."""
    minutes, seconds = divmod(max(0, int(duration_s)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


def span(duration_s: float) -> str:
    """Write a duration loosely, such as ``40 seconds`` or ``12 minutes``."""
    if duration_s < 90:
        return counted(max(0, int(duration_s)), "second")
    if duration_s < 5400:
        return counted(int(duration_s / 60), "minute")
    return f"{clock(duration_s)[:-3]} hours"


def counted(number: int, thing: str) -> str:
    """Write a number with its noun, such as ``1 shift`` or ``3 shifts``."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


def target(low_rad: float | None, high_rad: float | None) -> str:
    """Write the target range, such as ``target 20° to 45°``; empty without one."""
    if low_rad is None or high_rad is None:
        return ""
    return f"target {degrees(low_rad)} to {degrees(high_rad)}"


def side(name: str) -> str:
    """Write a side as a person says it; empty without one."""
    return f"{name} side" if name in ("left", "right") else name


def title(coach: CoachView) -> str:
    """Name what is going on: the exercise, or what comes before and after them all."""
    if coach.phase in EXERCISING:
        return coach.title
    heads = {
        Phase.NONE: "Getting ready",
        Phase.CALIBRATE: "Calibration",
        Phase.PAIN_BEFORE: "Before you begin",
        Phase.PAIN_AFTER: "To finish",
        Phase.DONE: "Done",
    }
    return " · ".join(part for part in (coach.routine, heads[coach.phase]) if part)


def place(coach: CoachView) -> str:
    """Write where the routine stands, such as ``Exercise 2 of 5 · Set 1 of 2 · right side``."""
    if coach.phase not in EXERCISING:
        return ""
    parts = []
    if coach.total:
        parts.append(f"Exercise {coach.position} of {coach.total}")
    if coach.sets > 1:
        parts.append(f"Set {coach.set_number} of {coach.sets}")
    if coach.level_name:
        parts.append(coach.level_name)
    if coach.side:
        parts.append(side(coach.side))
    return " · ".join(parts)


def posture(view: PostureView, time_s: float) -> str:
    """Write the posture and how long it has lasted, such as ``Sitting for 12 minutes``."""
    if view.posture is Posture.UNKNOWN:
        return "Finding out how you are placed"
    if view.posture is Posture.TRANSITION:
        return "Moving to another position"
    name = POSTURES[view.posture]
    if view.posture is Posture.LYING and view.lying_side is not None:
        name = LYING_SIDES[view.lying_side]
    return f"{name} for {span(time_s - view.since_s)}"


def lost_percent(sensor: SensorView) -> float:
    """Share of the samples that never arrived, in percent."""
    expected = sensor.samples + sensor.lost_samples
    return 100 * sensor.lost_samples / expected if expected else 0.0


def sensor_state(sensor: SensorView) -> str:
    """Write the state of the connection, led by a mark that says the same without colour."""
    name = sensor.name or "the sensor"
    return {
        Link.IDLE: "○ Getting ready",
        Link.CONNECTING: f"◌ Connecting to {name}",
        Link.STREAMING: f"● {sensor.name or 'Sensor'}",
        Link.LOST: f"✕ Lost {name}",
        Link.ENDED: "■ End of the recording",
    }[sensor.link]


def sensor_figures(sensor: SensorView) -> str:
    """Write rate, battery and loss, as far as they are known."""
    parts = []
    if sensor.rate_hz:
        parts.append(f"{sensor.rate_hz:.0f} samples a second")
    if sensor.jitter_s >= LATE_S:
        parts.append(f"{sensor.jitter_s:.1f} s late at times")
    if sensor.battery_percent is not None:
        parts.append(f"battery {sensor.battery_percent} %")
    if sensor.samples:
        parts.append(f"{lost_percent(sensor):.1f} % lost")
    if sensor.bad_packets:
        parts.append(counted(sensor.bad_packets, "unreadable packet"))
    return " · ".join(parts)


def signal(rssi_dbm: float) -> str:
    """Draw and name the strength of a signal.

    Each step is 10 dB, in the open about a third of the distance. Receivers begin to lose packets
    some way below -80 dBm; the Bluetooth Core Specification (Vol 6, Part A, 4.1) asks for -70.
    """
    level = 1 + sum(rssi_dbm >= bound for bound in (-80, -70, -60))
    name = ("weak", "fair", "good", "strong")[level - 1]
    return f"{'▂▄▆█'[:level]:<4} {name}"


def ending(coach: CoachView) -> str:
    """Write how a session ended: why, where it was not finished."""
    if coach.ended_because:
        return coach.ended_because
    if coach.phase is not Phase.DONE:
        return "The session ended before the routine did."
    if not coach.lines or coach.lines[-1].skipped:
        return "You came to the end of the routine without its last exercise."
    return "You finished the routine."


def pain(score: int | None) -> str:
    """Write a pain score, or a dash where none was given."""
    return "–" if score is None else f"{score} of 10"


def pain_anchor(score: int) -> str:
    """Name a pain score. The ends are the anchors of the usual 0-10 numeric rating scale."""
    if score == 0:
        return "no pain"
    if score <= 3:
        return "mild"
    if score <= 5:
        return "moderate"
    return "strong" if score < 10 else "worst pain you can imagine"


def set_cells(line: SetLine) -> tuple[str, ...]:
    """Write one finished set as the cells of the summary table."""
    if line.skipped and not line.repetitions:
        done = "skipped"
    elif line.goal:
        done = f"{line.repetitions} of {line.goal}" + (", skipped" if line.skipped else "")
    elif line.walked:
        done = f"{clock(line.held_s)} walked"
    else:
        done = f"{line.held_s:.1f} s held"
    return (
        line.title,
        line.side or "–",
        str(line.set_number),
        done,
        "–" if line.mean_range_rad is None else degrees(line.mean_range_rad),
        "–" if line.mean_hold_s is None else f"{line.mean_hold_s:.1f} s",
    )


def not_counted(lines: Sequence[SetLine]) -> str:
    """What was seen and not counted, by exercise and reason; empty where all was counted."""
    by_title: dict[str, Counter[Uncounted]] = {}
    for line in lines:
        by_title.setdefault(line.title, Counter()).update(line.uncounted)
    told = [f"{title}: {_reasons(whys)}" for title, whys in by_title.items() if whys]
    return f"Seen, but not counted. {'; '.join(told)}." if told else ""


def _reasons(whys: Counter[Uncounted]) -> str:
    return ", ".join(f"{number} {why.words}" for why, number in whys.most_common())
