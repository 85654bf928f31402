"""Pain limits and what is said about pain, and the notice. All wording, no diagnosis."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from spinesense.coaching.toml_schema import Problem

Score = Annotated[int, msgspec.Meta(ge=1, le=10)]


class Light(StrEnum):
    """What a pain score means for the session."""

    GO_ON = "go_on"
    EASIER = "easier"
    STOP = "stop"


class PainLimits(msgspec.Struct, frozen=True, kw_only=True):
    """Where the traffic light changes, on a scale of 0 to 10: ``[pain]`` of the settings.

    Published cut-offs differ (0-3/4-5/6-10, 0-3/4-6/7-10, 0-3/4-7/8-10). The defaults are the first
    of these (providephysiotherapy.org.uk), which is the most careful.
    """

    easier_from: Score = 4
    stop_from: Score = 6
    worse_by: Score = 2
    """A rise that counts as more pain: the smallest change on a 0-10 scale that people with low
    back pain call a difference (Childs et al. 2005, Spine 30:1331)."""
    raised_twice: Annotated[int, msgspec.Meta(ge=1, le=10)] = 2
    """An exercise that raised pain so often is paused: once may be chance."""
    longest_min: Annotated[float, msgspec.Meta(ge=1.0, le=120.0)] = 15.0
    """More than mild pain for longer ends the session."""
    ask_before_min: Annotated[float, msgspec.Meta(ge=0.0, le=120.0)] = 1.0
    """How long before that the person is asked whether it still hurts."""

    @property
    def longest_s(self) -> float:
        """``longest_min`` in seconds."""
        return 60.0 * self.longest_min

    @property
    def ask_before_s(self) -> float:
        """``ask_before_min`` in seconds."""
        return 60.0 * self.ask_before_min

    def light(self, score: int) -> Light:
        """What to do at this score."""
        if score >= self.stop_from:
            return Light.STOP
        return Light.EASIER if score >= self.easier_from else Light.GO_ON


def pain_problems(fitting: Mapping[str, Any]) -> Iterator[Problem]:
    """What types cannot see in a table of pain limits."""
    easier = fitting.get("easier_from", PainLimits().easier_from)
    stop = fitting.get("stop_from", PainLimits().stop_from)
    if easier >= stop:
        place = "easier_from" if "easier_from" in fitting else "stop_from"
        what = f"easier_from = {easier} is not below stop_from = {stop}"
        yield Problem((place,), what, "make the session easier before it is stopped")
    if fitting.get("ask_before_min", 0.0) > fitting.get("longest_min", PainLimits().longest_min):
        what = "the question would come before the pain"
        yield Problem(("ask_before_min",), what, "write fewer minutes than longest_min")


EASIER_SHARE = 2 / 3
"""What is left of the repetitions, or of a long hold, when made easier: a step that is felt."""

STOP_BEFORE = "Today, rest. Your pain is too high to exercise. If it stays, ask a professional."
STOP_DURING = "Stop here and rest. If the pain stays, ask a professional."
STOP_LONG = (
    "Your back has hurt for more than a quarter of an hour. Stop here, and ask a professional."
)
STOPS = (STOP_BEFORE, STOP_DURING, STOP_LONG)
"""All that is said when pain ends a session."""
EASIER = "Then we do a little less today."
WORSE_AFTER = "That is more than before. Rest tomorrow, and do less next time."
HIGH_AFTER = "That is a lot. Rest now. If it stays, ask a professional."
PAIN_QUESTION = "How much does your back hurt now, from zero to ten?"
PAIN_STILL = "Does your back still hurt as much? Give me a number, from zero to ten."
PAIN_AGAIN = "Please give a whole number: zero is no pain, ten the worst there is."

NOTICE = (
    "spinesense is wellness software. It helps you do exercises and shows how you moved. It does "
    "not find, treat or prevent any illness, and the sensor and its belt do not support your back. "
    "Ask a doctor or physiotherapist before you start."
)
"""Shown once and kept within reach."""
