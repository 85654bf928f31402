"""The second sensor, over T12: its packets, and how it is doing."""

from spinesense.model.packets import DeviceProfile, Packet, of_upper
from spinesense.model.samples import ImuBlock
from spinesense.model.snapshot import Link, SensorView
from spinesense.motion.upper_segment import UpperSegment
from spinesense.sensors.devices import decoder_for

SILENCE_S = 2.0
"""The second sensor counts as lost after as long a silence as the first."""


class SecondSensor:
    """One stream of the second sensor, packet by packet.

    Parameters
    ----------
    profile
        The second sensor.
    segment
        What takes its samples in the signal core.

    Raises
    ------
    SensorError
        When no decoder is known for the profile.
    """

    def __init__(self, profile: DeviceProfile, segment: UpperSegment) -> None:
        self.profile = profile
        self.bad_packets = 0
        self.battery_percent: int | None = None
        self._segment = segment
        self._heard_s: float | None = None
        self._now_s = 0.0
        self._decoder = decoder_for(profile.profile)

    def take(self, packet: Packet) -> ImuBlock | None:
        """Take a packet of the second sensor, and give its samples if it holds any."""
        decoded = self._decoder.decode([of_upper(packet)])
        if decoded.battery_percent is not None:
            self.battery_percent = decoded.battery_percent
        self.bad_packets += len(decoded.bad)
        if decoded.block is None:
            return None
        self._heard_s = packet.arrival_s
        self.pass_time(packet.arrival_s)
        return decoded.block

    def pass_time(self, arrival_s: float) -> None:
        """Note how far the stream has come, whichever sensor sent."""
        self._now_s = max(self._now_s, arrival_s)
        if self._heard_s is None:
            self._heard_s = arrival_s

    def view(self, link: Link) -> SensorView:
        """How it is doing, given the link of the first sensor."""
        readings = self._segment.readings()
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
        refused = self._segment.refused
        return f"The upper sensor was not calibrated: {refused}." if refused else ""
