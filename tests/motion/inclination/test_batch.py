import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.paths import SHARED

from spinesense.model.errors import SensorError
from spinesense.model.samples import Floats
from spinesense.motion import gravity_direction
from spinesense.motion.inclination.blocks import orientations
from spinesense.motion.inclination.live import Orientation
from spinesense.motion.maths.quaternion import IDENTITY, Quat, components, exponential, multiply
from spinesense.motion.signal.timed_block import TimedBlock

BROAD = SHARED / "data" / "broad"
GRAVITY_MPS2 = 9.81


def turning(count: int, rate_hz: float, seed: int = 0) -> tuple[Floats, Floats, Floats]:
    """Pitching by 60° with noise and a bias of about 1 °/s: readings and true up."""
    rng = np.random.default_rng(seed)
    time_s = np.arange(1, count + 1) / rate_hz
    size = math.radians(60.0)
    pitch = size * np.sin(1.3 * time_s)
    rate = size * 1.3 * np.cos(1.3 * (time_s - 0.5 / rate_hz))
    nothing = np.zeros(count)
    up = np.stack([-np.sin(pitch), nothing, np.cos(pitch)], axis=1)
    gyr = np.stack([nothing, rate, nothing], axis=1) + np.radians([0.8, -0.6, 0.5])
    acc = GRAVITY_MPS2 * up + rng.normal(0.0, 0.3, (count, 3))
    return acc, gyr + rng.normal(0.0, 0.002, (count, 3)), up


def errors_deg(up: Floats, truth: Floats) -> Floats:
    sines = np.linalg.norm(np.cross(up, truth), axis=1)
    return np.asarray(np.degrees(np.arctan2(sines, (up * truth).sum(axis=1))))


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("rate_hz", [12.5, 100.0, 1000.0])
def test_up_is_right_while_turning(rate_hz: float, causal: bool) -> None:
    acc, gyr, truth = turning(round(120 * rate_hz), rate_hz)
    up = gravity_direction(acc, gyr, rate_hz, causal=causal)
    assert np.linalg.norm(up, axis=1) == pytest.approx(np.ones(len(up)), abs=2e-3)
    error = errors_deg(up, truth)[round(60 * rate_hz) :]
    assert math.sqrt(float(np.mean(error**2))) < (0.6 if causal else 0.4)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 3000), st.integers(1, 3000))
def test_what_is_causal_does_not_know_the_future(known: int, more: int) -> None:
    acc, gyr, _ = turning(known + more, 100.0)
    short = gravity_direction(acc[:known], gyr[:known], 100.0, causal=True)
    full = gravity_direction(acc, gyr, 100.0, causal=True)[:known]
    assert full == pytest.approx(short, abs=1e-4)


def test_the_causal_direction_agrees_with_the_live_filter() -> None:
    acc, gyr, _ = turning(12_000, 100.0)
    time_s = np.arange(12_000) / 100.0
    ticks = Orientation(100.0).feed(TimedBlock(time_s, np.full(12_000, 0.01), acc, gyr, 0))
    up = gravity_direction(acc, gyr, 100.0, causal=True)[3::4]
    assert errors_deg(up, ticks.up_sensor)[ticks.time_s > 60.0].max() < 0.5


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("count", [0, 1, 2, 9, 10, 11, 12_345])
def test_any_length_gives_as_many_rows(count: int, causal: bool) -> None:
    acc, gyr, _ = turning(count, 100.0)
    up = gravity_direction(acc, gyr, 100.0, causal=causal)
    assert up.shape == (count, 3)
    assert np.isfinite(up).all()


@pytest.mark.parametrize("causal", [True, False])
def test_at_rest_up_is_the_specific_force(causal: bool) -> None:
    acc = np.tile([3.0, -4.0, 0.0], (500, 1))
    up = gravity_direction(acc, np.zeros((500, 3)), 100.0, causal=causal)
    assert up == pytest.approx(np.tile([0.6, -0.8, 0.0], (500, 1)), abs=1e-6)


@pytest.mark.parametrize("causal", [True, False])
def test_without_a_gyroscope_the_specific_force_is_smoothed(causal: bool) -> None:
    acc, gyr, truth = turning(3000, 100.0)
    up = gravity_direction(acc, None, 100.0, causal=causal)
    assert (up == gravity_direction(acc, np.full_like(gyr, math.nan), 100.0, causal=causal)).all()
    assert errors_deg(up, truth)[300:-300].max() < (60.0 if causal else 30.0)


def test_all_zeros_give_a_direction_and_no_warning() -> None:
    up = gravity_direction(np.zeros((100, 3)), np.zeros((100, 3)), 50.0)
    assert up == pytest.approx(np.tile([0.0, 0.0, 1.0], (100, 1)))


@pytest.mark.parametrize(
    ("acc", "gyr", "rate_hz", "words"),
    [
        (np.zeros((5, 2)), np.zeros((5, 2)), 100.0, "shape"),
        (np.zeros((5, 3)), np.zeros((4, 3)), 100.0, "shape"),
        (np.zeros(3), np.zeros(3), 100.0, "shape"),
        (np.zeros((5, 3)), np.zeros((5, 3)), 0.0, "rate"),
        (np.zeros((5, 3)), np.zeros((5, 3)), math.nan, "rate"),
        (np.full((5, 3), math.nan), np.zeros((5, 3)), 100.0, "row 0"),
        (np.zeros((5, 3)), np.diag([math.inf, 0, 0, 0, 0])[:, :3], 100.0, "row 0"),
        (np.full((5, 3), 1e200), np.zeros((5, 3)), 100.0, "row 0"),
        ([["a", "b", "c"]], [[1, 2, 3]], 100.0, "numbers"),
    ],
)
def test_bad_input_is_told_in_a_sentence(
    acc: Floats, gyr: Floats, rate_hz: float, words: str
) -> None:
    with pytest.raises(SensorError, match=words):
        gravity_direction(acc, gyr, rate_hz)


@pytest.mark.parametrize("causal", [True, False])
@pytest.mark.parametrize("table", [0, 1])
@pytest.mark.parametrize("row", [0, 41_234, 59_999])
def test_the_row_of_a_bad_reading_is_told(row: int, table: int, causal: bool) -> None:
    tables = np.zeros((2, 60_000, 3))
    tables[table, row, 1] = -2e6
    with pytest.raises(SensorError, match=f"row {row}"):
        gravity_direction(tables[0], tables[1], 110.0, causal=causal)


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.integers(1, 300))
def test_orientations_are_those_of_turning_step_by_step(first: int, more: int) -> None:
    turns = np.stack(exponential(*np.random.default_rng(first).normal(0.0, 0.4, (3, first + more))))
    early, between = orientations(components(turns[:, :first]), IDENTITY)
    late, end = orientations(components(turns[:, first:]), between)
    found = np.concatenate([np.stack(early), np.stack(late), np.array(end)[:, None]], axis=1)
    run: Quat[float] = IDENTITY
    for column, w, x, y, z in zip(found.T, *turns, strict=False):
        assert column == pytest.approx(np.array(run), abs=1e-9)
        run = multiply(run, (float(w), float(x), float(y), float(z)))
    assert end == pytest.approx(run, abs=1e-9)


PUBLISHED_TRIALS = ("01", "10", "21", "24")
"""Those of the table in docs/algorithms/gravity-direction.md, for which the bounds stand."""


@pytest.mark.skipif(not BROAD.is_dir(), reason="the BROAD trials are not beside this checkout")
def test_inclination_of_broad_trials_is_as_good_as_published() -> None:
    from scipy.io import loadmat

    causal: list[float] = []
    offline: list[float] = []
    files = [file for file in sorted(BROAD.glob("*.mat")) if file.name[:2] in PUBLISHED_TRIALS]
    assert len(files) == len(PUBLISHED_TRIALS)
    for file in files:
        trial = loadmat(file)
        w, x, y, z = trial["opt_quat"].T
        truth = np.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)]).T
        scored = trial["movement"].ravel().astype(bool) & np.isfinite(truth).all(axis=1)
        rate_hz = float(trial["sampling_rate"].item())
        for found, looks_back_only in ((causal, True), (offline, False)):
            up = gravity_direction(trial["imu_acc"], trial["imu_gyr"], rate_hz, looks_back_only)
            error = errors_deg(up[scored], truth[scored])
            found.append(math.sqrt(float(np.mean(error**2))))
    assert np.mean(causal) < 0.78
    assert np.mean(offline) < 0.53
