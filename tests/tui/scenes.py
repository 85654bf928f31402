"""Literal snapshots of every state that a screen can show, and a run that remembers."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from spinesense.model.day import Counts
from spinesense.model.events import Posture, Uncounted
from spinesense.model.packets import Action
from spinesense.model.snapshot import (
    CalibrationStep,
    CalibrationView,
    CoachView,
    Link,
    PaceStage,
    PaceView,
    Phase,
    PlaybackView,
    PostureView,
    SensorView,
    SetLine,
    Snapshot,
    TrunkView,
)
from spinesense.tui.launch import Choice, HomeView, Launch, LaunchKind

SENSOR = SensorView(
    name="Spine One",
    link=Link.STREAMING,
    rate_hz=99.3,
    samples=20_000,
    lost_samples=40,
    battery_percent=81,
)


def trace(peak_deg: float, end_s: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Ten seconds at 25 Hz of slow repetitions of five seconds each."""
    times = tuple(end_s - 10 + 0.04 * k for k in range(1, 251))
    bend = (math.radians(peak_deg) * (1 - math.cos(2 * math.pi * time / 5)) / 2 for time in times)
    return times, tuple(
        angle + 0.008 * math.sin(17 * time) for angle, time in zip(bend, times, strict=True)
    )


TIMES_S, ANGLES_RAD = trace(30, 95.0)

BRIDGE = CoachView(
    phase=Phase.MOVE,
    routine="First steps",
    exercise="bridge",
    title="Bridge",
    step="Press your feet down and lift your hips.",
    next_step="hold for five seconds, then lower slowly",
    caption="Three. Nice and slow.",
    position=2,
    total=7,
    set_number=1,
    sets=2,
    repetitions=3,
    repetition_goal=8,
    hold_s=2.4,
    hold_goal_s=5.0,
    holding=True,
    carrying_rad=math.radians(27),
    carrying_name="pelvis lift",
    pace=PaceView(
        stage=PaceStage.HOLD, share=1.0, words="Hold, keep breathing", left_s=2.6, reached=0.8
    ),
    target_low_rad=math.radians(20),
    target_high_rad=math.radians(45),
)


def coached(coach: CoachView, **changes: object) -> Snapshot:
    """A coached moment with everything else in order."""
    calm = Snapshot(time_s=95.0, sensor=SENSOR, coach=coach, trace_s=TIMES_S, trace_rad=ANGLES_RAD)
    return replace(calm, **changes)  # type: ignore[arg-type]


CONNECTING = Snapshot(sensor=SensorView(name="Spine One", link=Link.CONNECTING))
STANDING = coached(
    CoachView(
        phase=Phase.CALIBRATE,
        routine="First steps",
        step="Stand tall and keep still.",
        next_step="bow twice, slowly",
        caption="Stand tall and keep still.",
    ),
    calibration=CalibrationView(
        step=CalibrationStep.STAND, progress=0.7, message="Stand tall and keep still for 3 seconds."
    ),
    trace_s=(),
    trace_rad=(),
)
BOWING = replace(
    STANDING,
    coach=replace(STANDING.coach, step="Bow once more, slowly."),
    calibration=CalibrationView(
        step=CalibrationStep.BOW, bows=1, progress=0.5, message="Bow once more, slowly."
    ),
)
REFUSED = replace(
    STANDING,
    calibration=CalibrationView(
        step=CalibrationStep.REFUSED, bows=2, message="The bows were small: bow a little deeper."
    ),
)
PAIN_BEFORE = coached(
    CoachView(
        phase=Phase.PAIN_BEFORE,
        routine="First steps",
        step="How much does your back hurt now?",
        caption="How much does it hurt, zero to ten?",
    )
)
WAITING = coached(
    replace(
        BRIDGE,
        phase=Phase.GET_READY,
        step="Lie on your back, knees bent, feet flat.",
        pace=None,
        repetitions=0,
    )
)
GET_READY = coached(replace(WAITING.coach, countdown_s=2.6, caption="Get ready."))
MOVE = coached(BRIDGE)
COUNT_ONLY = coached(
    replace(
        BRIDGE,
        title="Pelvic tilt",
        hold_goal_s=0.0,
        repetitions=11,
        uncounted=2,
        repetition_goal=12,
        side="left",
        target_low_rad=math.radians(5),
        target_high_rad=math.radians(15),
        carrying_rad=math.radians(9),
        carrying_name="pelvic tilt",
        pace=PaceView(
            stage=PaceStage.OUT,
            share=0.6,
            words="Press down, breathe out",
            left_s=0.8,
            reached=0.5,
        ),
    ),
    trace_rad=trace(12, 95.0)[1],
)
HOLD_ONLY = coached(
    replace(
        BRIDGE,
        title="Hamstring stretch",
        pace=None,
        repetitions=0,
        repetition_goal=0,
        hold_s=12.3,
        hold_goal_s=20.0,
    )
)
REST = coached(
    replace(
        BRIDGE,
        phase=Phase.REST,
        step="Rest and breathe.",
        pace=None,
        next_step="Next: Bridge, on your back.",
        countdown_s=17.2,
    ),
    trace_s=(),
    trace_rad=(),
)
PAUSED = coached(replace(BRIDGE, phase=Phase.PAUSED, step="Paused. Press Space to go on."))
LOST = coached(
    replace(BRIDGE, phase=Phase.PAUSED),
    sensor=replace(
        SENSOR,
        link=Link.LOST,
        message="Nothing has arrived for 4 seconds: come closer or switch it on.",
    ),
)
SIMULATED = replace(MOVE, sensor=replace(SENSOR, name="Simulated spine", simulated=True))
DONE = coached(
    replace(
        BRIDGE,
        phase=Phase.DONE,
        caption="We are done. Well done today.",
        pain_before=3,
        pain_after=2,
        lines=(
            SetLine(
                title="Pelvic tilt",
                side="",
                set_number=1,
                repetitions=12,
                goal=12,
                mean_range_rad=math.radians(11),
                mean_hold_s=None,
                held_s=0.0,
                skipped=False,
            ),
            SetLine(
                title="Bridge",
                side="",
                set_number=1,
                repetitions=7,
                goal=8,
                mean_range_rad=math.radians(31),
                mean_hold_s=4.8,
                held_s=33.6,
                skipped=True,
                uncounted=(Uncounted.TOO_SMALL, Uncounted.TOO_QUICK, Uncounted.TOO_SMALL),
            ),
            SetLine(
                title="Hamstring stretch",
                side="left",
                set_number=1,
                repetitions=0,
                goal=0,
                mean_range_rad=None,
                mean_hold_s=None,
                held_s=20.0,
                skipped=False,
            ),
        ),
    )
)
SIT_CALM = Snapshot(
    time_s=2700.0,
    sensor=SENSOR,
    trunk=TrunkView(flexion_rad=math.radians(14)),
    posture=PostureView(
        posture=Posture.SITTING,
        confidence=0.94,
        since_s=170.0,
        sitting_s=2530.0,
        still_s=370.0,
        alert_after_s=1200.0,
        counts=Counts(shifts=14, steps=1240, stand_ups=3),
    ),
    trace_s=TIMES_S,
    trace_rad=tuple(0.22 + angle / 20 for angle in ANGLES_RAD),
)
SIT_ALERT = replace(
    SIT_CALM,
    posture=replace(
        SIT_CALM.posture,
        still_s=1214.0,
        sitting_s=3730.0,
        alert="You have sat still for 20 minutes. Shift, stretch or stand for a moment.",
        alert_level=2,
    ),
)
PLAYBACK = PlaybackView(position_s=125.0, length_s=870.0, speed=2.0, file="/data/2026-11-20.mcap")
REPLAYED = replace(MOVE, playback=PLAYBACK)
REPLAYED_SITTING = replace(SIT_CALM, playback=replace(PLAYBACK, paused=True))

HOME = HomeView(
    routines=(
        Choice(Launch(LaunchKind.COACH, "first_steps"), "First steps", "seven gentle exercises"),
        Choice(Launch(LaunchKind.COACH, "desk_break"), "Desk break", "three minutes, standing"),
    ),
    recordings=(
        Choice(Launch(LaunchKind.REPLAY, "a.mcap"), "Fri 20 Nov, 18:02", "First steps, 14 min"),
        Choice(Launch(LaunchKind.REPLAY, "b.mcap"), "Thu 19 Nov, 17:40", "First steps, 12 min"),
    ),
    history=(
        "Fri 20 Nov   First steps   38 reps, pain 3 then 2",
        "Thu 19 Nov   First steps   35 reps, pain 3 then 3",
    ),
    sensor="simulated",
    notice=(
        "For wellness only: spinesense does not diagnose or treat. "
        "Ask a doctor or physiotherapist before you begin, and stop when it hurts more."
    ),
)

SCENES: dict[str, tuple[LaunchKind, Snapshot]] = {
    "connecting": (LaunchKind.COACH, CONNECTING),
    "standing": (LaunchKind.COACH, STANDING),
    "bowing": (LaunchKind.COACH, BOWING),
    "refused": (LaunchKind.COACH, REFUSED),
    "pain_before": (LaunchKind.COACH, PAIN_BEFORE),
    "waiting": (LaunchKind.COACH, WAITING),
    "get_ready": (LaunchKind.COACH, GET_READY),
    "move": (LaunchKind.COACH, MOVE),
    "count_only": (LaunchKind.COACH, COUNT_ONLY),
    "hold_only": (LaunchKind.COACH, HOLD_ONLY),
    "rest": (LaunchKind.COACH, REST),
    "paused": (LaunchKind.COACH, PAUSED),
    "lost": (LaunchKind.COACH, LOST),
    "simulated": (LaunchKind.DEMO, SIMULATED),
    "summary": (LaunchKind.COACH, DONE),
    "sit_calm": (LaunchKind.SIT, SIT_CALM),
    "sit_alert": (LaunchKind.SIT, SIT_ALERT),
    "replay": (LaunchKind.REPLAY, REPLAYED),
    "replay_sitting": (LaunchKind.REPLAY, REPLAYED_SITTING),
}


@dataclass
class RememberingRun:
    """A run that publishes the snapshots it is given and remembers all it was told."""

    snapshots: list[Snapshot]
    heard: list[tuple[object, ...]] = field(default_factory=list)
    publish: Callable[[Snapshot], None] | None = None
    closed: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self, publish: Callable[[Snapshot], None]) -> None:
        self.publish = publish
        for snapshot in self.snapshots:
            publish(snapshot)
        await self.closed.wait()

    def say(self, action: Action, value: str = "") -> None:
        self.heard.append((action, value))

    def pause(self, paused: bool) -> None:
        self.heard.append(("pause", paused))

    def set_speed(self, speed: float) -> None:
        self.heard.append(("speed", speed))

    def seek(self, position_s: float) -> None:
        self.heard.append(("seek", position_s))

    async def close(self) -> None:
        self.closed.set()
