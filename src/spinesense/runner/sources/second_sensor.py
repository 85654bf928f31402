"""The second sensor, over T12: its own decoder, times and orientation beside those of the first."""

import math

import numpy as np

from spinesense.model.calibration import Calibration
from spinesense.model.events import CalibrationFound, CalibrationRefused, MotionEvent
from spinesense.model.packets import DeviceProfile, Packet, of_upper
from spinesense.model.snapshot import Link, SensorView
from spinesense.motion.mounting.stand_and_bow import Calibrator
from spinesense.motion.pipeline import Pipeline
from spinesense.motion.ticks import Ticks, concatenate
from spinesense.sensors.devices import decoder_for

SILENCE_S = 2.0
"""The second sensor counts as lost after as long a silence as the first."""

LATER_S = 3.0
"""The chest comes up from a bow within so long of the pelvis."""

NOT_BOTH = "it saw no two bows; press C, stand and bow again"


class Upper:
    """One stream of the second sensor, packet by packet; counts nothing and judges nothing.

    Parameters
    ----------
    profile
        The second sensor.

    Raises
    ------
    SensorError
        When no decoder is known for the profile.
    """

    def __init__(self, profile: DeviceProfile) -> None:
        self.profile = profile
        self.calibration: Calibration | None = None
        self.bad_packets = 0
        self.battery_percent: int | None = None
        self._found: Calibration | None = None
        self._refused = ""
        self._heard_s: float | None = None
        self._now_s = 0.0
        self._until_s = math.inf
        self._decoder = decoder_for(profile.profile)
        self._pipeline = Pipeline(profile.nominal_rate_hz)
        self._calibrator = Calibrator(self._pipeline.tick_s)

    def take(self, packet: Packet) -> Ticks:
        """Take a packet of the second sensor, and give the ticks that it completes."""
        decoded = self._decoder.decode([of_upper(packet)])
        if decoded.battery_percent is not None:
            self.battery_percent = decoded.battery_percent
        self.bad_packets += len(decoded.bad)
        if decoded.block is None:
            return concatenate([])
        self._heard_s = packet.arrival_s
        self.pass_time(packet.arrival_s)
        ticks = self._pipeline.sense(decoded.block).ticks
        self._look(ticks)
        return ticks

    def calibrate(self) -> None:
        """Look for the stand-and-bow that the first sensor looks for."""
        self._calibrator.start()
        self._until_s = math.inf
        self._found = None
        self._refused = ""

    def follow(self, event: MotionEvent) -> None:
        """Take the neutral from the same stand as the first sensor, of which this is told.

        A calibration found earlier waits for it, and an older one no longer holds after it.
        """
        if isinstance(event, CalibrationRefused):
            self.calibrate()
        elif isinstance(event, CalibrationFound):
            self._until_s = event.time_s + LATER_S
            self.calibration = self._found

    def pass_time(self, arrival_s: float) -> None:
        """Note how far the stream has come, whichever sensor sent."""
        self._now_s = max(self._now_s, arrival_s)
        if self._heard_s is None:
            self._heard_s = arrival_s

    def view(self, link: Link) -> SensorView:
        """How it is doing, given the link of the first sensor."""
        readings = self._pipeline.readings()
        return SensorView(
            name=self.profile.name,
            link=Link.LOST if self.silent and link is not Link.ENDED else link,
            simulated=self.profile.simulated,
            rate_hz=readings.rate_hz,
            samples=readings.samples,
            lost_samples=readings.lost_samples,
            bad_packets=self.bad_packets,
            battery_percent=self.battery_percent,
            message=self.message,
        )

    @property
    def silent(self) -> bool:
        """Whether nothing has come for so long that the sensor counts as lost."""
        return self._heard_s is not None and self._now_s - self._heard_s > SILENCE_S

    @property
    def message(self) -> str:
        """Why there is no flexion between the two, in one sentence; empty when there may be."""
        if self.silent:
            return (
                f"Nothing from the upper sensor, {self.profile.name}: "
                "the session goes on with the lower one."
            )
        return f"The upper sensor was not calibrated: {self._refused}." if self._refused else ""

    def _look(self, ticks: Ticks) -> None:
        """Go on looking for the stand-and-bow, as long as it may still be that of both."""
        count = int(np.searchsorted(ticks.time_s, self._until_s, side="right"))
        for event in self._calibrator.feed(ticks.rows(0, count))[1]:
            if isinstance(event, CalibrationRefused):
                self._refused = event.reason
            elif isinstance(event, CalibrationFound):
                self._found, self._refused = event.calibration, ""
                if self._until_s < math.inf:
                    self.calibration = self._found
        if count < len(ticks) and self._calibrator.active:
            self._calibrator = Calibrator(self._pipeline.tick_s)
            self._refused = self._refused or NOT_BOTH
