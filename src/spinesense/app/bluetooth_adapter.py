"""Which of the Bluetooth adapters of this machine a run of the program uses."""

import re
import sys
from contextvars import ContextVar

from spinesense.model.errors import SensorError

_NAME = re.compile(r"hci\d{1,3}")
_chosen: ContextVar[str] = ContextVar("bluetooth adapter", default="")


def choose_adapter(name: str) -> None:
    """Use this adapter from now on, such as ``hci1``; empty for the one that the system uses.

    Raises
    ------
    SensorError
        For a name that is none, and where the system offers no choice.
    """
    if name and not sys.platform.startswith("linux"):
        raise SensorError(
            "an adapter can be chosen on Linux only",
            where=f"--adapter {name}",
            remedy="leave it out; the system uses the adapter that is set in its settings",
        )
    if name and not _NAME.fullmatch(name):
        raise SensorError(
            "this is no Bluetooth adapter",
            where=f"--adapter {name}",
            remedy="name one that 'hciconfig' or 'ls /sys/class/bluetooth' lists, such as hci1",
        )
    _chosen.set(name)


def chosen_adapter() -> str:
    """The adapter that was chosen; empty when none was."""
    return _chosen.get()
