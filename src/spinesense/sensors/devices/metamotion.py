"""MbientLab MetaMotion (MetaWear): acceleration and gyro, three samples in a notification.

Source: facts of mbientlab/MetaWear-SDK-Cpp, ``src/`` and ``test/``. Every message begins with a
module and a register; a register with bit 7 set is the answer to reading it. Data are little-endian
int16, with neither a clock nor a counter, and come for acceleration and gyro apart; so they are
joined in the order in which they come. What a count is worth depends on the chip and on the range,
which are read back when the sensor is started, so that the answers are part of the recording.
"""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from spinesense.model.errors import SensorError
from spinesense.model.packets import BadPacket, DeviceProfile, Packet
from spinesense.model.samples import Decoded, Floats, ImuBlock
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.sensors.decoding.join_by_order import JoinByOrder
from spinesense.sensors.device import Advertisement, Gatt

_BASE = "326a{}-85cb-9195-d9dd-464cfbbae75a"
SERVICE_UUID: Final = _BASE.format("9000")
COMMAND_UUID: Final = _BASE.format("9001")
NOTIFY_UUID: Final = _BASE.format("9006")
CHANNEL: Final = "notify"

ACC: Final = 0x03
GYRO: Final = 0x13
SETTINGS: Final = 0x11
BMI160: Final = 1
BMI270: Final = 4
"""How the accelerometer module numbers its chips."""

_INFO = 0x80
_CONFIGURATION = 0x83
_BATTERY = 0x0C
_REGISTER_BITS = 0x3F
_ANSWER_BYTES = 4
_LENGTHS = {8: 1, 20: 3}
"""Samples in a data message by its length."""
_DATA_REGISTERS = {ACC: (0x04, 0x05, 0x1C), GYRO: (0x04, 0x05, 0x07)}

_ACC_RANGES_G = {
    BMI160: {0x3: 2, 0x5: 4, 0x8: 8, 0xC: 16},
    BMI270: {0x0: 2, 0x1: 4, 0x2: 8, 0x3: 16},
}
_GYR_LSB_PER_DPS = (16.4, 32.8, 65.6, 131.2, 262.4)
_ODR = {50: 7, 100: 8, 200: 9}
"""Codes of the rates in Hz, the same for all these chips."""
_PACKED_REVISION = 1
"""Of the module, from which on three samples come in one message."""
_WHAT = {
    True: "acceleration samples without angular rate",
    False: "angular rate samples without acceleration",
}


class MetamotionDecoder:
    """Decoder of one MetaMotion stream."""

    def __init__(self) -> None:
        self._chip = 0
        self._acc_lsb_mps2 = 0.0
        self._gyr_lsb_radps = 0.0
        self._in_step = JoinByOrder()
        self._samples = 0

    def decode(self, packets: Sequence[Packet]) -> Decoded:
        """Samples of these packets; see `spinesense.sensors.source.Decoder`."""
        bad: list[tuple[int, str]] = []
        data: list[int] = []
        scale: list[float] = []
        battery = None
        for row, packet in enumerate(packets):
            payload = packet.payload
            if _is_data(payload):
                lsb = self._acc_lsb_mps2 if payload[0] == ACC else self._gyr_lsb_radps
                if lsb:
                    data.append(row)
                    scale.append(lsb)
                else:
                    bad.append((row, "readings whose range has not been told"))
            elif (level := _battery_percent(payload)) is not None:
                battery = level
            else:
                reason = self._take_answer(payload)
                if reason:
                    bad.append((row, reason))
        block = self._block(packets, data, np.array(scale), bad) if data else None
        named = tuple(BadPacket(packets[row].arrival_s, reason) for row, reason in sorted(bad))
        return Decoded(block, named, battery)

    def is_preface(self, packet: Packet) -> bool:
        """The answers that tell chip and ranges."""
        return len(packet.payload) == _ANSWER_BYTES and packet.payload[0] in _DATA_REGISTERS

    def _take_answer(self, payload: bytes) -> str:
        """Learn chip and ranges; tells what is wrong with what is no answer."""
        if len(payload) != _ANSWER_BYTES or payload[0] not in _DATA_REGISTERS:
            return f"{len(payload)} bytes that are neither readings nor an answer"
        module, register, first, second = payload
        if register == _INFO:
            if module == ACC:
                self._chip = first
        elif register == _CONFIGURATION and module == ACC:
            range_g = _ACC_RANGES_G.get(self._chip, {}).get(second & 0xF)
            self._acc_lsb_mps2 = STANDARD_GRAVITY_MPS2 * range_g / 32768 if range_g else 0.0
            return "" if range_g else f"acceleration range {second} is not known"
        elif register == _CONFIGURATION and second < len(_GYR_LSB_PER_DPS):
            self._gyr_lsb_radps = math.radians(1) / _GYR_LSB_PER_DPS[second]
        elif register == _CONFIGURATION:
            return f"gyro range {second} is not known"
        else:
            return f"register {register:#04x} of module {module:#04x} is not known"
        return ""

    def _block(
        self, packets: Sequence[Packet], data: list[int], scale: Floats, bad: list[tuple[int, str]]
    ) -> ImuBlock | None:
        payloads = [packets[row].payload for row in data]
        counts = np.array([_LENGTHS[len(payload)] for payload in payloads])
        is_acc = [payload[0] == ACC for payload in payloads]
        raw = np.frombuffer(b"".join(each[2:] for each in payloads), dtype="<i2").reshape(-1, 3)
        values = raw * np.repeat(scale, counts)[:, None]
        of_acc: NDArray[np.bool_] = np.repeat(np.array(is_acc), counts)
        joined = self._in_step.join(values[of_acc], values[~of_acc], counts, is_acc)
        bad.extend((data[row], f"{count} {_WHAT[left]}") for row, left, count in joined.lone)
        if not len(joined.packet):
            return None
        arrivals_s = np.array([packets[row].arrival_s for row in data])
        first = self._samples
        self._samples += len(joined.packet)
        return ImuBlock(
            arrival_s=arrivals_s[joined.packet],
            acc_mps2=joined.left,
            gyr_radps=joined.right,
            index=np.arange(first, self._samples),
            counted=False,
        )


def _is_data(payload: bytes) -> bool:
    return len(payload) in _LENGTHS and payload[1] in _DATA_REGISTERS.get(payload[0], ())


def _battery_percent(payload: bytes) -> int | None:
    """Per cent and millivolts, when the battery register is what came."""
    if len(payload) != 5 or payload[0] != SETTINGS or payload[1] & _REGISTER_BITS != _BATTERY:
        return None
    return payload[2] if payload[2] <= 100 else None


class MetamotionDevice:
    """Finds and starts a MetaMotion with a BMI160 (MMR, MMC, MMRL) or a BMI270 (MMS)."""

    profile = "metamotion"
    label = "MetaMotion"

    def recognises(self, seen: Advertisement) -> bool:
        """By its service, or by the name it has from the factory."""
        return SERVICE_UUID in seen.service_uuids or seen.name == "MetaWear"

    async def start(self, gatt: Gatt, rate_hz: float) -> DeviceProfile:
        """Find out the chip, set ±8 g and ±500 °/s, and start both streams together."""
        await gatt.subscribe(NOTIFY_UUID, CHANNEL)
        info = await self._ask(gatt, ACC, _INFO)
        chip = info[2] if len(info) > 3 else 0
        if chip not in _ACC_RANGES_G:
            raise SensorError(
                "it has no accelerometer that is known here",
                where=self.label,
                remedy="use a MetaMotion (MMR, MMC, MMRL or MMS)",
            )
        nearest_hz = min(_ODR, key=lambda each: abs(each - rate_hz))
        packed = chip == BMI270 or info[3] >= _PACKED_REVISION
        for command in _configure(chip, _ODR[nearest_hz]):
            await gatt.write(COMMAND_UUID, command, response=False)
        for module in (ACC, GYRO):
            await self._ask(gatt, module, _CONFIGURATION)
        for command in _begin(chip, packed=packed):
            await gatt.write(COMMAND_UUID, command, response=False)
        return DeviceProfile(self.profile, self.label, float(nearest_hz))

    async def stop(self, gatt: Gatt) -> None:
        """Let both chips sleep."""
        for module in (ACC, GYRO):
            await gatt.write(COMMAND_UUID, bytes([module, 0x01, 0x00]), response=False)
            await gatt.write(COMMAND_UUID, bytes([module, 0x02, 0x00, 0x01]), response=False)

    async def battery_percent(self, gatt: Gatt) -> int | None:
        """Ask for the battery register."""
        await gatt.write(COMMAND_UUID, bytes([SETTINGS, 0xC0 | _BATTERY]), response=False)
        return _battery_percent(await gatt.answer(CHANNEL, bytes([SETTINGS])))

    async def _ask(self, gatt: Gatt, module: int, register: int) -> bytes:
        await gatt.write(COMMAND_UUID, bytes([module, register]), response=False)
        return await gatt.answer(CHANNEL, bytes([module, register]))


def _configure(chip: int, odr: int) -> list[bytes]:
    """Set the rate, ±8 g and ±500 °/s, with the filters they have from the factory."""
    normal = 0x20 | odr
    acc = [normal | 0x80, 0x02] if chip == BMI270 else [normal, 0x08]
    return [bytes([ACC, 0x03, *acc]), bytes([GYRO, 0x03, normal, 0x02])]


def _begin(chip: int, *, packed: bool) -> list[bytes]:
    """Enable the readings of both chips, their messages, and last the power."""
    of_bmi160 = (0x1C, 0x07) if packed else (0x04, 0x05)
    acc, gyro = (0x05, 0x05) if chip == BMI270 else of_bmi160
    return [
        bytes([ACC, 0x02, 0x01, 0x00]),
        bytes([GYRO, 0x02, 0x01, 0x00]),
        bytes([ACC, acc, 0x01]),
        bytes([GYRO, gyro, 0x01]),
        bytes([ACC, 0x01, 0x01]),
        bytes([GYRO, 0x01, 0x01]),
    ]
