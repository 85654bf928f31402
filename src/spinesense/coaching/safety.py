"""Pain limits, the questions before the first use, and the notices. All wording, no diagnosis."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

import msgspec

from spinesense.coaching.checking import Problem

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
EASIER = "Then we do a little less today."
WORSE_AFTER = "That is more than before. Rest tomorrow, and do less next time."
HIGH_AFTER = "That is a lot. Rest now. If it stays, ask a professional."
PAIN_QUESTION = "How much does your back hurt now, from zero to ten?"
PAIN_STILL = "Does your back still hurt as much? Give me a number, from zero to ten."
PAIN_AGAIN = "Please give a whole number from zero, no pain, to ten, the worst you can imagine."

NOTICE = (
    "spinesense is wellness software. It helps you do exercises and shows how you moved. It does "
    "not find, treat or prevent any illness, and the sensor and its belt do not support your back. "
    "Ask a doctor or physiotherapist before you start."
)
"""Shown once and kept within reach."""


@dataclass(frozen=True, slots=True)
class RedFlag:
    """One question of the screen before the first use."""

    id: str
    question: str


RED_FLAGS = (
    RedFlag("saddle", "Is the area you would sit on in a saddle numb?"),
    RedFlag("bladder_bowel", "Has your control over bladder or bowel changed?"),
    RedFlag("leg_weakness", "Has a leg become weak, or is it getting weaker?"),
    RedFlag("fever", "Do you have a fever, or feel ill, together with your back pain?"),
    RedFlag("weight_loss", "Have you lost weight without wanting to?"),
    RedFlag("fall", "Did you have a fall, an accident or an operation recently?"),
    RedFlag("cancer", "Do you have, or did you ever have, cancer?"),
    RedFlag("pregnancy", "Are you pregnant?"),
    RedFlag("osteoporosis", "Do you have thin bones (osteoporosis)?"),
)
"""Any yes locks coaching until the person says that a professional has cleared them. Sources: the
card for cauda equina syndrome of BackCare (backes.org.uk), and what trials of back exercise exclude
(Kaia, NCT04411108): fever, weight loss, cancer, fracture or fall."""

URGENT_FLAGS = frozenset({"saddle", "bladder_bowel", "leg_weakness"})
"""Signs of pressure on the nerves at the end of the spine, where hours count."""

RED_FLAG_INTRO = (
    "Ask a doctor or physiotherapist before you start to exercise. The signs below are rare; with "
    "one of them, somebody should look at your back first."
)
RED_FLAG_ADVICE = (
    "Please see a doctor or physiotherapist before you exercise with spinesense, and come back "
    "when they say it is fine."
)
RED_FLAG_URGENT = (
    "This needs a doctor today. Call your doctor or the emergency number now, and do not exercise."
)
CLEARED = "A professional has looked at this and says: I may exercise."
"""What the person says to unlock the coach."""


def is_urgent(flags: Collection[str]) -> bool:
    """Whether one of these needs a doctor today."""
    return not URGENT_FLAGS.isdisjoint(flags)


def advice_for(flags: Collection[str]) -> str:
    """What to do about the questions that were answered with yes."""
    return RED_FLAG_URGENT if is_urgent(flags) else RED_FLAG_ADVICE


def flag_words(flags: Collection[str]) -> tuple[str, ...]:
    """The questions that were answered with yes, urgent ones first and named as such."""
    asked = [flag for flag in RED_FLAGS if flag.id in flags]
    asked.sort(key=lambda flag: flag.id not in URGENT_FLAGS)
    return tuple(flag.question + (" (urgent)" if flag.id in URGENT_FLAGS else "") for flag in asked)
