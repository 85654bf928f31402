"""Walking bouts and steps against references: ``python -m benchmarks.walking --data DIR``.

``DIR`` holds lower-back trials of Mobilise-D as ``*.csv`` and ``truth.json``. The reference is
INDIP, or Stereophoto in a trial where INDIP has no bout; a trial where neither has one is shown
unscored. With ``uv run --isolated --group gait`` the detectors of mobgap stand in the same table.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.posture_data import Interval, run_walking, walking_truth
from benchmarks.walking_mobgap import detectors, walks
from spinesense.model.events import WalkingBout

GRID_S = 0.01


@dataclass(frozen=True)
class Trial:
    """Score of one trial."""

    name: str
    both_s: float
    only_found_s: float
    only_true_s: float
    steps: int
    true_steps: int

    @property
    def f1(self) -> float:
        return f1([self])

    @property
    def step_error(self) -> float:
        """Steps too many (or too few, negative) as a share of the true ones."""
        return (self.steps - self.true_steps) / self.true_steps


def f1(trials: list[Trial]) -> float:
    """Time F1 over several trials together."""
    both = sum(each.both_s for each in trials)
    wrong = sum(each.only_found_s + each.only_true_s for each in trials)
    return 2 * both / (2 * both + wrong)


def score(
    name: str, length_s: float, found: Sequence[Interval], truth: Sequence[Interval]
) -> Trial:
    """Score the walking found in one trial."""
    seen = _mask([(bout.start_s, bout.end_s) for bout in found], length_s)
    true = _mask([(bout.start_s, bout.end_s) for bout in truth], length_s)
    return Trial(
        name,
        GRID_S * float((seen & true).sum()),
        GRID_S * float((seen & ~true).sum()),
        GRID_S * float((true & ~seen).sum()),
        sum(bout.steps for bout in found),
        sum(bout.steps for bout in truth),
    )


def _mask(spans: list[tuple[float, float]], length_s: float) -> NDArray[np.bool_]:
    grid_s = np.arange(0.0, length_s, GRID_S)
    mask = np.zeros(len(grid_s), dtype=np.bool_)
    for start_s, end_s in spans:
        mask |= (grid_s >= start_s) & (grid_s <= end_s)
    return mask


def score_folder(folder: Path) -> list[Trial]:
    """All trials of a folder, scored on the events as heard: a bout is told when it is over."""
    trials = []
    for name, truth in walking_truth(folder).items():
        result = run_walking(folder, name)
        bouts = [event for event in result.heard if isinstance(event, WalkingBout)]
        found = [Interval(bout.start_s, bout.end_s, "walking", bout.steps) for bout in bouts]
        trials.append(score(name, result.length_s, found, truth))
    return trials


def score_mobgap(folder: Path, detector: Callable[[], Any]) -> list[Trial]:
    """The same trials as one of mobgap's detectors sees them."""
    trials = []
    for name, truth in walking_truth(folder).items():
        length_s = run_walking(folder, name).length_s
        found = walks(detector, folder / f"{name}.csv")
        trials.append(score(name, length_s, found, truth))
    return trials


def show(title: str, trials: list[Trial]) -> None:
    print(title)
    scored = [trial for trial in trials if trial.true_steps]
    for trial in trials:
        if trial.true_steps:
            steps = f"{trial.steps} of {trial.true_steps} steps ({trial.step_error:+.0%})"
            print(f"  {trial.name:35} time F1 {trial.f1:.3f}  {steps}")
        else:
            print(f"  {trial.name:35} no reference; {trial.only_found_s:.1f} s found")
    both_s = sum(trial.both_s for trial in scored)
    precision = both_s / (both_s + sum(trial.only_found_s for trial in scored))
    recall = both_s / (both_s + sum(trial.only_true_s for trial in scored))
    mean = np.mean([trial.f1 for trial in scored])
    error = np.mean([abs(trial.step_error) for trial in scored])
    print(
        f"  all: time F1 {f1(scored):.3f} (precision {precision:.2f}, recall {recall:.2f}), "
        f"mean of trials {mean:.3f}, step error {error:.1%}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data
    show("spinesense", score_folder(folder))
    for name, detector in detectors().items():
        show(f"mobgap {name}", score_mobgap(folder, detector))
    if not detectors():
        print("mobgap is not installed: uv run --isolated --group gait python …")


if __name__ == "__main__":
    main()
