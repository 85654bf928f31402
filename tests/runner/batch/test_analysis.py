"""A recording analysed at once shows what the pipeline tells when it is fed with it."""

import numpy as np
import pytest
from tests.paths import RECORDINGS

from spinesense.model.errors import FileError
from spinesense.model.events import Posture, Repetition, WalkingBout
from spinesense.model.packets import Packet
from spinesense.motion.pipeline import Pipeline
from spinesense.runner.batch import open_file
from spinesense.runner.batch.analysis import ANY_FLEXION, analyse, posture_spans
from spinesense.runner.batch.open_file import Stored, open_stored, samples_of

DESK = RECORDINGS / "desk_sitting.mcap"


def test_as_heard_is_what_was_told_at_the_time() -> None:
    found = analyse(DESK, as_heard=True)
    stored = open_stored(DESK)
    pipeline = Pipeline(stored.profile.nominal_rate_hz)
    steps = [pipeline.feed(block) for block in samples_of(stored, DESK)]
    steps.append(pipeline.finish())
    events = [event for step in steps for event in step.events]
    assert found.postures == posture_spans(events, found.duration_s)
    assert found.postures[-1].posture is Posture.SITTING
    assert found.walking_bouts == tuple(e for e in events if isinstance(e, WalkingBout))
    assert found.samples == pipeline.readings().samples


def test_repetitions_are_those_that_the_pipeline_tells_once_it_is_calibrated() -> None:
    found = analyse(DESK)
    stored = open_stored(DESK)
    pipeline = Pipeline(stored.profile.nominal_rate_hz, found.calibration)
    pipeline.watch(ANY_FLEXION)
    steps = [pipeline.feed(block) for block in samples_of(stored, DESK)]
    steps.append(pipeline.finish())
    told = [event for step in steps for event in step.events]
    assert found.repetitions == tuple(e for e in told if isinstance(e, Repetition))
    assert found.repetitions


def test_the_angles_are_those_of_the_pipeline_and_change_nothing_else() -> None:
    found, plain = analyse(DESK, angles=True), analyse(DESK)
    assert plain.angles is None
    assert found.repetitions == plain.repetitions
    assert found.postures == plain.postures
    stored = open_stored(DESK)
    pipeline = Pipeline(stored.profile.nominal_rate_hz, found.calibration)
    pipeline.watch(ANY_FLEXION)
    steps = [pipeline.feed(block) for block in samples_of(stored, DESK)]
    steps.append(pipeline.finish())
    assert found.angles is not None
    np.testing.assert_array_equal(
        found.angles.flexion_rad, np.concatenate([step.angles.flexion_rad for step in steps])
    )


def test_samples_do_not_depend_on_how_many_are_read_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stored = open_stored(DESK)
    (whole,) = samples_of(stored, DESK)
    monkeypatch.setattr(open_file, "ITEMS_AT_ONCE", 97)
    parts = list(samples_of(stored, DESK))
    assert len(parts) > 2
    np.testing.assert_array_equal(np.concatenate([part.index for part in parts]), whole.index)
    np.testing.assert_array_equal(np.concatenate([part.acc_mps2 for part in parts]), whole.acc_mps2)


def test_a_recording_without_samples_is_refused() -> None:
    stored = open_stored(DESK)
    empty = Stored(stored.profile, (Packet(0.0, "imu", b""),))
    with pytest.raises(FileError, match="holds no samples"):
        list(samples_of(empty, DESK))
