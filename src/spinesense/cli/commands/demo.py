"""``spinesense demo``: a short routine on the simulated sensor."""

import asyncio
import math
from pathlib import Path
from typing import TYPE_CHECKING

import click

from spinesense.cli.options import SEED
from spinesense.cli.output import say, say_json, speaker

if TYPE_CHECKING:
    from spinesense.runner.batch.scoring import SetScore


@click.command()
@click.argument("routine", default="demo")
@click.option(
    "--speed",
    default=1.0,
    type=click.FloatRange(min=0.0),
    show_default=True,
    help="Seconds of data in a second; 0 (headless) is as fast as possible.",
)
@click.option(
    "--seed", default=1, type=SEED, show_default=True, help="What the simulation varies by chance."
)
@click.option("--headless", is_flag=True, help="Print events and the summary; no screen.")
@click.option("--json", "as_json", is_flag=True, help="With --headless: print the score as JSON.")
@click.option(
    "--to", "target", type=click.Path(path_type=Path), help="With --headless: where to record."
)
@click.option("--quiet", is_flag=True, help="Say nothing aloud.")
def command(
    routine: str,
    speed: float,
    seed: int,
    headless: bool,
    as_json: bool,
    target: Path | None,
    quiet: bool,
) -> int:
    """Be coached through ROUTINE with a simulated person and sensor: no hardware needed.

    Headless, the exit code is 1 when a repetition that the simulated person made was missed, or
    one was invented.
    """
    if headless:
        return _headless(routine, speed, seed, as_json=as_json, target=target)
    from spinesense.app.routines import load_routine
    from spinesense.app.tui_services import SessionOptions
    from spinesense.cli.tui_launcher import show
    from spinesense.tui.launch import Launch, LaunchKind

    load_routine(routine)
    show(
        SessionOptions(seed=seed, speed=speed or 1.0),
        Launch(LaunchKind.DEMO, routine),
        speaker(quiet),
    )
    return 0


def _headless(routine: str, speed: float, seed: int, *, as_json: bool, target: Path | None) -> int:
    from spinesense.app.sessions import coach_run
    from spinesense.cli.captions import Troubles
    from spinesense.cli.event_text import Teller
    from spinesense.cli.signals import until_asked
    from spinesense.runner.batch.scoring import score_sets
    from spinesense.sensors.simulated.source import SimulatedSource

    teller = Teller(silent=as_json)
    source = SimulatedSource(seed, speed=speed)
    run = coach_run(source, routine, [teller.take], target, demo=True)
    asyncio.run(until_asked(run, Troubles().take)).leave()
    scores = score_sets(
        teller.events, source.person.performed, source.person.performance.truth.walks
    )
    if as_json:
        say_json({"simulated": True, "seed": seed, "sets": _rows(scores)})
    else:
        _print_summary(scores)
    return 0 if scores and all(score.exact for score in scores) else 1


def _rows(scores: "tuple[SetScore, ...]") -> list[dict[str, object]]:
    return [
        {
            "exercise": score.exercise,
            "set": score.set_number,
            "side": score.side,
            "counted": score.counted,
            "performed": score.performed,
            "held_s": round(score.held_s, 2),
            "performed_hold_s": round(score.performed_hold_s, 2),
            "worst_hold_error_s": round(score.worst_hold_error_s, 3),
            "worst_range_error_deg": round(math.degrees(score.worst_range_error_rad), 2),
        }
        for score in scores
    ]


def _print_summary(scores: "tuple[SetScore, ...]") -> None:
    say()
    say("Summary. Simulated person and sensor; errors are against what was really done.")
    say("exercise              side    set  counted  performed  hold error  range error")
    for score in scores:
        counted = "held" if score.held_only else str(score.counted)
        say(
            f"{score.exercise:<20}  {score.side:<6}  {score.set_number:>3}  {counted:>7}  "
            f"{score.performed:>9}  {score.worst_hold_error_s:8.2f} s  "
            f"{math.degrees(score.worst_range_error_rad):9.2f}°"
        )
