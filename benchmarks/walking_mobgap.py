"""The detectors of mobgap on the same trials, with the settings of their own defaults.

mobgap (Apache-2.0) is the consortium's own toolbox for this data. Steps are those of Shin's
detector as improved there, its choice for healthy gait, within the sequences found.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.posture_data import Interval

BODY_COLUMNS = ["acc_is", "acc_ml", "acc_pa", "gyr_is", "gyr_ml", "gyr_pa"]
"""x of these trials points up along the spine, y to the side, z forward: nearly the body frame that
mobgap asks for; in m/s² and degrees per second."""


def detectors() -> dict[str, Callable[[], Any]]:
    """Detectors of gait sequences by name; none where mobgap is not installed."""
    try:
        from mobgap.gait_sequences import GsdAdaptiveIonescu, GsdIluz, GsdIonescu
    except ImportError:
        return {}
    return {
        "GsdIluz": GsdIluz,
        "GsdIonescu": GsdIonescu,
        "GsdAdaptiveIonescu": GsdAdaptiveIonescu,
    }


def walks(detector: Callable[[], Any], path: Path) -> list[Interval]:
    """Walking found in one trial, with the steps in it."""
    import pandas as pd
    from mobgap.initial_contacts import IcdShinImproved

    rows = np.loadtxt(path, delimiter=",", skiprows=1)
    rate_hz = 1.0 / float(np.median(np.diff(rows[:, 0])))
    start_s = float(rows[0, 0])
    data = pd.DataFrame(rows[:, 1:7], columns=BODY_COLUMNS)
    found = detector().detect(data, sampling_rate_hz=rate_hz).gs_list_
    result = []
    for start, end in zip(found["start"], found["end"], strict=True):
        part = data.iloc[int(start) : int(end)].reset_index(drop=True)
        contacts = IcdShinImproved().detect(part, sampling_rate_hz=rate_hz).ic_list_
        result.append(
            Interval(start_s + start / rate_hz, start_s + end / rate_hz, "walking", len(contacts))
        )
    return result
