"""The questions before the first use, and the advice when one is answered with yes."""

from collections.abc import Collection
from dataclasses import dataclass


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
