"""What the screens may use beside a run: how sessions are opened now, and the days that are kept.

Each imports what it needs when it is asked, in a thread, after the first paint.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from spinesense.model.errors import FileError

if TYPE_CHECKING:
    from spinesense.model.day import DayView
    from spinesense.runner.sources.sensor_search import SensorSearch


@dataclass(frozen=True, slots=True)
class SessionOptions:
    """How to open a session: the choices of the command line."""

    sensor: str = ""
    link: str = ""
    upper: str = ""
    seed: int = 1
    speed: float = 1.0


class SensorInUse:
    """How sessions are opened now; imports what it needs when it is asked, after the first paint.

    Parameters
    ----------
    opening
        How the command line said.
    """

    def __init__(self, opening: SessionOptions) -> None:
        self.opening = opening
        self._name = ""

    def words(self) -> str:
        """The sensor in use, in words."""
        from spinesense.app.sensors import sensor_words

        return self._name or sensor_words(self.opening.sensor)

    def search(self) -> "SensorSearch":
        """A search for another one. Takes a moment: it imports the radio."""
        from spinesense.app.sensors import open_radio
        from spinesense.runner.sources.sensor_search import SensorSearch

        return SensorSearch(open_radio(self.opening.link), self._address(), self._choose)

    def _address(self) -> str:
        """Address of the sensor in use; empty for the simulated one or one that has only a name."""
        from spinesense.store.chosen_sensor import chosen_sensor

        sensor = self.opening.sensor
        if sensor in ("", "ble") and not self.opening.link:
            chosen = chosen_sensor()
            return chosen.address if chosen else ""
        return sensor.removeprefix("ble:") if sensor.startswith("ble:") else ""

    def _choose(self, address: str, name: str) -> None:
        """Use a sensor from now on, and remember it unless it is a virtual one."""
        from spinesense.store.chosen_sensor import ChosenSensor, choose_sensor

        self._name = name
        if self.opening.link:
            sensor = f"ble:{address}" if address else "sim"
            self.opening = replace(self.opening, sensor=sensor)
            return
        choose_sensor(ChosenSensor(address, name) if address else None)
        self.opening = replace(self.opening, sensor="")


class DayLookup:
    """Days of the person, or of the simulated one while a simulated sensor is in use.

    Parameters
    ----------
    opening
        How sessions are opened now.
    """

    def __init__(self, opening: Callable[[], SessionOptions]) -> None:
        self._opening = opening

    def today(self) -> str:
        """The date by the clock on the wall, ISO 8601."""
        from spinesense.app.desktop.context import local_now

        return local_now().date().isoformat()

    def day(self, day: str) -> "DayView":
        """One day; raises SpinesenseError when what was kept cannot be read."""
        from spinesense.app.days import day_view

        return day_view(date.fromisoformat(day), simulated=self._simulated())

    def week(self, day: str) -> "tuple[DayView, ...]":
        """The week that holds a day; raises as ``day``."""
        from spinesense.app.days import week_view

        return week_view(date.fromisoformat(day), simulated=self._simulated())

    def _simulated(self) -> bool:
        """Whose days: those of whoever is watched now, or else of the sensor that would be used."""
        from spinesense.app.sensors import is_simulated
        from spinesense.store.monitor import told

        opening = self._opening()
        with suppress(FileError):  # a monitor of another version
            now = told()
            if now is not None and now.snapshot.sensor.name:
                return now.snapshot.sensor.simulated
        return is_simulated(opening.sensor, opening.link)
