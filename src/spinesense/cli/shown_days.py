"""The days that the terminal interface shows. Imports what it needs when asked, in a thread."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import TYPE_CHECKING

from spinesense.model.errors import FileError

if TYPE_CHECKING:
    from spinesense.cli.face import Opening
    from spinesense.model.day import DayView


class ShownDays:
    """Days of the person, or of the simulated one while a simulated sensor is in use.

    Parameters
    ----------
    opening
        How sessions are opened now.
    """

    def __init__(self, opening: "Callable[[], Opening]") -> None:
        self._opening = opening

    def today(self) -> str:
        """The date by the clock on the wall, ISO 8601."""
        from spinesense.cli.desk import local_now

        return local_now().date().isoformat()

    def day(self, day: str) -> "DayView":
        """One day; raises SpinesenseError when what was kept cannot be read."""
        from spinesense.cli.days import day_view

        return day_view(date.fromisoformat(day), simulated=self._simulated())

    def week(self, day: str) -> "tuple[DayView, ...]":
        """The week that holds a day; raises as ``day``."""
        from spinesense.cli.days import week_view

        return week_view(date.fromisoformat(day), simulated=self._simulated())

    def _simulated(self) -> bool:
        """Whose days: those of whoever is watched now, or else of the sensor that would be used."""
        from spinesense.cli.sensing import is_simulated
        from spinesense.store.monitor import told

        opening = self._opening()
        with suppress(FileError):  # a monitor of another version
            now = told()
            if now is not None and now.snapshot.sensor.name:
                return now.snapshot.sensor.simulated
        return is_simulated(opening.sensor, opening.link)
