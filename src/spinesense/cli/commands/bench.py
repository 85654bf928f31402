"""``spinesense bench``: speed and accuracy beside other filters, and sets counted."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from spinesense.cli.output import say, say_json

if TYPE_CHECKING:
    from spinesense.cli.bench.filters import Filter

RATES_HZ = (2000.0 / 7.0, 100.0)
"""That of BROAD, and that of the usual sensor."""

Table = dict[str, Any]


@click.command()
@click.option(
    "--broad",
    "folder",
    type=click.Path(path_type=Path),
    help="Folder of BROAD trials (*.mat); without it, accuracy on simulated exercises.",
)
@click.option(
    "--rounds",
    default=5,
    type=click.IntRange(min=1),
    show_default=True,
    help="Times that each filter runs; the quickest counts.",
)
@click.option(
    "--samples",
    default=1_000_000,
    type=click.IntRange(min=1_000),
    show_default=True,
    help="Samples that each filter is timed on.",
)
@click.option(
    "--sets",
    default=100,
    type=click.IntRange(min=0),
    show_default=True,
    help="Simulated exercise sets to count; 0 for none.",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(folder: Path | None, rounds: int, samples: int, sets: int, as_json: bool) -> None:
    """Measure speed and accuracy on this machine.

    The filters of vqf, imufusion and ahrs run beside ours, in one process and in alternating
    rounds, where they are installed: from a checkout, `uv run --group bench spinesense bench`.
    """
    from spinesense.cli.bench.filters import available, missing_packages
    from spinesense.cli.bench.trials import broad_files

    files = broad_files(folder) if folder else ()
    missing = missing_packages()
    if missing:
        say(
            f"spinesense: not installed and left out: {', '.join(missing)}; "
            "from a checkout, run uv run --group bench spinesense bench.",
            err=True,
        )
    filters = available()
    found: Table = {
        "missing": list(missing),
        "speed": _speed(filters, samples, rounds),
        "accuracy": _accuracy(filters, files),
        "sets": _sets(sets) if sets else None,
    }
    if as_json:
        say_json(found)
        return
    _print_speed(found["speed"])
    _print_accuracy(found["accuracy"])
    if sets:
        _print_sets(found["sets"])


def _speed(filters: "tuple[Filter, ...]", samples: int, rounds: int) -> Table:
    from spinesense.cli.bench.filters import ns_per_sample, times_quicker

    rates: Table = {}
    with _bar("speed", len(RATES_HZ) * rounds * len(filters)) as bar:
        for rate_hz in RATES_HZ:
            ns = ns_per_sample(filters, rate_hz, samples, rounds, lambda: bar.update(1))
            quicker = {name: round(ratio, 3) for name, ratio in times_quicker(ns).items()}
            rates[f"{rate_hz:.1f}"] = {
                "ns_per_sample": {name: round(value, 2) for name, value in ns.items()},
                "times_quicker": quicker,
            }
    timed_on = {each.name: min(samples, each.most_samples) for each in filters}
    return {"rounds": rounds, "samples": timed_on, "by_rate_hz": rates}


def _accuracy(filters: "tuple[Filter, ...]", files: tuple[Path, ...]) -> Table:
    from spinesense.cli.bench.trials import PERSONS, errors_deg

    with _bar("accuracy", (len(files) or PERSONS) * len(filters)) as bar:
        table = errors_deg(filters, files, lambda: bar.update(1))
    rounded = {
        trial: {name: round(value, 4) for name, value in row.items()}
        for trial, row in table.items()
    }
    return {"simulated": not files, "inclination_rmse_deg": rounded}


def _sets(sets: int) -> Table:
    from spinesense.cli.bench.sets import all_results, rows

    results = []
    with _bar("exercise sets", sets) as bar:
        for result in all_results(sets):
            results.append(result)
            bar.update(1)
    return {"simulated": True, "sets": sets, "exercises": rows(results)}


def _bar(label: str, length: int) -> Any:
    return click.progressbar(length=length, label=f"{label:<13}", file=sys.stderr)


def _print_speed(speed: Table) -> None:
    rates: Table = speed["by_rate_hz"]
    say(
        "Direction of gravity: nanoseconds of processor time a sample, the quickest of "
        f"{speed['rounds']} alternating"
    )
    say("rounds in one process; in brackets how many times quicker ours is.")
    say()
    heads = "".join(f"{rate + ' Hz':>19}" for rate in rates)
    say(f"{'filter':<20}{'timed on':>12}{heads}")
    for name, samples in speed["samples"].items():
        line = f"{name:<20}{samples:>12,}"
        for table in rates.values():
            ratio = table["times_quicker"].get(name)
            bracket = f" ({ratio:.2f}x)" if ratio is not None else ""
            line += f"{table['ns_per_sample'][name]:>9.0f}{bracket:<10}"
        say(line.rstrip())


def _print_accuracy(accuracy: Table) -> None:
    from spinesense.cli.bench.filters import FILTERS

    table: Table = accuracy["inclination_rmse_deg"]
    ahead = {each.name for each in FILTERS if each.looks_ahead}
    what = "simulated exercises and walking" if accuracy["simulated"] else "BROAD"
    say()
    say(f"Inclination, RMSE in degrees, {what}. Those marked * look ahead.")
    say()
    names = [("*" if name in ahead else "") + name for name in table["mean"]]
    wide = max(len(trial) for trial in table) + 2
    say(" " * wide + "".join(f"{name:>{_width(name)}}" for name in names))
    for trial, row in table.items():
        values = zip(names, row.values(), strict=True)
        cells = "".join(f"{value:>{_width(name)}.3f}" for name, value in values)
        say(f"{trial:<{wide}}{cells}")


def _width(name: str) -> int:
    return max(len(name), len("00.000")) + 2


def _print_sets(sets: Table) -> None:
    say()
    say(
        f"{sets['sets']} exercise sets of simulated persons, each with another sensor and "
        "mounting; errors at the 90th percentile."
    )
    say()
    say(
        f"{'exercise':<20}{'sets':>6}{'exact':>7}{'done':>7}{'missed':>8}{'invented':>10}"
        f"{'range':>9}{'hold':>9}"
    )
    for row in sets["exercises"]:
        mark = "" if row["catalogued"] else " +"
        say(
            f"{row['exercise'] + mark:<20}{row['sets']:>6}{row['exact']:>7}{row['performed']:>7}"
            f"{row['missed']:>8}{row['invented']:>10}"
            f"{_with_unit(row['range_error_deg_p90'], '°'):>9}"
            f"{_with_unit(row['hold_error_s_p90'], ' s'):>9}"
        )
    if not all(row["catalogued"] for row in sets["exercises"]):
        say("+ not in the catalogue yet: looked for as the model person does it.")


def _with_unit(value: float | None, unit: str) -> str:
    return "-" if value is None else f"{value:.2f}{unit}"
