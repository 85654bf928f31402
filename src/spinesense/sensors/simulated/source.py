"""The model spine as a source of packets."""

import asyncio
import math
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from spinesense.model.calibration import Quaternion
from spinesense.model.errors import SensorError
from spinesense.model.packets import DeviceProfile, Item, Packet, as_upper
from spinesense.model.snapshot import CoachView
from spinesense.sensors.simulated import rotations
from spinesense.sensors.simulated.belts import Belt, Belted
from spinesense.sensors.simulated.body import UpperBack, Worn
from spinesense.sensors.simulated.imu import Imu, ImuErrors
from spinesense.sensors.simulated.person import SimulatedPerson
from spinesense.sensors.simulated.radio import PACKET_S, LossyRadio
from spinesense.sensors.simulated.rides import Passenger, Ride
from spinesense.sensors.simulated.script import Segment

STEP_S = 0.05
_CHUNK_S = 0.5
"""Samples are made so far ahead; it must be less than the reaction time of the person."""

_RATES_HZ = (10.0, 1000.0)

_LARGEST_SKEW = 0.007
"""A WT901BLE set to 100 Hz gives 99.26 Hz (RGu0/WT901)."""


class SimulatedSource:
    """A person with a sensor on the lower back. Equal arguments give equal items.

    Parameters
    ----------
    seed
        Fixes the person, the sensor, its mounting, and the luck of the radio.
    rate_hz
        Nominal sample rate; the real one differs by up to 0.7 %.
    script
        What the person does; None for a person who follows the coach (``hear``) without end.
    speed
        Pace of ``items`` against real time; 0 for as fast as they are taken.
    answers
        Whether the person answers the coach's questions.
    fault
        What the person who follows the coach does wrong about every second time; empty for good
        form.
    mounting
        ``quat_sensor_to_trunk``; None for any, drawn by the seed.
    errors
        How imperfect the sensor is.
    lost_fraction, repeated_fraction
        Share of packets that never arrive, or arrive twice.
    dropouts
        (start, duration) in seconds of times when the link is down.
    packet_s
        Time that one packet spans: longer ones spare a battery.
    upper
        Whether the person wears a second sensor over T12, whose packets come as `as_upper`.
    upper_dropouts
        As ``dropouts``, of the second sensor.
    ride
        A drive in a vehicle that carries the person along.
    belt
        How the belt of the first sensor gives way.

    Raises
    ------
    SensorError
        For a rate or a speed that no sensor has.
    """

    def __init__(
        self,
        seed: int,
        *,
        rate_hz: float = 100.0,
        script: Sequence[Segment] | None = None,
        speed: float = 1.0,
        answers: bool = True,
        fault: str = "",
        mounting: Quaternion | None = None,
        errors: ImuErrors | None = None,
        lost_fraction: float = 0.0,
        repeated_fraction: float = 0.0,
        dropouts: Sequence[tuple[float, float]] = (),
        packet_s: float = PACKET_S,
        upper: bool = False,
        upper_dropouts: Sequence[tuple[float, float]] = (),
        ride: Ride | None = None,
        belt: Belt | None = None,
    ) -> None:
        if not (_RATES_HZ[0] <= rate_hz <= _RATES_HZ[1] and 0 <= speed < math.inf):
            raise SensorError(
                f"nothing can be simulated at {rate_hz} Hz and speed {speed}",
                remedy="give a rate of {:g} to {:g} Hz and a speed of 0 or more".format(*_RATES_HZ),
            )
        # The first three stay what they are without a second sensor.
        rng_person, rng_imu, rng_radio, rng_upper_imu, rng_upper_radio = (
            np.random.default_rng(child) for child in np.random.SeedSequence(seed).spawn(5)
        )
        self._profile = DeviceProfile("open", "model spine", rate_hz, simulated=True)
        self._upper_profile = replace(self._profile, name="model T12") if upper else None
        self._speed = speed
        self._ends = script is not None
        self.person = SimulatedPerson(rng_person, answers=answers, script=script, fault=fault)
        self.mounting = mounting or rotations.random_quaternion(rng_imu)
        body, errors = self.person.performance.body, errors or ImuErrors()
        radio = partial(
            LossyRadio,
            rate_hz,
            lost_fraction=lost_fraction,
            repeated_fraction=repeated_fraction,
            packet_s=packet_s,
        )
        lower_radio = radio(int(rng_radio.integers(1 << 32)), rng_radio, dropouts=dropouts)
        skew = rng_radio.uniform(-_LARGEST_SKEW, _LARGEST_SKEW)
        worn: Worn = Belted(body, belt) if belt else body
        worn = Passenger(worn, ride) if ride else worn
        self._sensors = [_Sensor(lower_radio, worn, rate_hz, skew, self.mounting, rng_imu, errors)]
        if upper:
            mounting = rotations.random_quaternion(rng_upper_imu)
            clock_us = int(rng_upper_radio.integers(1 << 32))
            upper_radio = radio(clock_us, rng_upper_radio, dropouts=upper_dropouts)
            skew = rng_upper_radio.uniform(-_LARGEST_SKEW, _LARGEST_SKEW)
            worn = Passenger(UpperBack(body), ride) if ride else UpperBack(body)
            self._sensors.append(
                _Sensor(upper_radio, worn, rate_hz, skew, mounting, rng_upper_imu, errors)
            )
        self._now_s = 0.0
        self._steps = 0
        self._coming: list[Packet] = []
        self._closed = asyncio.Event()

    @property
    def profile(self) -> DeviceProfile:
        """The sensor that is simulated."""
        return self._profile

    @property
    def upper_profile(self) -> DeviceProfile | None:
        """The second sensor; None when there is one only."""
        return self._upper_profile

    @property
    def ended(self) -> bool:
        """Whether the script is done and every packet of it delivered."""
        return self._script_done() and not self._coming

    def hear(self, view: CoachView) -> None:
        """Let the person hear what the coach says now."""
        self.person.hear(view)

    def step(self) -> list[Item]:
        """What arrives in the next 50 ms."""
        self._steps += 1
        self._now_s = self._steps * STEP_S
        # Whichever is behind goes first: the body knows no time before that of the last sample.
        while (sensor := min(self._sensors, key=_made_s)).made_s < self._now_s:
            if self._script_done():
                break
            sent = sensor.send()
            self._coming += sent if sensor is self._sensors[0] else map(as_upper, sent)
        said: list[Item] = list(self.person.live_until(self._now_s))
        said += [packet for packet in self._coming if packet.arrival_s <= self._now_s]
        self._coming = [packet for packet in self._coming if packet.arrival_s > self._now_s]
        return sorted(said, key=_arrival_s)

    async def items(self) -> AsyncIterator[Item]:
        """Items paced by the clock of the running loop; a late loop gets the same, later."""
        loop = asyncio.get_running_loop()
        begun_s = loop.time() - self._now_s / (self._speed or 1.0)
        while not self.ended and not self._closed.is_set():
            for item in self.step():
                yield item
            due_s = begun_s + self._now_s / self._speed if self._speed else 0.0
            await self._sleep(due_s - loop.time())

    async def close(self) -> None:
        """End ``items`` at the next step."""
        self._closed.set()

    async def _sleep(self, duration_s: float) -> None:
        if duration_s <= 0:
            await asyncio.sleep(0)
            return
        try:
            await asyncio.wait_for(self._closed.wait(), duration_s)
        except TimeoutError:
            return

    def _script_done(self) -> bool:
        made_s = min(sensor.made_s for sensor in self._sensors)
        return self._ends and made_s >= self.person.done_s


class _Sensor:
    """One sensor of the person and its radio; ``made_s`` is how far its samples are made."""

    def __init__(
        self,
        radio: LossyRadio,
        body: Worn,
        rate_hz: float,
        skew: float,
        mounting: Quaternion,
        rng: np.random.Generator,
        errors: ImuErrors,
    ) -> None:
        true_rate_hz = 1e6 / round(1e6 / rate_hz) * (1 + skew)
        self._radio = radio
        self._imu = Imu(body, true_rate_hz, mounting, rng, errors)
        packets = max(1, round(_CHUNK_S * rate_hz / radio.samples_per_packet))
        self._chunk = packets * radio.samples_per_packet
        self._chunk_s = self._chunk / true_rate_hz
        self.made_s = 0.0

    def send(self) -> list[Packet]:
        """The packets of the next half second."""
        self.made_s += self._chunk_s
        return self._radio.send(*self._imu.sample(self._chunk))


def _arrival_s(item: Item) -> float:
    return item.arrival_s


def _made_s(sensor: _Sensor) -> float:
    return sensor.made_s
