"""Pain limits, the questions before the first use, and the notices. All wording, no diagnosis."""

from dataclasses import dataclass
from enum import StrEnum


class Light(StrEnum):
    """What a pain score means for the session."""

    GO_ON = "go_on"
    EASIER = "easier"
    STOP = "stop"


@dataclass(frozen=True, slots=True, kw_only=True)
class PainLimits:
    """Where the traffic light changes, on a scale of 0 to 10.

    Published cut-offs differ (0-3/4-5/6-10, 0-3/4-6/7-10, 0-3/4-7/8-10). The defaults are the first
    of these (providephysiotherapy.org.uk), which is the most careful.
    """

    easier_from: int = 4
    stop_from: int = 6
    worse_by: int = 2
    """A rise that counts as more pain: the smallest change on a 0-10 scale that people with low
    back pain call a difference (Childs et al. 2005, Spine 30:1331)."""
    longest_s: float = 900.0
    """More than mild pain for over 15 minutes ends the session."""
    ask_before_s: float = 60.0
    """How long before that the person is asked whether it still hurts."""

    def light(self, score: int) -> Light:
        """What to do at this score."""
        if score >= self.stop_from:
            return Light.STOP
        return Light.EASIER if score >= self.easier_from else Light.GO_ON


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
"""Any yes locks coaching until the person says that a professional has cleared them."""

RED_FLAG_ADVICE = (
    "Please see a doctor or physiotherapist before you exercise with spinesense, and come back "
    "when they say it is fine."
)
RED_FLAG_URGENT = (
    "This needs a doctor today. Call your doctor or the emergency number now, and do not exercise."
)
"""For ``saddle``, ``bladder_bowel`` and ``leg_weakness``: signs of pressure on the nerves at the
end of the spine, where hours count."""
URGENT_FLAGS = frozenset({"saddle", "bladder_bowel", "leg_weakness"})
