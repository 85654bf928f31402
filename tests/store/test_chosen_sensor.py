"""The Bluetooth sensor that each computer remembers."""

import platform
from pathlib import Path

import pytest

from spinesense.model.errors import FileError
from spinesense.store.chosen_sensor import FILE_NAME, ChosenSensor, choose_sensor, chosen_sensor
from spinesense.store.places import HOME_VARIABLE

BELT = ChosenSensor("C0:11:22:33:44:55", "WT901BLE67")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    return tmp_path


def test_each_computer_remembers_its_own(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert chosen_sensor() is None
    choose_sensor(BELT)
    assert chosen_sensor() == BELT
    assert (home / FILE_NAME).stat().st_mode & 0o777 == 0o600
    monkeypatch.setattr(platform, "node", lambda: "another")
    assert chosen_sensor() is None
    choose_sensor(ChosenSensor("AA", "b"))
    monkeypatch.undo()
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    assert chosen_sensor() == BELT
    choose_sensor(None)
    assert chosen_sensor() is None


@pytest.mark.parametrize("text", ["", "[]", '{"a": 1}', '{"a": {"address": 1, "name": "x"}}'])
def test_a_file_that_says_something_else_is_one_sentence(home: Path, text: str) -> None:
    (home / FILE_NAME).write_text(text)
    with pytest.raises(FileError, match="delete it and choose the sensor again"):
        chosen_sensor()
