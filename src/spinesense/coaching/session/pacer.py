"""The pacer: a controlled repetition, shown and said, that waits for the person.

It runs on the time of the data. What the person does comes first: a hold that begins, a repetition
that is over, or a start that comes early set it right.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from spinesense.coaching.exercises.schema import Breath, Sides
from spinesense.coaching.routines.plan import SetPlan
from spinesense.coaching.session import phrases
from spinesense.coaching.session.cues import speech_s
from spinesense.model.events import HoldBegan, MotionEvent, Repetition
from spinesense.model.readings import Readings
from spinesense.model.snapshot import PaceStage, PaceView

REST_S = 1.2
"""In the start posture between two repetitions: a count is heard to its end."""
LATE_S = 3.0
"""A person who is slower than the pacer is waited for as long as this after its last way back."""
WAIT_SHARE = 2.0
"""Of the hold asked for: a hold that is not complete by then was given up."""
LED_SHARE = 0.35
"""Of the expected range: further out than this, the person has begun."""
SLOWEST_SAID_S = 1.4
"""A way must last this long for its words to fit; quicker ones are only shown."""
BREATHS_SAID = 2
"""Repetitions in which the breath is said: then it is known, and the screen still shows it."""


@dataclass(frozen=True, slots=True)
class Pace:
    """Where the pacer stands."""

    stage: PaceStage
    since_s: float
    other_way: bool = False
    """On the second way of a repetition that goes both ways."""
    done: int = 0
    """Repetitions that it has gone through."""
    early: bool = False
    """It rests, and the repetition of the person is still to be told."""


def begun(plan: SetPlan, time_s: float) -> Pace | None:
    """The pacer at the start signal; None for what is only held, or walked."""
    if plan.exercise.held_only or plan.exercise.walked:
        return None
    heard_s = speech_s(phrases.begin(plan))
    return Pace(PaceStage.REST, time_s + heard_s - REST_S)


def followed(pace: Pace, plan: SetPlan, readings: Readings, events: Sequence[MotionEvent]) -> Pace:
    """The pacer one step later."""
    for event in events:
        if isinstance(event, HoldBegan) and plan.hold_s > 0:
            other = pace.other_way or (_two_ways(plan) and pace.stage is PaceStage.BACK)
            pace = replace(pace, stage=PaceStage.HOLD, since_s=event.time_s, other_way=other)
        elif isinstance(event, Repetition):
            pace = Pace(PaceStage.REST, event.time_s, done=pace.done + 1)
    if pace.early and readings.time_s - pace.since_s < LATE_S:
        return pace
    if pace.stage is PaceStage.REST and _led_by(plan, readings):
        return replace(pace, stage=PaceStage.OUT, since_s=readings.time_s, early=False)
    if readings.time_s - pace.since_s < stage_s(pace.stage, plan):
        return pace
    if pace.stage is PaceStage.HOLD and _holds_on(pace, plan, readings):
        return pace
    return _next(pace, plan, readings.time_s)


def stage_s(stage: PaceStage, plan: SetPlan) -> float:
    """Length of a stage."""
    tempo = plan.exercise.tempo
    return {
        PaceStage.REST: REST_S,
        PaceStage.OUT: tempo.out_s,
        PaceStage.HOLD: plan.hold_s,
        PaceStage.BACK: tempo.back_s,
    }[stage]


def view_of(
    pace: Pace, plan: SetPlan, time_s: float, carrying: float = 0.0, aim: float = 1.0
) -> PaceView:
    """What the pacer shows of a person who is so far out, and who aims at ``aim`` (same unit)."""
    gone_s = max(0.0, time_s - pace.since_s)
    reached = abs(carrying) if _two_ways(plan) else max(0.0, carrying)
    length_s = stage_s(pace.stage, plan)
    gone = min(1.0, gone_s / length_s) if length_s else 1.0
    share = {
        PaceStage.REST: 0.0,
        PaceStage.OUT: gone,
        PaceStage.HOLD: 1.0,
        PaceStage.BACK: 1.0 - gone,
    }[pace.stage]
    return PaceView(
        stage=pace.stage,
        share=share,
        words=stage_words(pace, plan, breathing=True),
        left_s=max(0.0, length_s - gone_s),
        reached=reached / aim,
    )


def stage_words(pace: Pace, plan: SetPlan, *, breathing: bool) -> str:
    """What a stage asks for; with the breath that goes with it."""
    tempo = plan.exercise.tempo
    if pace.stage is PaceStage.HOLD:
        return "Hold, keep breathing" if breathing else "Hold"
    if pace.stage is PaceStage.REST:
        return "Ready"
    going = tempo.other_words if pace.other_way else tempo.out_words
    said = going if pace.stage is PaceStage.OUT else tempo.back_words
    turns = _two_ways(plan) and pace.stage is PaceStage.BACK
    return phrases.with_breath(said, _breath(pace, plan)) if breathing and not turns else said


def said_at(before: Pace | None, now: Pace | None, plan: SetPlan, readings: Readings) -> str:
    """What is said when a stage begins; empty where nothing is.

    The breath is said in the first two repetitions. The end of a hold has its own words, which wait
    for the clock; and where sides take turns, the side is said instead.
    """
    if before is None or now is None or now.stage is before.stage:
        return ""
    if plan.exercise.sides is Sides.ALTERNATING or stage_s(now.stage, plan) < SLOWEST_SAID_S:
        return ""
    held = plan.hold_s > 0 and (now.stage is PaceStage.BACK or now.other_way)
    if now.stage not in (PaceStage.OUT, PaceStage.BACK) or held:
        return ""
    if now.stage is PaceStage.OUT and not now.other_way and _led_by(plan, readings):
        return ""
    return spoken(now, plan)


def spoken(pace: Pace, plan: SetPlan) -> str:
    """The words of a stage as a sentence, as many as it has room for."""
    full = stage_words(pace, plan, breathing=True)
    fits = speech_s(full) <= stage_s(pace.stage, plan) and pace.done < BREATHS_SAID
    return f"{full if fits else stage_words(pace, plan, breathing=False)}."


def let_go_words(pace: Pace | None, plan: SetPlan) -> str:
    """What ends a hold: the way that follows."""
    if pace is None:
        return phrases.AND_BACK
    if _two_ways(plan) and not pace.other_way:
        return spoken(replace(pace, stage=PaceStage.OUT, other_way=True), plan)
    return spoken(replace(pace, stage=PaceStage.BACK), plan)


def _breath(pace: Pace, plan: SetPlan) -> str:
    """Which way the air goes. Where there are two ways, each has its own breath."""
    out_first = plan.exercise.tempo.breathe_out is Breath.OUT
    first = not pace.other_way if _two_ways(plan) else pace.stage is PaceStage.OUT
    return "out" if first == out_first else "in"


def _two_ways(plan: SetPlan) -> bool:
    return plan.exercise.excursions > 1


def _led_by(plan: SetPlan, readings: Readings) -> bool:
    """Whether the person has begun by themselves."""
    look = plan.exercise.movement
    carrying = readings.carrying
    if look is None or carrying is None:
        return False
    return abs(carrying) > LED_SHARE * look.expected


def _holds_on(pace: Pace, plan: SetPlan, readings: Readings) -> bool:
    """Whether the person is still on their way through the hold."""
    given_up = readings.time_s - pace.since_s > WAIT_SHARE * plan.hold_s
    return 0.0 < readings.hold_s < plan.hold_s and not given_up


def _next(pace: Pace, plan: SetPlan, time_s: float) -> Pace:
    """The stage after this one."""
    if pace.stage is PaceStage.REST:
        return replace(pace, stage=PaceStage.OUT, since_s=time_s, early=False)
    if pace.stage is PaceStage.OUT and plan.hold_s > 0:
        return replace(pace, stage=PaceStage.HOLD, since_s=time_s)
    if pace.stage is not PaceStage.BACK:
        return replace(pace, stage=PaceStage.BACK, since_s=time_s)
    if _two_ways(plan) and not pace.other_way:
        return replace(pace, stage=PaceStage.OUT, since_s=time_s, other_way=True)
    return Pace(PaceStage.REST, time_s, done=pace.done, early=True)
