"""Counts of postures by second and of transitions, against labels."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.posture_data import Interval
from spinesense.model.events import MotionEvent, Posture, PostureChanged, TransitionMade

NAMES = ("lying", "sitting", "standing", "walking")
KINDS = (
    "sit_to_stand",
    "stand_to_sit",
    "lie_to_sit",
    "sit_to_lie",
    "stand_to_lie",
    "lie_to_stand",
)
TOLERANCE_S = 1.5
"""Its ends are a matter of opinion: a transition is found if its middle is this near."""


@dataclass
class Score:
    """Counts over recordings."""

    seconds: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By label and posture found."""
    labelled: Counter[str] = field(default_factory=Counter)
    hits: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    elsewhere: Counter[str] = field(default_factory=Counter)
    """Of these, those where nothing is labelled: the sensor is put on, or taken off."""
    sure: Counter[tuple[int, bool]] = field(default_factory=Counter)
    """Labelled seconds by tenths of confidence, and whether they were told right."""

    def f1(self, name: str) -> float:
        """F1 by second, over the seconds that are labelled with a posture."""
        both = self.seconds[name, name]
        either = sum(n * ((a == name) + (b == name)) for (a, b), n in self.seconds.items())
        return 2 * both / either if either else float("nan")

    def recall(self, kinds: Sequence[str]) -> float:
        labelled = sum(self.labelled[kind] for kind in kinds)
        return sum(self.hits[kind] for kind in kinds) / labelled if labelled else float("nan")

    def precision(self, kinds: Sequence[str]) -> float:
        found = sum(self.found[kind] for kind in kinds)
        return sum(self.hits[kind] for kind in kinds) / found if found else float("nan")

    def join(self, other: "Score") -> None:
        """Take in another score."""
        self.seconds.update(other.seconds)
        self.labelled.update(other.labelled)
        self.hits.update(other.hits)
        self.found.update(other.found)
        self.elsewhere.update(other.elsewhere)
        self.sure.update(other.sure)


def add(score: Score, length_s: float, events: list[MotionEvent], truth: list[Interval]) -> None:
    """Score one recording."""
    found = by_second(length_s, events)
    for each in truth:
        name = "walking" if each.label.startswith("walking") else each.label
        if name in NAMES:
            for second, (posture, confidence) in enumerate(found):
                if each.start_s <= second + 0.5 < each.end_s:
                    score.seconds[name, posture] += 1
                    score.sure[min(9, int(10.0 * confidence)), posture == name] += 1
    transitions = [event for event in events if isinstance(event, TransitionMade)]
    labels = [each for each in truth if "_to_" in each.label]
    for label in labels:
        score.labelled[label.label] += 1
        score.hits[label.label] += any(_same(event, label) for event in transitions)
    for event in transitions:
        score.found[event.kind] += 1
        near = any(_overlap(event, each) for each in truth)
        score.elsewhere[event.kind] += not near and not any(_same(event, x) for x in labels)


def by_second(length_s: float, events: list[MotionEvent]) -> list[tuple[str, float]]:
    """Posture in the middle of every second, and its confidence."""
    changes = [event for event in events if isinstance(event, PostureChanged)]
    postures = [(str(Posture.UNKNOWN), 0.0)] * (int(length_s) + 1)
    for change in changes:
        for second in range(max(0, round(change.start_s)), len(postures)):
            if second + 0.5 >= change.start_s:
                postures[second] = (str(change.posture), change.confidence)
    return postures


def _same(event: TransitionMade, label: Interval) -> bool:
    """Whether a transition is the labelled one: of its kind, with its middle."""
    apart_s = 0.5 * (event.start_s + event.end_s - label.start_s - label.end_s)
    return str(event.kind) == label.label and abs(apart_s) <= TOLERANCE_S


def _overlap(event: TransitionMade, label: Interval) -> bool:
    return event.start_s < label.end_s and event.end_s > label.start_s
