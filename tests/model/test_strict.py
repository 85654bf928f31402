"""What goes into a file or a table is of the type that it says."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from spinesense.model.events import PainMoment, PainReported, SetDone
from spinesense.model.strict import strictly

DONE = SetDone(
    time_s=9.0,
    exercise="bridge",
    set_number=1,
    side="",
    goal=1,
    repetitions=(),
    held_s=0.0,
    start_s=3.0,
)


def test_a_record_comes_back_as_it_is() -> None:
    assert strictly(DONE) is DONE
    report = PainReported(1.0, 3, PainMoment.DURING, "bridge", None)
    assert strictly(report) is report


@pytest.mark.parametrize("value", [True, 1.0, "1", None, np.int64(1), np.bool_(True), Path("1")])
def test_what_is_no_whole_number_is_not_taken_for_one(value: Any) -> None:
    with pytest.raises(TypeError, match="SetDone cannot be stored"):
        strictly(replace(DONE, goal=value))


@pytest.mark.parametrize("value", [True, "1", None, np.float64(1.0), np.float32(1.0)])
def test_what_is_no_number_is_not_taken_for_one(value: Any) -> None:
    with pytest.raises(TypeError, match="SetDone cannot be stored"):
        strictly(replace(DONE, held_s=value))
