"""The main job on simulated persons: repetitions counted and holds timed against what was done.

``uv run python -m benchmarks.demo [--seeds 20] [--routine demo] [--lost 0.0] [--json]``

Every seed is another person, sensor, mounting (any of the rotations) and link. Results are
simulated.
"""

import argparse
import asyncio
import json
import sys

import numpy as np

from spinesense.app.routines import load_routine
from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.session.session import Session
from spinesense.model.events import Event
from spinesense.runner.batch.scoring import SetScore, score_sets
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.sensors.simulated.source import SimulatedSource


def session_scores(seed: int, routine_name: str, lost_fraction: float) -> tuple[SetScore, ...]:
    """Coach one simulated person through a routine and score every set."""
    routine, _ = load_routine(routine_name)
    source = SimulatedSource(seed, speed=0, lost_fraction=lost_fraction)
    engine = Engine(source.profile, session=Session(routine, load_catalogue()))
    events: list[Event] = []
    run = LiveRun(source, engine, hear=source.hear, listeners=[events.extend], stop_after_s=3600.0)
    asyncio.run(run.run(lambda _: None))
    return score_sets(events, source.person.performed)


def table(scores: list[SetScore]) -> list[dict[str, object]]:
    """One row an exercise."""
    rows: list[dict[str, object]] = []
    for exercise in dict.fromkeys(score.exercise for score in scores):
        of_it = [score for score in scores if score.exercise == exercise]
        holds_s = np.array([score.worst_hold_error_s for score in of_it])
        ranges_deg = np.degrees([score.worst_range_error_rad for score in of_it])
        rows.append(
            {
                "exercise": exercise,
                "sets": len(of_it),
                "exact": sum(score.exact for score in of_it),
                "counted": sum(score.counted for score in of_it),
                "performed": sum(score.performed for score in of_it if not score.held_only),
                "hold_error_s_p90": round(float(np.percentile(holds_s, 90)), 2),
                "hold_error_s_worst": round(float(holds_s.max()), 2),
                "range_error_deg_p90": round(float(np.percentile(ranges_deg, 90)), 2),
                "range_error_deg_worst": round(float(ranges_deg.max()), 2),
            }
        )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--routine", default="demo")
    parser.add_argument("--lost", type=float, default=0.0, help="share of packets lost")
    parser.add_argument("--json", action="store_true")
    wanted = parser.parse_args()
    scores: list[SetScore] = []
    for seed in range(wanted.seeds):
        scores.extend(session_scores(seed, wanted.routine, wanted.lost))
        print(f"\r{seed + 1} of {wanted.seeds} simulated persons", end="", file=sys.stderr)
    print(file=sys.stderr)
    rows = table(scores)
    if wanted.json:
        print(json.dumps({"simulated": True, "seeds": wanted.seeds, "exercises": rows}))
        return
    print(f"Simulated: {wanted.seeds} persons, each with another mounting.")
    print(
        "exercise             sets  exact  counted  performed  hold error p90, worst  range error"
    )
    for row in rows:
        print(
            f"{row['exercise']:<20} {row['sets']:>4}  {row['exact']:>5}  {row['counted']:>7}  "
            f"{row['performed']:>9}  {row['hold_error_s_p90']:>8} s "
            f"{row['hold_error_s_worst']:>8} s  {row['range_error_deg_p90']:>5}° "
            f"{row['range_error_deg_worst']:>5}°"
        )


if __name__ == "__main__":
    main()
