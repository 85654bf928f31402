"""The open packet format, for sensors that people build themselves.

The bytes are described, with test vectors, in ``firmware_notes/packet-format.md``; what is written
there holds. Decoding is vectorised over packets, since a night of recording has half a million.
"""

import math
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from spinesense.model.errors import SensorError
from spinesense.model.packets import BadPacket, DeviceProfile, Packet
from spinesense.model.samples import Decoded, Floats, ImuBlock, Ints
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.sensors.decoding.clock import SensorClock, clock_advances, nearest
from spinesense.sensors.decoding.rows import gathered, rows_of
from spinesense.sensors.device import Advertisement, Gatt

SERVICE_UUID: Final = "d7370001-bb09-4a52-be70-d3bcd2dc07f2"
DATA_UUID: Final = "d7370002-bb09-4a52-be70-d3bcd2dc07f2"
CHANNEL: Final = "imu"
"""Name of the one characteristic, as it stands in ``Packet.channel``."""

ACC_RANGES_G: Final = (2, 4, 8, 16)
GYR_RANGES_DPS: Final = (125, 250, 500, 1000, 2000)
VERSION: Final = 1
LARGEST_COUNT: Final = 63
BATTERY_UNKNOWN: Final = 255
SHORTEST_PERIOD_US: Final = 500
LONGEST_PERIOD_US: Final = 1_000_000

_HEAD_BYTES = 8
_DESCRIPTION_BYTES = 4
_SAMPLE_BYTES = 12
_ATT_BYTES = 3
_FULL_SCALE = 32768
_CLOCK = SensorClock(ticks_per_s=1_000_000, wrap=1 << 32)
_COUNTER_WRAP = 1 << 16


def samples_that_fit(mtu: int) -> int:
    """How many samples one notification carries at this ATT MTU, with a description if it fits."""
    with_description = mtu - _ATT_BYTES - _HEAD_BYTES - _DESCRIPTION_BYTES
    if with_description >= _SAMPLE_BYTES:
        return min(with_description // _SAMPLE_BYTES, LARGEST_COUNT)
    return 1 if mtu - _ATT_BYTES >= _HEAD_BYTES + _SAMPLE_BYTES else 0


def encode(
    number: int,
    clock_us: int,
    acc_mps2: Floats,
    gyr_radps: Floats,
    *,
    acc_range_g: int = 4,
    gyr_range_dps: int = 500,
    period_us: int | None = None,
    battery_percent: int | None = None,
) -> bytes:
    """One packet; readings beyond the range are sent as the int16 extremes.

    Parameters
    ----------
    number, clock_us
        Number and device time of the first sample; both are wrapped here.
    acc_mps2, gyr_radps
        (n, 3) samples, n from 0 to 63.
    period_us
        Spacing of the samples; leave it out (with one sample only) for the short form.
    battery_percent
        0 to 100; None when unknown. Sent with the period only.

    Raises
    ------
    SensorError
        When the arguments have no place in the format.
    """
    raw = np.hstack(
        [
            _to_counts(acc_mps2, acc_range_g * STANDARD_GRAVITY_MPS2),
            _to_counts(gyr_radps, math.radians(gyr_range_dps)),
        ]
    )
    count = len(raw)
    _refuse_unless(acc_range_g in ACC_RANGES_G, f"an acc range of {acc_range_g} g")
    _refuse_unless(gyr_range_dps in GYR_RANGES_DPS, f"a gyro range of {gyr_range_dps} °/s")
    _refuse_unless(count <= LARGEST_COUNT, f"{count} samples in one packet")
    _refuse_unless(period_us is not None or count == 1, f"{count} samples without a period")
    head = struct.pack(
        "<BBHI",
        VERSION << 4 | (period_us is not None) << 3 | GYR_RANGES_DPS.index(gyr_range_dps),
        ACC_RANGES_G.index(acc_range_g) << 6 | count,
        number % _COUNTER_WRAP,
        clock_us % _CLOCK.wrap,
    )
    return head + _description(period_us, battery_percent) + raw.tobytes()


def _to_counts(values: Floats, full_scale: float) -> NDArray[np.int16]:
    counts = np.rint(values * (_FULL_SCALE / full_scale))
    return np.clip(counts, -_FULL_SCALE, _FULL_SCALE - 1).astype("<i2")


def _description(period_us: int | None, battery_percent: int | None) -> bytes:
    if period_us is None:
        return b""
    _refuse_unless(
        SHORTEST_PERIOD_US <= period_us <= LONGEST_PERIOD_US, f"a period of {period_us} µs"
    )
    battery = BATTERY_UNKNOWN if battery_percent is None else battery_percent
    _refuse_unless(0 <= battery <= 100 or battery_percent is None, f"a battery of {battery} %")
    return struct.pack("<I", period_us << 8 | battery)


def _refuse_unless(fits: bool, what: str) -> None:
    if not fits:
        raise SensorError(
            f"{what} has no place in the open packet format",
            remedy="see the byte table of firmware_notes/packet-format.md",
        )


@dataclass(frozen=True, slots=True)
class _Heads:
    """Header fields of packets, one row a packet; ``fault`` is 0 where all is well."""

    fault: Ints
    start: Ints
    arrival_s: Floats
    count: Ints
    described: NDArray[np.bool_]
    number: Ints
    clock_us: Ints
    battery: Ints
    period_us: Ints
    acc_lsb_mps2: Floats
    gyr_lsb_radps: Floats

    def only(self, rows: NDArray[np.bool_]) -> "_Heads":
        return _Heads(*(getattr(self, name)[rows] for name in self.__slots__))


_REASONS = {
    1: "{length} bytes are too few for a header",
    2: "version {version} of the open packet format is not known",
    3: "gyro range code {gyr_code} is not defined",
    4: "{length} bytes do not fit {count} samples",
    5: "neither samples nor a description",
    6: "{count} samples without a sample period",
    7: "a battery level of {battery} %",
    8: "a sample period of {period_us} µs",
}


def _reason(fault: int, payload: bytes) -> str:
    head = payload.ljust(_HEAD_BYTES + _DESCRIPTION_BYTES, b"\0")
    return _REASONS[fault].format(
        length=len(payload),
        version=head[0] >> 4,
        gyr_code=head[0] & 7,
        count=head[1] & LARGEST_COUNT,
        battery=head[8],
        period_us=int.from_bytes(head[9:12], "little"),
    )


_GYR_LSB_RADPS = np.array([math.radians(dps) / _FULL_SCALE for dps in (*GYR_RANGES_DPS, 0, 0, 0)])
_ACC_LSB_MPS2 = np.array([g * STANDARD_GRAVITY_MPS2 / _FULL_SCALE for g in ACC_RANGES_G])


def _read_heads(packets: Sequence[Packet], data: NDArray[np.uint8], lengths: Ints) -> _Heads:
    start = np.cumsum(lengths) - lengths
    head = data[start[:, None] + np.arange(_HEAD_BYTES + _DESCRIPTION_BYTES)].astype(np.int64)
    described = (head[:, 0] & 8) != 0
    gyr_code = head[:, 0] & 7
    count = head[:, 1] & LARGEST_COUNT
    battery = head[:, 8]
    period_us = head[:, 9] | head[:, 10] << 8 | head[:, 11] << 16
    fits = lengths == _HEAD_BYTES + _DESCRIPTION_BYTES * described + _SAMPLE_BYTES * count
    fault = np.select(
        [
            lengths < _HEAD_BYTES,
            head[:, 0] >> 4 != VERSION,
            gyr_code >= len(GYR_RANGES_DPS),
            ~fits,
            ~described & (count == 0),
            ~described & (count > 1),
            described & (battery > 100) & (battery != BATTERY_UNKNOWN),
            described & ((period_us < SHORTEST_PERIOD_US) | (period_us > LONGEST_PERIOD_US)),
        ],
        list(_REASONS),
        default=0,
    )
    return _Heads(
        fault=fault.astype(np.int64),
        start=start,
        arrival_s=np.array([packet.arrival_s for packet in packets]),
        count=count,
        described=described,
        number=head[:, 2] | head[:, 3] << 8,
        clock_us=head[:, 4] | head[:, 5] << 8 | head[:, 6] << 16 | head[:, 7] << 24,
        battery=battery,
        period_us=np.where(described, period_us, 0),
        acc_lsb_mps2=_ACC_LSB_MPS2[head[:, 1] >> 6],
        gyr_lsb_radps=_GYR_LSB_RADPS[gyr_code],
    )


def described_period_us(payload: bytes) -> int | None:
    """The spacing of the samples that this packet describes; None when it is bad or short."""
    padded = payload + bytes(_HEAD_BYTES + _DESCRIPTION_BYTES)
    heads = _read_heads(
        [Packet(0.0, CHANNEL, payload)],
        np.frombuffer(padded, dtype=np.uint8),
        np.array([len(payload)], dtype=np.int64),
    )
    return None if heads.fault[0] else int(heads.period_us[0]) or None


@dataclass(slots=True)
class _Previous:
    """The packet before, on which the next counter and clock are unwrapped."""

    arrival_s: float
    count: int
    raw_number: int
    raw_clock_us: int
    index: int
    clock_us: int
    """Unwrapped, like ``index``: after a restart they differ from the raw ones by any amount."""


class OpenDecoder:
    """Decoder of one stream in the open packet format; unwraps its counter and its clock.

    A clock or counter jump that cannot be lateness or loss is a restart of the sensor: the times
    then go on by the arrival times, and at least one sample number is left out, so that it shows.
    """

    def __init__(self) -> None:
        self._period_us = 0
        self._previous: _Previous | None = None

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`."""
        if not packets:
            return Decoded(None)
        payloads = [packet.payload for packet in packets]
        lengths = np.array([len(payload) for payload in payloads], dtype=np.int64)
        padding = bytes(_HEAD_BYTES + _DESCRIPTION_BYTES)
        data = np.frombuffer(b"".join([*payloads, padding]), dtype=np.uint8)
        heads = _read_heads(packets, data, lengths)
        bad = tuple(
            BadPacket(packets[row].arrival_s, _reason(int(heads.fault[row]), payloads[row]))
            for row in np.flatnonzero(heads.fault).tolist()
        )
        good = heads.only(heads.fault == 0)
        levels = good.battery[good.described & (good.battery != BATTERY_UNKNOWN)]
        battery = int(levels[-1]) if len(levels) else None
        period_us = self._filled_periods(good)
        full = good.count > 0
        block = self._block(good.only(full), period_us[full], data) if full.any() else None
        return Decoded(block, bad, battery)

    def _filled_periods(self, heads: _Heads) -> Ints:
        """The newest period known at each packet; 0 while none is."""
        known = np.concatenate([[self._period_us], heads.period_us])
        newest = np.maximum.accumulate(np.where(known > 0, np.arange(len(known)), 0))
        filled = known[newest][1:]
        if len(filled):
            self._period_us = int(filled[-1])
        return filled

    def _block(self, heads: _Heads, period_us: Ints, data: NDArray[np.uint8]) -> ImuBlock:
        first_index, first_clock_us = self._unwrap(heads, period_us)
        packet, within = rows_of(heads.count)
        body = heads.start + _HEAD_BYTES + _DESCRIPTION_BYTES * heads.described
        start = body[packet] + _SAMPLE_BYTES * within
        raw = gathered(data, start, _SAMPLE_BYTES).view("<i2").astype(np.float64)
        clock_us = first_clock_us[packet] + within * period_us[packet]
        return ImuBlock(
            arrival_s=heads.arrival_s[packet],
            acc_mps2=raw[:, :3] * heads.acc_lsb_mps2[packet, None],
            gyr_radps=raw[:, 3:] * heads.gyr_lsb_radps[packet, None],
            index=first_index[packet] + within,
            counted=True,
            device_time_s=clock_us / 1e6,
        )

    def _unwrap(self, heads: _Heads, period_us: Ints) -> tuple[Ints, Ints]:
        """Number and clock of the first sample of each packet, unwrapped.

        The clock advances by the amount nearest to the advance of the arrival times, the counter
        by the amount nearest to the advance of the clock.
        """
        last = self._previous
        if last is None:
            number, clock = int(heads.number[0]), int(heads.clock_us[0])
            last = _Previous(float(heads.arrival_s[0]), 0, number, clock, number, clock)
        raw_clock_us = np.concatenate([[last.raw_clock_us], heads.clock_us])
        raw_number = np.concatenate([[last.raw_number], heads.number])
        arrival_s = np.concatenate([[last.arrival_s], heads.arrival_s])
        count_before = np.concatenate([[last.count], heads.count[:-1]])

        advance_us, restart = clock_advances(
            _CLOCK, raw_clock_us, arrival_s, (count_before + 1) * period_us
        )
        expected = np.where(period_us > 0, np.rint(advance_us / np.maximum(period_us, 1)), 0)
        expected = expected.astype(np.int64)
        advance = nearest(np.diff(raw_number), expected, _COUNTER_WRAP)
        advance = np.where(restart, np.maximum(expected, count_before + 1), advance)

        clock_us = last.clock_us + np.cumsum(advance_us)
        index = last.index + np.cumsum(advance)
        self._previous = _Previous(
            float(heads.arrival_s[-1]),
            int(heads.count[-1]),
            int(heads.number[-1]),
            int(heads.clock_us[-1]),
            int(index[-1]),
            int(clock_us[-1]),
        )
        return index, clock_us


class OpenDevice:
    """Finds and starts a sensor that speaks the open packet format.

    It streams as soon as notifications are enabled, at a rate of its own, and sends its battery
    level along: there is nothing to set and nothing to ask for.
    """

    profile = "open"
    label = "Own sensor (open format)"

    def recognises(self, seen: Advertisement) -> bool:
        """By its service; any name will do."""
        return SERVICE_UUID in seen.service_uuids

    async def start(self, gatt: Gatt, rate_hz: float) -> DeviceProfile:
        """Enable notifications, and take the rate from the first description that comes."""
        await gatt.subscribe(DATA_UUID, CHANNEL)
        while True:
            payload = await gatt.answer(CHANNEL)
            period_us = described_period_us(payload)
            if period_us:
                return DeviceProfile(self.profile, self.label, 1e6 / period_us)

    async def stop(self, gatt: Gatt) -> None:
        """Nothing to do: the stream ends with the connection."""

    async def battery_percent(self, gatt: Gatt) -> int | None:
        """None: the level is in the packets."""
        return None
