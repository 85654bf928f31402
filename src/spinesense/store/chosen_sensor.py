"""Which Bluetooth sensor a person uses on which computer.

An address is known to one computer only: on macOS it is made up by the system. So each computer
that shares a data folder remembers its own.
"""

import platform
from pathlib import Path
from typing import Final

import msgspec

from spinesense.model.errors import FileError
from spinesense.store.files import file_error, replacing
from spinesense.store.places import data_folder

FILE_NAME: Final = "sensors.json"


class ChosenSensor(msgspec.Struct, frozen=True):
    """A sensor that was chosen or used."""

    address: str
    name: str


_Chosen = dict[str, ChosenSensor]


def chosen_sensor() -> ChosenSensor | None:
    """The sensor of this computer; None when none was chosen.

    Raises
    ------
    FileError
        When the file that says it cannot be read.
    """
    return _read(data_folder() / FILE_NAME).get(platform.node())


def choose_sensor(sensor: ChosenSensor | None) -> None:
    """Remember the sensor of this computer, or with None forget it.

    Raises
    ------
    FileError
        When it cannot be stored.
    """
    path = data_folder() / FILE_NAME
    chosen = _read(path)
    if sensor is None:
        chosen.pop(platform.node(), None)
    else:
        chosen[platform.node()] = sensor
    with replacing(path) as file:
        file.write(msgspec.json.format(msgspec.json.encode(chosen)) + b"\n")


def _read(path: Path) -> _Chosen:
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Chosen)
    except FileNotFoundError:
        return {}
    except OSError as problem:
        raise file_error(problem, path, "read") from problem
    except msgspec.DecodeError as problem:
        raise FileError(
            "does not say which sensor was chosen",
            where=str(path),
            remedy="delete it and choose the sensor again with 'spinesense scan'",
        ) from problem
