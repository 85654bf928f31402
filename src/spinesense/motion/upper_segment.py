"""The second sensor, over T12: its times, inclination and mounting beside those of the first."""

import math

import numpy as np

from spinesense.model.calibration import Calibration
from spinesense.model.events import CalibrationFound, CalibrationRefused, MotionEvent
from spinesense.model.readings import Readings
from spinesense.model.samples import ImuBlock
from spinesense.motion.mounting.stand_and_bow import Calibrator
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.ticks import Ticks

LATER_S = 3.0
"""The chest comes up from a bow within so long of the pelvis."""

NOT_BOTH = "it saw no two bows; press C, stand and bow again"


class UpperSegment:
    """Ticks and mounting of the second sensor; counts nothing and judges nothing.

    Parameters
    ----------
    nominal_rate_hz
        What it calls its rate.

    Raises
    ------
    SensorError
        For a rate that cannot be followed.
    """

    def __init__(self, nominal_rate_hz: float) -> None:
        self.calibration: Calibration | None = None
        self.refused = ""
        """Why it has no calibration; empty while there may be one."""
        self._found: Calibration | None = None
        self._until_s = math.inf
        self._pipeline = Pipeline(nominal_rate_hz)
        self._calibrator = Calibrator(self._pipeline.tick_s)

    def feed(self, block: ImuBlock) -> Ticks:
        """Take samples, and give the ticks that they complete."""
        ticks = self._pipeline.to_ticks(block).ticks
        self._look(ticks)
        return ticks

    def readings(self) -> Readings:
        """The newest values: of its rate and its samples only."""
        return self._pipeline.readings()

    def calibrate(self) -> None:
        """Look for the stand-and-bow that the first sensor looks for."""
        self._calibrator.start()
        self._until_s = math.inf
        self._found = None
        self.refused = ""

    def follow(self, event: MotionEvent) -> None:
        """Take the neutral from the same stand as the first sensor, of which this is told.

        A calibration found earlier waits for it, and an older one no longer holds after it.
        """
        if isinstance(event, CalibrationRefused):
            self.calibrate()
        elif isinstance(event, CalibrationFound):
            self._until_s = event.time_s + LATER_S
            self.calibration = self._found

    def _look(self, ticks: Ticks) -> None:
        """Go on looking for the stand-and-bow, as long as it may still be that of both."""
        count = int(np.searchsorted(ticks.time_s, self._until_s, side="right"))
        for event in self._calibrator.feed(ticks.rows(0, count))[1]:
            if isinstance(event, CalibrationRefused):
                self.refused = event.reason
            elif isinstance(event, CalibrationFound):
                self._found, self.refused = event.calibration, ""
                if self._until_s < math.inf:
                    self.calibration = self._found
        if count < len(ticks) and self._calibrator.active:
            self._calibrator = Calibrator(self._pipeline.tick_s)
            self.refused = self.refused or NOT_BOTH
