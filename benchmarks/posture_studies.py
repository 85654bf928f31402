"""How far the figures of ``benchmarks.postures`` can be trusted for other people.

- ``perturb``: each constant of the judgement with hindsight moved by a share, all else as it is.
- ``leave_one_out``: what was fitted, fitted again without the person it is scored on.
- ``crops``: pieces of the recordings, from anywhere to anywhere.
- ``augment``: the same people with another mounting, another sensor, a mirrored body.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.posture_data import (
    Interval,
    Samples,
    means,
    posture_samples,
    posture_truth,
    to_ticks,
)
from benchmarks.posture_scores import KINDS, NAMES, Score, add
from spinesense.model.samples import Floats
from spinesense.motion.posture.hindsight import stays
from spinesense.motion.posture.hindsight.refine import refine_postures
from spinesense.motion.posture.params import PostureParams
from spinesense.motion.posture.sit_stand.evidence import LAG_S, SwayParams
from spinesense.motion.ticks import Ticks

LABELLED_S = 20.0
"""Of a seat or a stand, as the protocol has it."""
SHARES = (-0.3, -0.2, 0.2, 0.3)
GROUPS = ("seat", "tilt", "sway", "offset", "hand", "hindsight")
"""Of ``PostureParams``: the groups that the judgement with hindsight depends on."""
PLAIN_FIELDS = (
    "lying_rad",
    "upright_rad",
    "turned_s",
    "decide_s",
    "get_up_s",
    "rest_window_s",
    "rest_radps",
    "rest_mps2",
    "settled_s",
    "longest_movement_s",
    "put_on_s",
    "put_on_standing",
    "convincing_steps",
)
"""Likewise, the thresholds that stand in no group."""


@dataclass(frozen=True)
class Recording:
    """One recording of the folder, up to its ticks."""

    name: str
    samples: Samples
    ticks: Ticks
    tick_rate_hz: float
    truth: list[Interval]

    @property
    def person(self) -> str:
        return self.name.split("_")[1]


def recordings(folder: Path, limit: int | None = None) -> list[Recording]:
    found = []
    for name, truth in list(posture_truth(folder).items())[:limit]:
        found.append(recorded(name, posture_samples(folder, name), truth))
    return found


def recorded(name: str, samples: Samples, truth: list[Interval]) -> Recording:
    sensed = to_ticks(samples)
    return Recording(name, samples, sensed.ticks, sensed.tick_rate_hz, truth)


def score_of(
    each: Recording,
    params: PostureParams | None = None,
) -> Score:
    """The score of one recording with hindsight."""
    events = refine_postures(each.ticks, None, params, each.tick_rate_hz)
    score = Score()
    add(score, float(each.ticks.time_s[-1]), events, each.truth)
    return score


def total(scores: list[Score]) -> Score:
    whole = Score()
    for score in scores:
        whole.join(score)
    return whole


def row(title: str, score: Score) -> str:
    """One line: F1 of the postures, then hits, labelled and told of the transitions."""
    f1 = "  ".join(f"{score.f1(name):.3f}" for name in NAMES)
    seats = _counts(score, ("sit_to_stand", "stand_to_sit"))
    return f"  {title:34} {f1}  {seats}  {_counts(score, KINDS)}"


HEADER = f"  {'':34} {'  '.join(name[:5] for name in NAMES)}  seat: hit/labelled told, all six"


def _counts(score: Score, kinds: tuple[str, ...]) -> str:
    hits, labelled, found = (
        sum(counter[kind] for kind in kinds)
        for counter in (score.hits, score.labelled, score.found)
    )
    return f"{hits}/{labelled} {found}"


def bootstrap(each: list[Recording], scores: list[Score], times: int = 2000) -> None:
    """Print 95 % intervals: what other 15 persons might score, if they are drawn as these were."""
    rng = np.random.default_rng(0)
    people = sorted({recording.person for recording in each})
    by_person = {
        person: total([s for r, s in zip(each, scores, strict=True) if r.person == person])
        for person in people
    }
    drawn = [
        total([by_person[people[i]] for i in rng.integers(len(people), size=len(people))])
        for _ in range(times)
    ]
    figures: dict[str, Callable[[Score], float]] = {
        name: partial(Score.f1, name=name) for name in NAMES
    }
    for title, kinds in (("sit-to-stand and back", KINDS[:2]), ("all six", KINDS)):
        figures[f"recall, {title}"] = partial(Score.recall, kinds=kinds)
        figures[f"precision, {title}"] = partial(Score.precision, kinds=kinds)
    for title, figure in figures.items():
        low, high = np.percentile([figure(score) for score in drawn], [2.5, 97.5])
        worst = min(figure(score) for score in by_person.values())
        print(f"  {title:34} 95 % interval {low:.3f} to {high:.3f}, worst person {worst:.3f}")


def perturb(each: list[Recording]) -> None:
    """Move every constant by each of ``SHARES`` and print the scores that change."""
    scores = [score_of(recording) for recording in each]
    print(HEADER)
    print(row("as it is", total(scores)))
    bootstrap(each, scores)
    for title, run in _moved():
        print(row(title, total([run(recording) for recording in each])), flush=True)


def _moved() -> Iterator[tuple[str, Callable[[Recording], Score]]]:
    """Titles, and how to score with one constant moved."""
    for share in SHARES:
        for name, params in _moved_fields(1.0 + share):
            yield f"{name} {share:+.0%}", partial(score_of, params=params)


def _moved_fields(factor: float) -> Iterator[tuple[str, PostureParams]]:
    plain = PostureParams()
    for group in GROUPS:
        inner = getattr(plain, group)
        for name in (each.name for each in fields(inner)):
            moved = replace(inner, **{name: _times(getattr(inner, name), factor)})
            yield f"{group}.{name}", replace(plain, **{group: moved})
    for name in PLAIN_FIELDS:
        yield name, replace(plain, **{name: getattr(plain, name) * factor})


def _times(value: float | tuple[float, ...], factor: float) -> float | tuple[float, ...]:
    return tuple(factor * each for each in value) if isinstance(value, tuple) else factor * value


def leave_one_out(each: list[Recording]) -> None:
    """Score each person with the levels of sway that all the others show."""
    seen = {recording.name: _sways(recording) for recording in each}
    scores = []
    for person in sorted({recording.person for recording in each}):
        others = [seen[r.name] for r in each if r.person != person]
        fitted = fit_sway(others)
        params = replace(PostureParams(), sway=fitted)
        own = [score_of(r, params) for r in each if r.person == person]
        scores += own
        levels = f"{fitted.sitting_radps:.4f} and {fitted.standing_radps:.4f} rad/s"
        print(row(f"{person}: {levels}", total(own)), flush=True)
    print(row("all, each left out", total(scores)))
    print(f"  fitted to all: {fit_sway(list(seen.values()))}")


Sways = dict[str, list[float]]


def _sways(each: Recording) -> Sways:
    """Mean log of the sway of each labelled seat and stand."""
    found: Sways = {"sitting": [], "standing": []}
    logs, calm = sway_columns(each.ticks, each.tick_rate_hz)
    times_s = each.ticks.time_s
    for label in each.truth:
        if label.label in found:
            # The ends of a label are a matter of opinion.
            first, last = np.searchsorted(times_s, (label.start_s + 0.5, label.end_s - 0.5))
            found[label.label].append(float(logs[first:last][calm[first:last]].mean()))
    return found


def fit_sway(seen: list[Sways]) -> SwayParams:
    """Levels, and the spread of people; the rest of the constants is not fitted."""
    logs = {
        name: np.array([log for one in seen for log in one[name]])
        for name in ("sitting", "standing")
    }
    spread = float(np.sqrt(np.mean([each.var(ddof=1) for each in logs.values()])))
    sitting, standing = (float(np.exp(logs[name].mean())) for name in ("sitting", "standing"))
    plain = SwayParams()
    moment = plain.moment_log_sd**2 / (1.0 + LABELLED_S / plain.memory_s)
    people = math.sqrt(max(0.0, spread**2 - moment))
    return replace(plain, sitting_radps=sitting, standing_radps=standing, person_log_sd=people)


def sway_columns(ticks: Ticks, tick_rate_hz: float) -> tuple[Floats, Floats]:
    """Log of the sway at each tick, and whether the trunk rests over it."""
    cutter = stays.Segmenter(
        ticks, ticks.up_sensor, None, PostureParams(), 1.0 / tick_rate_hz, calibrated=False
    )
    calm = np.zeros(len(ticks), dtype=bool)
    for first, last in cutter.rests:
        calm[first + round(LAG_S * tick_rate_hz) : last] = True
    return cutter.sway_logs, calm


CROPS = 200
SHORTEST_CROP_S, LONGEST_CROP_S = 60.0, 300.0


def crops(each: list[Recording]) -> None:
    """Score pieces of 60 to 300 s that begin and end anywhere but in a transition."""
    rng = np.random.default_rng(0)
    scores = []
    for _ in range(CROPS):
        whole = each[int(rng.integers(len(each)))]
        length_s = len(whole.samples.acc_mps2) / whole.samples.rate_hz
        piece_s = min(length_s, rng.uniform(SHORTEST_CROP_S, LONGEST_CROP_S))
        start_s = rng.uniform(0.0, length_s - piece_s)
        scores.append(score_of(_cropped(whole, start_s, start_s + piece_s)))
    print(HEADER)
    print(row(f"{CROPS} crops", total(scores)))


def _cropped(whole: Recording, start_s: float, end_s: float) -> Recording:
    for label in whole.truth:
        if "_to_" in label.label:
            if label.start_s < start_s < label.end_s:
                start_s = label.end_s
            if label.start_s < end_s < label.end_s:
                end_s = label.start_s
    rate_hz = whole.samples.rate_hz
    samples = whole.samples.cut(round(start_s * rate_hz), round(end_s * rate_hz))
    truth = [
        Interval(max(0.0, x.start_s - start_s), min(x.end_s, end_s) - start_s, x.label)
        for x in whole.truth
        if x.end_s > start_s and x.start_s < end_s
    ]
    return recorded(whole.name, samples, truth)


def augment(each: list[Recording]) -> None:
    """Score the same people with other sensors."""
    print(HEADER)
    print(row("as recorded", total([score_of(recording) for recording in each])))
    for title, change in CHANGES.items():
        rng = np.random.default_rng(0)
        scores = []
        for one in each:
            samples = change(one.samples, rng)
            scores.append(score_of(recorded(one.name, samples, one.truth)))
        print(row(title, total(scores)), flush=True)


Change = Callable[[Samples, np.random.Generator], Samples]


def _turned(samples: Samples, rng: np.random.Generator) -> Samples:
    """Mounted in any way."""
    turn, upper = np.linalg.qr(rng.normal(size=(3, 3)))
    turn = turn * np.sign(np.diag(upper))
    turn[:, 0] *= np.linalg.det(turn)
    return replace(samples, acc_mps2=samples.acc_mps2 @ turn, gyr_radps=samples.gyr_radps @ turn)


def _mirrored(samples: Samples, _: np.random.Generator) -> Samples:
    """Left and right exchanged: a turn is a pseudovector."""
    flip = np.array([1.0, 1.0, -1.0])
    return replace(samples, acc_mps2=samples.acc_mps2 * flip, gyr_radps=-samples.gyr_radps * flip)


def _at_25_hz(samples: Samples, _: np.random.Generator) -> Samples:
    return Samples(0.5 * samples.rate_hz, means(samples.acc_mps2, 2), means(samples.gyr_radps, 2))


def _at_100_hz(samples: Samples, _: np.random.Generator) -> Samples:
    places = np.arange(2 * len(samples.acc_mps2) - 1) / 2.0
    acc_mps2, gyr_radps = (
        np.stack([np.interp(places, np.arange(len(rows)), column) for column in rows.T], axis=1)
        for rows in (samples.acc_mps2, samples.gyr_radps)
    )
    return Samples(2.0 * samples.rate_hz, acc_mps2, gyr_radps)


def _offset(samples: Samples, rng: np.random.Generator) -> Samples:
    """40 mg along each axis, and 1 °/s."""
    acc_mps2 = samples.acc_mps2 + rng.choice([-0.4, 0.4], 3)
    gyr_radps = samples.gyr_radps + rng.choice([-1.0, 1.0], 3) * np.radians(1.0)
    return replace(samples, acc_mps2=acc_mps2, gyr_radps=gyr_radps)


def _noisy(samples: Samples, rng: np.random.Generator) -> Samples:
    """5 mg and 0.15 °/s rms more."""
    shape = samples.acc_mps2.shape
    acc_mps2 = samples.acc_mps2 + rng.normal(0.0, 0.05, shape)
    return replace(
        samples,
        acc_mps2=acc_mps2,
        gyr_radps=samples.gyr_radps + rng.normal(0.0, np.radians(0.15), shape),
    )


def _scaled(samples: Samples, rng: np.random.Generator) -> Samples:
    """2 % along each axis of both."""
    return replace(
        samples,
        acc_mps2=samples.acc_mps2 * rng.choice([0.98, 1.02], 3),
        gyr_radps=samples.gyr_radps * rng.choice([0.98, 1.02], 3),
    )


CHANGES: dict[str, Change] = {
    "mounted in any way": _turned,
    "left and right exchanged": _mirrored,
    "at 25 Hz": _at_25_hz,
    "at 100 Hz": _at_100_hz,
    "offsets of 40 mg and 1 °/s": _offset,
    "5 mg and 0.15 °/s more noise": _noisy,
    "sensitivities off by 2 %": _scaled,
}

STUDIES: dict[str, Callable[[list[Recording]], None]] = {
    "leave-one-out": leave_one_out,
    "perturb": perturb,
    "crops": crops,
    "augment": augment,
}
