"""A movement that is shown is known again, and told from others."""

import math

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from tests.motion.synthetic import Body, readings

from spinesense.model.events import PartialMovement, Repetition, Uncounted
from spinesense.model.movement import Axis, Pattern, Side, StartPosture
from spinesense.motion.core import Mounting, Recorded, analyse, mounting_in, recorded
from spinesense.motion.taught import Taught, TeachingError, learn

DEG = math.pi / 180.0
UNSHRUNK = (Phase.explicit, Phase.reuse, Phase.generate)
"""A recording takes seconds: an example is as plain as it gets."""


def shown(body: Body, seed: int = 0) -> tuple[Recorded, Mounting]:
    recording = recorded([readings(body, seed=seed)], body.rate_hz)
    mounting = mounting_in(recording, guess=True)
    assert mounting is not None
    return recording, mounting


def bowed() -> Body:
    return Body().begin(StartPosture.STANDING).stand_and_bow().still(3.0)


def counted(body: Body, taught: Taught) -> list[Repetition]:
    recording, mounting = shown(body, seed=1)
    found = analyse(recording, mounting, taught.movement("own")).tracked
    return [event for event in found if isinstance(event, Repetition)]


axes = st.sampled_from([Axis.FLEXION, Axis.LATERAL, Axis.ROTATION])
seen_by_gravity = st.sampled_from([(Axis.FLEXION, 1.0), (Axis.LATERAL, 1.0), (Axis.LATERAL, -1.0)])


@given(
    way=seen_by_gravity,
    size_deg=st.floats(8.0, 80.0),
    ramp_s=st.floats(0.8, 3.0),
    hold_s=st.sampled_from([0.0, 3.0]),
)
@settings(max_examples=8, deadline=None, phases=UNSHRUNK)
def test_what_is_shown_one_way_is_learned_and_counted(
    way: tuple[Axis, float], size_deg: float, ramp_s: float, hold_s: float
) -> None:
    axis, sign = way

    def repeated(times: int, size: float) -> Body:
        body = bowed().repeat(axis, sign * size * DEG, ramp_s=ramp_s, hold_s=hold_s, times=times)
        return body.still(3.0)

    taught = learn(*shown(repeated(4, size_deg)))
    assert taught.axis is axis
    assert taught.pattern is (Pattern.POSITIVE if sign > 0.0 else Pattern.NEGATIVE)
    assert len(taught.repetitions) == 4
    assert taught.start_posture is StartPosture.STANDING
    assert np.median(taught.ranges_rad) == pytest.approx(size_deg * DEG, abs=2.0 * DEG)
    assert taught.hold_s == pytest.approx(hold_s, abs=0.5)
    assert taught.out_s == pytest.approx(ramp_s, abs=0.3 * ramp_s + 0.2)
    assert len(counted(repeated(6, 0.8 * size_deg), taught)) == 6


@given(axis=axes, size_deg=st.floats(10.0, 30.0), share=st.floats(0.7, 1.0))
@settings(max_examples=5, deadline=None, phases=UNSHRUNK)
def test_what_is_shown_both_ways_is_learned_and_counted(
    axis: Axis, size_deg: float, share: float
) -> None:
    def repeated(times: int) -> Body:
        body = bowed()
        for _ in range(times):
            body.repeat(axis, size_deg * DEG, rest_s=0.3)
            body.repeat(axis, -share * size_deg * DEG, rest_s=0.3)
        return body.still(3.0)

    taught = learn(*shown(repeated(3)))
    both = axis is Axis.FLEXION
    assert taught.pattern is (Pattern.BOTH if both else Pattern.EITHER)
    assert set(taught.peaks_rad) == {Side.POSITIVE, Side.NEGATIVE}
    assert len(counted(repeated(5), taught)) == (5 if both else 10)


def test_another_movement_is_not_counted_and_said() -> None:
    """Between two axes of the body, as people turn and lean at once."""

    def turned(lateral: float, rotation: float) -> Body:
        body = bowed()
        for _ in range(4):
            change = np.array([0.0, lateral, rotation]) * DEG
            body.ramp(change, 1.2).ramp(-change, 1.2).still(1.0)
        return body.still(3.0)

    taught = learn(*shown(turned(8.0, 20.0)))
    assert taught.axis is Axis.ROTATION
    assert len(counted(turned(8.0, 20.0), taught)) == 4
    recording, mounting = shown(turned(-20.0, 15.0))
    found = analyse(recording, mounting, taught.movement("own")).tracked
    assert not [event for event in found if isinstance(event, Repetition)]
    whys = [event.why for event in found if isinstance(event, PartialMovement)]
    assert whys.count(Uncounted.OTHER_DIRECTION) >= 4


@pytest.mark.parametrize("times", [0, 1, 2])
def test_too_few_is_one_sentence(times: int) -> None:
    body = bowed().repeat(Axis.LATERAL, 20.0 * DEG, times=times).still(3.0)
    with pytest.raises(TeachingError, match="seen of 3° or more at the lower back; do it three"):
        raise_as_text(body)


def raise_as_text(body: Body) -> None:
    try:
        learn(*shown(body))
    except TeachingError as problem:
        raise TeachingError(str(problem), remedy="") from problem
