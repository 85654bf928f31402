"""Postures and walking of real people: ``python -m benchmarks.daily --data DIR [--json]``.

``DIR`` holds any of ``daily_acts`` (squats, bends, short sits, lying and walks of 12 persons),
``chair_rises`` (five rises from a seat that weighs) and ``straight_walks`` (every foot contact).
Nothing is known of the mounting, unless it says "bowed": then a simulated stand-and-bow is put
before the act. "Live" is what is told at the time, "later" what hindsight makes of it.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.counting import DAILY_LEFT, Trial, bowed, single_acts
from spinesense.model.events import (
    Bend,
    MotionEvent,
    Posture,
    PostureChanged,
    TransitionKind,
    TransitionMade,
    WalkingBout,
)
from spinesense.model.samples import ImuBlock
from spinesense.motion.core import analyse, mounting_in, recorded

SITS = ("slow_half_sit", "quick_half_sit", "slow_low_sit", "quick_low_sit")
JOINT_S = 2.5
"""Acts are joined without a movement between them: what is told so soon belongs to the joint."""
KINDS = {"squat": "squats", "forward_bend": "bends"}
GRID_S = 0.1
PATHS = ("live", "later")
BEFORE: dict[str, tuple[float, float]] = {
    "false bends an hour of walking": (20.0, 20.0),
    "short sits, both ways told and no walking": (0.40, 0.23),
    "lying after a walk: lying": (0.82, 0.80),
    "squats without a false transition": (0.10, 0.48),
    "bends without a false transition": (0.10, 0.44),
    "squats without a false transition, bowed": (0.02, 0.75),
    "bends without a false transition, bowed": (0.15, 0.33),
    "begins lying: lying or unknown": (0.41, 0.70),
    "begins lying: lying": (0.35, 0.27),
    "five rises from a chair: rises told": (0.0, 1.0),
    "five rises from a chair: steps": (14.0, 14.0),
    "walks: error of the steps, %": (9.7, 9.7),
    "walks: error of the beginning, s": (0.71, 0.71),
    "walks: error of the end, s": (1.13, 1.13),
}
"""What the command gave for the core that this was first asked of."""

Told = Sequence[MotionEvent]
Sums = dict[str, list[tuple[float, ...]]]
"""By figure what each act or recording gave, live and later."""


def judged(trial: Trial) -> tuple[Told, Told]:
    """What is told of a recording live, and what with hindsight; bends in both."""
    time_s = np.arange(len(trial.acc_mps2)) / trial.rate_hz
    rows = np.arange(len(time_s), dtype=np.int64)
    block = ImuBlock(time_s, trial.acc_mps2, trial.gyr_radps, rows, counted=False)
    seen = recorded([block], trial.rate_hz)
    mounting = mounting_in(seen, guess=False)
    found = [analyse(seen, mounting, as_heard=heard) for heard in (True, False)]
    live, later = ((*each.shown, *each.bends) for each in found)
    return live, later


def moved(told: Told, start_s: float, end_s: float) -> list[TransitionKind]:
    """Transitions between two times."""
    made = [event for event in told if isinstance(event, TransitionMade)]
    return [event.kind for event in made if start_s <= event.start_s < end_s]


def spent(told: Told, start_s: float, end_s: float) -> list[Posture]:
    """The posture every tenth of a second between two times."""
    changes = [event for event in told if isinstance(event, PostureChanged)]
    starts_s = [change.start_s for change in changes]
    places = np.searchsorted(starts_s, np.arange(start_s, end_s, GRID_S), side="right") - 1
    return [changes[place].posture if place >= 0 else Posture.UNKNOWN for place in places]


def stays_up(told: Told, start_s: float, end_s: float) -> bool:
    """Whether neither a transition nor a seat or a bed was told of a squat or a bend."""
    there = spent(told, start_s, end_s)
    begun = [now for last, now in pairwise(there) if now is not last]
    down = {Posture.SITTING, Posture.LYING}.intersection(begun)
    return not down and not moved(told, start_s, end_s)


def sat_briefly(told: Told, start_s: float, end_s: float) -> bool:
    """Whether sitting down and rising were told, once each, and no walking in between."""
    kinds = moved(told, start_s, end_s)
    both = kinds == [TransitionKind.STAND_TO_SIT, TransitionKind.SIT_TO_STAND]
    return both and Posture.WALKING not in spent(told, start_s, end_s)


def share(postures: Sequence[Posture], wanted: Iterable[Posture]) -> float:
    """How much of a time is one of these postures."""
    return sum(each in wanted for each in postures) / len(postures)


def whole(folder: Path, figures: Sums) -> None:
    """The acts of each person in one recording, after their minute of walking."""
    for person, acts in json.loads((folder / "truth.json").read_text()).items():
        stored = np.load(folder / f"{person}.npz")
        trial = Trial(float(stored["rate_hz"]), stored["acc_mps2"], stored["gyr_radps"], {})
        told = judged(trial)
        for act in acts:
            end_s = act["end_s"]
            start_s = act["start_s"] + (JOINT_S if act["start_s"] else 0.0)
            of_act(figures, told, act["what"], start_s, end_s)


def of_act(figures: Sums, told: tuple[Told, Told], what: str, start_s: float, end_s: float) -> None:
    """Score one act in a whole recording."""
    if what in ("squat", "forward_bend"):
        name = f"{KINDS[what]} without a false transition"
        figures[name].append(tuple(float(stays_up(e, start_s, end_s)) for e in told))
    elif what in SITS:
        right = tuple(float(sat_briefly(each, start_s, end_s)) for each in told)
        figures["short sits, both ways told and no walking"].append(right)
    elif what == "lie_turn":
        lies = tuple(share(spent(e, start_s, end_s), (Posture.LYING,)) for e in told)
        figures["lying after a walk: lying"].append((lies[0], lies[1]))
    elif what == "walking":
        bends = [[e for e in each if isinstance(e, Bend) and e.start_s < end_s] for each in told]
        hours = (end_s - start_s) / 3600.0
        figures["false bends an hour of walking"].append(tuple(len(e) / hours for e in bends))


def alone(folder: Path, figures: Sums) -> None:
    """Each act as a recording of its own."""
    for what in ("squat", "forward_bend"):
        for trial in single_acts(folder, what):
            joined, since_s = bowed(trial, DAILY_LEFT)
            end_s = len(joined.acc_mps2) / joined.rate_hz
            right = tuple(float(stays_up(e, since_s, end_s)) for e in judged(joined))
            figures[f"{KINDS[what]} without a false transition, bowed"].append(right)
    for trial in single_acts(folder, "lie_turn"):
        told, end_s = judged(trial), len(trial.acc_mps2) / trial.rate_hz
        there = [spent(each, 0.0, end_s) for each in told]
        known = (Posture.LYING, Posture.UNKNOWN)
        figures["begins lying: lying or unknown"].append(tuple(share(e, known) for e in there))
        figures["begins lying: lying"].append(tuple(share(e, known[:1]) for e in there))


def chair_rises(folder: Path, figures: Sums) -> None:
    """Five rises, of which the seat tells when it was left."""
    for name in sorted(folder.glob("*_5sts_pelvis.csv")):
        told = judged(table(name, 128.0))
        rises = [moved(each, 0.0, np.inf).count(TransitionKind.SIT_TO_STAND) for each in told]
        figures["five rises from a chair: rises told"].append((rises[0], rises[1]))
        figures["five rises from a chair: steps"].append(tuple(steps(each) for each in told))


def steps(told: Told) -> float:
    """Steps of all bouts."""
    return float(sum(event.steps for event in told if isinstance(event, WalkingBout)))


def straight_walks(folder: Path, figures: Sums) -> None:
    """Walks of ten metres there and back, with every contact."""
    for name, truth in json.loads((folder / "truth.json").read_text())["trials"].items():
        told = judged(table(folder / f"{name}.csv", 100.0))
        swings = [s for foot in truth["foot_off_and_contact_s"].values() for s in foot]
        contacts = sum(contact <= truth["end_s"] + 0.01 for _, contact in swings)
        bouts = [[e for e in each if isinstance(e, WalkingBout)] for each in told]
        counted = [abs(steps(each) - contacts) / contacts * 100.0 for each in told]
        first = [abs(each[0].start_s - truth["start_s"]) if each else np.nan for each in bouts]
        last = [abs(each[-1].end_s - truth["end_s"]) if each else np.nan for each in bouts]
        figures["walks: error of the steps, %"].append((counted[0], counted[1]))
        figures["walks: error of the beginning, s"].append((first[0], first[1]))
        figures["walks: error of the end, s"].append((last[0], last[1]))


def table(path: Path, rate_hz: float) -> Trial:
    """A recording as a table: time, specific force, degrees a second."""
    rows = np.loadtxt(path, delimiter=",", skiprows=1)
    return Trial(rate_hz, rows[:, 1:4], np.radians(rows[:, 4:7]), {})


def main() -> None:
    """Score the sets that are there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures: Any = defaultdict(list)
    for name, parts in (
        ("daily_acts", (whole, alone)),
        ("chair_rises", (chair_rises,)),
        ("straight_walks", (straight_walks,)),
    ):
        for part in parts if (given.data / name).exists() else ():
            part(given.data / name, figures)
    means = {name: np.mean(each, axis=0).tolist() for name, each in figures.items()}
    if given.json:
        print(json.dumps({name: dict(zip(PATHS, two, strict=True)) for name, two in means.items()}))
        return
    print(f"{'live':>8} {'later':>8}   before")
    for name, two in means.items():
        before = " ".join(f"{each:.2f}" for each in BEFORE.get(name, ()))
        print(f"{two[0]:8.2f} {two[1]:8.2f}  ({before})  {name}")


if __name__ == "__main__":
    main()
