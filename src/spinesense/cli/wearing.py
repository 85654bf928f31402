"""Which sensor this run of the program uses; a person may choose another while it runs."""

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spinesense.cli.face import Opening
    from spinesense.runner.searching import SensorSearch


class Wearing:
    """How sessions are opened now; imports what it needs when it is asked, after the first paint.

    Parameters
    ----------
    opening
        How the command line said.
    """

    def __init__(self, opening: "Opening") -> None:
        self.opening = opening
        self._name = ""

    def words(self) -> str:
        """The sensor in use, in words."""
        from spinesense.cli.sensing import sensor_words

        return self._name or sensor_words(self.opening.sensor)

    def search(self) -> "SensorSearch":
        """A search for another one. Takes a moment: it imports the radio."""
        from spinesense.cli.sensing import open_radio
        from spinesense.runner.searching import SensorSearch

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
