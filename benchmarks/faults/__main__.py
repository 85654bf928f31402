"""The one command of all faults: ``python -m benchmarks.faults [--full] [--only QUESTION]``."""

import argparse
import json
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from random import Random

from benchmarks.faults import damage, hostile, injected, kills, packets, streams
from benchmarks.faults.table import Ask, Run, lines

QUESTIONS: dict[str, Ask] = {
    "injected": injected.ask,
    "damage": damage.ask,
    "hostile": hostile.ask,
    "kills": kills.ask,
    "packets": packets.ask,
    "streams": streams.ask,
}


def main() -> None:
    """Ask, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.faults", description=__doc__)
    parser.add_argument("--full", action="store_true", help="all of it: may take an hour")
    parser.add_argument("--only", choices=QUESTIONS, help="one question")
    parser.add_argument("--seed", type=int, default=1, help="what is drawn by chance")
    parser.add_argument("--json", action="store_true", help="print one array")
    options = parser.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        for name, ask in QUESTIONS.items():
            if options.only not in (None, name):
                continue
            place = Path(folder) / name
            place.mkdir()
            for row in ask(Run(place, Random(options.seed), options.full)):
                print(f"{row.question}: {row.tried} tried", file=sys.stderr)
                rows.append(row)
    if options.json:
        print(json.dumps([asdict(row) for row in rows], indent=2))
    else:
        print("\n".join(lines(rows)))
    sys.exit(1 if any(next(row.findings(), "") for row in rows) else 0)


if __name__ == "__main__":
    main()
