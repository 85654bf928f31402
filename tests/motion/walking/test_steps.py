import numpy as np
import pytest
from benchmarks.walking import f1, score_folder
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.motion.exact import same
from tests.motion.tick_streams import GRAVITY_MPS2, RATE_HZ, TICK_S, Person
from tests.paths import SHARED

from spinesense.model.events import WalkingBout
from spinesense.motion.ticks import Ticks
from spinesense.motion.walking.steps import Gait, GaitParams

REAL = SHARED / "data/lower_back_walking"


def waves(gait: Gait, ticks: Ticks) -> list[tuple[float, float]]:
    vertical = (ticks.acc_sensor_mps2 * ticks.up_sensor).sum(axis=1) - GRAVITY_MPS2
    wave = gait.wave(ticks, vertical)
    return list(zip(ticks.time_s.tolist(), wave.tolist(), strict=True))


def bouts_of(person: Person, gait: Gait | None = None) -> list[WalkingBout]:
    ticks, _ = person.ticks()
    gait = gait or Gait(GaitParams(), RATE_HZ)
    found = [gait.tick(*each) for each in waves(gait, ticks)]
    found.append(gait.close(float(ticks.time_s[-1])))
    return [bout for bout in found if bout is not None]


@settings(max_examples=30, deadline=None)
@given(steps=st.integers(8, 60), step_hz=st.floats(1.3, 2.5))
def test_steps_and_cadence_of_even_walking(steps: int, step_hz: float) -> None:
    (bout,) = bouts_of(Person().stay(3).walk(steps, step_hz).stay(5))
    assert abs(bout.steps - steps) <= 1
    assert bout.cadence_spm == pytest.approx(60 * step_hz, rel=0.03)
    assert bout.start_s == pytest.approx(3.0 + 0.5 / step_hz, abs=1.1 / step_hz)
    assert bout.end_s == pytest.approx(3.0 + (steps - 0.5) / step_hz, abs=1.1 / step_hz)


def test_a_bout_is_told_when_the_break_is_too_long() -> None:
    (bout,) = bouts_of(Person().stay(2).walk(20).stay(10))
    assert 3.0 < bout.time_s - bout.end_s < 5.0


@pytest.mark.parametrize(
    "person",
    [
        Person().stay(20),
        Person().stay(3).walk(3).stay(6),
        Person().stay(3).sit_down().stay(3).stand_up().stay(3),
        Person().stay(3).sit_down().ride(600, 0.3),
        Person().stay(3).sit_down().ride(600, 1.0),
    ],
    ids=["standing", "three steps", "sitting down and standing up", "a car", "a rough road"],
)
def test_what_is_no_walking(person: Person) -> None:
    assert bouts_of(person) == []


@pytest.mark.parametrize("period_s", [2.0, 3.0, 5.0])
def test_squats_and_bows_are_no_walking(period_s: float) -> None:
    person = Person().stay(2)
    for _ in range(12):
        person.go(period_s / 2, flexion_deg=40.0, height_m=-0.3)
        person.go(period_s / 2, flexion_deg=0.0, height_m=0.0)
    assert bouts_of(person.stay(5)) == []


@pytest.mark.parametrize("rhythm", ["each step alike", "mirrored"])
def test_only_feet_take_turns(rhythm: str) -> None:
    """A bounce with the rhythm of steps is walking when the pelvis sways from side to side."""
    person = Person().stay(3).walk(40).stay(5)
    if rhythm == "each step alike":
        bounce = person.rows[1]
        bounce[:, 4] = 0.4 * np.sin(2 * np.pi * 1.8 * TICK_S * np.arange(len(bounce)))
    assert [bout.steps > 35 for bout in bouts_of(person)] == [True] * (rhythm == "mirrored")


def test_a_slow_weak_walk_is_one() -> None:
    """Steps of 0.4 m at 1.4 Hz, and then slower ones: 1.7 and 1.0 m/s² from peak to trough."""
    person = Person().stay(3).walk(20, 1.4).walk(20, 1.1).stay(5)
    person.rows[1][:, 3] *= 0.85 / 2.0
    person.rows[2][:, 3] *= 0.5 / 2.0
    (bout,) = bouts_of(person)
    assert abs(bout.steps - 40) <= 2


def test_rising_from_a_seat_is_no_step_of_the_walk_after_it() -> None:
    person = Person().stay(3).sit_down().stay(4).stand_up().walk(20).stay(5)
    (bout,) = bouts_of(person)
    assert bout.start_s > 3.0 + 2.0 + 4.0 + 1.5
    assert abs(bout.steps - 20) <= 1


@pytest.mark.parametrize(("break_s", "bouts"), [(1.5, 1), (2.5, 1), (5.0, 2)])
def test_a_break_of_three_seconds_parts_two_bouts(break_s: float, bouts: int) -> None:
    person = Person().stay(2).walk(12).stay(break_s).walk(12).stay(5)
    assert len(bouts_of(person)) == bouts


def test_steps_never_fall_and_agree_with_the_bouts() -> None:
    person = Person().stay(2).walk(15).stay(5).walk(2).stay(5).walk(9).stay(5)
    ticks, _ = person.ticks()
    gait = Gait(GaitParams(), RATE_HZ)
    counts, bouts = [0], []
    for each in waves(gait, ticks):
        bouts.append(gait.tick(*each))
        counts.append(gait.steps)
    assert counts == sorted(counts)
    assert counts[-1] == sum(bout.steps for bout in bouts if bout is not None)


def test_a_gap_ends_a_bout_and_begins_a_fresh_search() -> None:
    gait = Gait(GaitParams(), RATE_HZ)
    ticks, _ = Person().stay(2).walk(12).ticks()
    for each in waves(gait, ticks):
        gait.tick(*each)
    bout = gait.restart(9.0)
    assert bout is not None
    assert bout.steps >= 10
    fresh = Gait(GaitParams(), RATE_HZ)
    fresh.state.closed_steps = bout.steps
    assert same(gait.state, fresh.state)


@pytest.mark.parametrize("rate_hz", [12.5, 20.0, 30.0, 37.0])
def test_other_tick_rates(rate_hz: float) -> None:
    time_s = np.arange(0, 20, 1 / rate_hz)
    phase = 2 * np.pi * 1.7 * time_s
    still = np.zeros(len(time_s))
    gyr = np.stack([still, still, 0.4 * np.cos(0.5 * phase)], axis=1)
    up = np.stack([still, still, still + 1.0], axis=1)
    gait = Gait(GaitParams(), rate_hz)
    ticks = Ticks(time_s, np.zeros(len(time_s), dtype=np.int64), up, GRAVITY_MPS2 * up, gyr)
    wave = gait.wave(ticks, -2.0 * np.cos(phase)).tolist()
    for now_s, each in zip(time_s.tolist(), wave, strict=True):
        gait.tick(now_s, each)
    assert abs(gait.steps - 33) <= 2
    assert gait.last_step_s % (1 / 1.7) == pytest.approx(0.5 / 1.7, abs=2 * TICK_S)


@pytest.mark.skipif(not REAL.is_dir(), reason="real recordings are not at hand")
def test_real_walking_at_the_lower_back() -> None:
    scored = [trial for trial in score_folder(REAL) if trial.true_steps]
    assert f1(scored) >= 0.80
    assert np.mean([trial.f1 for trial in scored]) >= 0.85
    assert np.mean([abs(trial.step_error) for trial in scored]) <= 0.06
