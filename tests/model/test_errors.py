"""Failures as a person and another process get them."""

import pickle

import pytest

from spinesense.model.errors import (
    CalibrationError,
    FileError,
    SensorError,
    SpinesenseError,
    TextError,
)


@pytest.mark.parametrize(
    "kind", [SpinesenseError, FileError, TextError, SensorError, CalibrationError]
)
def test_an_error_crosses_processes_whole(kind: type[SpinesenseError]) -> None:
    error = kind("it is broken", where="here", remedy="mend it")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error) == "here: it is broken; mend it."
