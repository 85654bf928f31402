"""When the sitting monitor speaks: ``[sitting]`` of the settings."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

import msgspec

from spinesense.coaching.toml_schema import Problem

_TIME = r"^(([01][0-9]|2[0-3]):[0-5][0-9])?$"
TimeOfDay = Annotated[str, msgspec.Meta(pattern=_TIME)]
"""Hours and minutes, such as ``22:00``; empty for never."""


class SittingLimits(msgspec.Struct, frozen=True, kw_only=True):
    """What counts as too long, and how a prompt is given.

    Stillness is watched, no angle: prompting shifts cut new back pain to 7 % against 33 %
    (Waongenngarm 2021, doi 10.5271/sjweh.3949), an alarm on a held angle changed nothing
    (Ribeiro 2020, doi 10.1136/oemed-2019-106293).
    """

    still_min: Annotated[float, msgspec.Meta(ge=5.0, le=120.0)] = 20.0
    """Office workers shift 9 times in 15 minutes (doi 10.1016/j.apergo.2024.104374), once in 100 s:
    20 minutes without a shift is twelve times that, rare in usual sitting, and below the half hour
    after which break timers speak."""
    still_most_min: Annotated[float, msgspec.Meta(ge=5.0, le=120.0)] = 30.0
    """Whoever does not follow a prompt is prompted later the next time, but no later than this."""
    back_off: Annotated[float, msgspec.Meta(ge=1.0, le=3.0)] = 1.25
    """By so much later each time: 20, 25, then 30 minutes."""
    alerts_per_hour: Annotated[int, msgspec.Meta(ge=0, le=12)] = 2
    """Pushy reminders are what people complain of most."""
    snooze_min: Annotated[float, msgspec.Meta(ge=1.0, le=480.0)] = 30.0
    """Half an hour: a call or a meal."""
    escalate_min: Annotated[float, msgspec.Meta(ge=0.0, le=60.0)] = 2.0
    """A prompt that nobody moves on is given more strongly after so long; 0: never. Two minutes let
    a sentence or a thought be finished."""
    strongest: Annotated[int, msgspec.Meta(ge=1, le=4)] = 3
    """1 is colour on the screen, 2 a word or the bell too, 3 a notification of the desktop, 4 the
    sensor's vibration where it has one."""
    quiet_from: TimeOfDay = "22:00"
    quiet_until: TimeOfDay = "07:00"
    """Nobody is to be woken by a belt that was left on."""
    stand_up_s: Annotated[float, msgspec.Meta(ge=5.0, le=300.0)] = 20.0
    """Standing or walking for this long is a stand-up even when the rise was not seen. Shorter
    spells may be an upright seat, since sitting and standing differ little at the pelvis."""
    walk_every_h: Annotated[float, msgspec.Meta(ge=0.0, le=12.0)] = 3.0
    """A walk is suggested after so long without one; 0: never."""
    walk_min: Annotated[float, msgspec.Meta(ge=1.0, le=60.0)] = 10.0
    """What counts as a walk: 10 to 20 minutes every few hours are advised for a sore back."""
    slouch: bool = False
    """The second rule, on request: how far the back is slumped."""
    slouch_percent: Annotated[float, msgspec.Meta(ge=20.0, le=100.0)] = 80.0
    """Of the way from sitting tall to the person's own slump. Usual office sitting is at 43-79 % of
    the range (doi 10.1016/j.apergo.2024.104374)."""
    slouch_min: Annotated[float, msgspec.Meta(ge=0.5, le=60.0)] = 10.0
    """For so long without coming up: a slump of a few minutes is a change, too."""


def sitting_problems(fitting: Mapping[str, Any]) -> Iterator[Problem]:
    """What types cannot see in a table of sitting limits."""
    usual = SittingLimits()
    still = fitting.get("still_min", usual.still_min)
    most = fitting.get("still_most_min", usual.still_most_min)
    if most < still:
        place = "still_most_min" if "still_most_min" in fitting else "still_min"
        what = f"still_most_min = {most:g} is below still_min = {still:g}"
        yield Problem((place,), what, "let the later prompt come no earlier than the first")
    begin = fitting.get("quiet_from", usual.quiet_from)
    end = fitting.get("quiet_until", usual.quiet_until)
    if bool(begin) != bool(end):
        place = "quiet_until" if "quiet_until" in fitting else "quiet_from"
        yield Problem((place,), "quiet hours have one end only", "write both, or neither")
