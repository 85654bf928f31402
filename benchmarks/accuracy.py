"""Accuracy on simulated persons, for asv: tracked like speed, so that a change shows."""

import math

from spinesense.cli.bench.filters import FILTERS, available, rmse_deg
from spinesense.cli.bench.sets import COUNTED, SetResult, rows, set_result
from spinesense.cli.bench.trials import PERSONS, simulated_trial

SETS = 5
"""Of each exercise; `spinesense bench --sets 1000` does more."""

Cache = dict[str, list[SetResult]]


class Inclination:
    """Mean over the simulated persons; peers are skipped when absent."""

    params = ([each.name for each in FILTERS],)
    param_names = ("filter",)
    timeout = 120.0

    def track_rmse(self, name: str) -> float:
        chosen = {each.name: each for each in available()}.get(name)
        if chosen is None:
            raise NotImplementedError
        errors_deg = []
        for seed in range(1, PERSONS + 1):
            trial = simulated_trial(seed)
            found = chosen.run(trial.acc_mps2, trial.gyr_radps, trial.rate_hz)
            errors_deg.append(rmse_deg(found[trial.scored], trial.up[trial.scored]))
        return sum(errors_deg) / len(errors_deg)

    track_rmse.unit = "degrees"  # type: ignore[attr-defined]


class Sets:
    """Seeded sets of each exercise."""

    params = (list(COUNTED),)
    param_names = ("exercise",)
    timeout = 600.0

    def setup_cache(self) -> Cache:
        return {name: [set_result((name, seed)) for seed in range(SETS)] for name in COUNTED}

    setup_cache.timeout = 900.0  # type: ignore[attr-defined]

    def track_exact_sets(self, cache: Cache, name: str) -> object:
        return rows(cache[name])[0]["exact"]

    def track_invented(self, cache: Cache, name: str) -> object:
        return rows(cache[name])[0]["invented"]

    def track_range_error_p90(self, cache: Cache, name: str) -> object:
        return _known(rows(cache[name])[0]["range_error_deg_p90"])

    def track_hold_error_p90(self, cache: Cache, name: str) -> object:
        return _known(rows(cache[name])[0]["hold_error_s_p90"])

    track_exact_sets.unit = f"of {SETS}"  # type: ignore[attr-defined]
    track_invented.unit = "repetitions"  # type: ignore[attr-defined]
    track_range_error_p90.unit = "degrees"  # type: ignore[attr-defined]
    track_hold_error_p90.unit = "seconds"  # type: ignore[attr-defined]


def _known(value: object) -> object:
    """What an exercise does not have is shown as not available, which asv writes as NaN."""
    return math.nan if value is None else value
