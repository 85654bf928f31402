"""Polar: vectors of the vendor's tests, streams that are joined, and the negotiation."""

import struct

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.sensors.gatt import Notification, Talking
from tests.sensors.streams import (
    POLAR_ACC_DELTA,
    POLAR_ACC_RAW,
    POLAR_GYRO_DELTA,
    POLAR_GYRO_FLOAT,
    polar_at,
)

from spinesense.model.errors import SensorError
from spinesense.model.packets import BadPacket, Packet
from spinesense.model.samples import Decoded, ImuBlock, Ints
from spinesense.sensors.device import BATTERY_LEVEL_UUID, Advertisement
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.devices.polar.decoder import CONTROL_CHANNEL, DATA_CHANNEL
from spinesense.sensors.devices.polar.device import CONTROL_UUID, PolarDevice
from spinesense.sensors.devices.polar.frames import (
    ACC,
    GYRO,
    FrameError,
    parse_frame,
    parse_reply,
)

DEVICE = PolarDevice()
G = 9.80665
STARTED_ACC = bytes.fromhex("f002020000")
STARTED_GYRO = bytes.fromhex("f002050000")
# Possible settings of a gyro, from PmdSettingTest.kt.
GYRO_SETTINGS = bytes.fromhex("00013400010110000204f500f401e803d007040103")


def mg(payload: bytes, factors: dict[int, float] | None = None) -> list[list[float]]:
    values = parse_frame(payload, factors or {}).values / G * 1000
    return values.round(3).tolist()  # type: ignore[no-any-return]


def dps(payload: bytes, factors: dict[int, float] | None = None) -> list[list[float]]:
    values = np.degrees(parse_frame(payload, factors or {}).values)
    return values.round(4).tolist()  # type: ignore[no-any-return]


def packed(deltas: Ints, width: int) -> bytes:
    """Signed numbers of so many bits, one after the other, lowest bit first."""
    steps: list[int] = deltas.ravel().tolist()
    number: int = sum((step & (1 << width) - 1) << width * row for row, step in enumerate(steps))
    return number.to_bytes((deltas.size * width + 7) // 8, "little")


def compressed(kind: int, last_ns: int, rows: Ints, width: int) -> bytes:
    head = struct.pack("<BQB", kind, last_ns, 0x81 if kind == ACC else 0x80)
    first = rows[:1].astype("<i2").tobytes()
    steps = np.diff(rows, axis=0)
    return head + first + bytes([width, len(steps)]) + packed(steps, width)


def test_uncompressed_acceleration() -> None:
    frame = parse_frame(POLAR_ACC_RAW, {})
    assert (frame.kind, frame.last_ns) == (ACC, 2_000_000_000)
    assert mg(POLAR_ACC_RAW) == [[-9, -1, 999], [-8, -2, 997]]


def test_compressed_acceleration() -> None:
    assert mg(POLAR_ACC_DELTA) == [[-15, 20, 1008], [-20, 17, 1008]]


def test_compressed_acceleration_of_ten_bits_with_a_factor() -> None:
    # The beginning of a frame in AccDataTest.kt, with the one delta that is spelled out there.
    payload = bytes.fromhex("02009435770000000080") + bytes.fromhex("7107F06A9E8D0A01BE5CBE3A")
    factor = 2.44e-4
    expected = np.array([[1905, 27376, -29282], [2095, 27271, -29367]]) * factor * 1000
    assert mg(payload, {ACC: factor}) == expected.round(3).tolist()


def test_the_excerpt_of_a_real_frame() -> None:
    # Polar SDK issue 443, a Verity Sense; cut to the first two of its deltas.
    excerpt = bytes.fromhex("0200416FC41245930A81EE021FFE82FF080210DA20D6A30B")
    frame = parse_frame(excerpt, {})
    assert frame.last_ns == 762_028_708_863_099_136
    assert mg(excerpt) == [[750, -481, -126], [766, -519, -94], [724, -612, -83]]


def test_compressed_rotation_with_and_without_a_factor() -> None:
    assert dps(POLAR_GYRO_DELTA) == [[-22, 8, 13], [-23, 11, 16]]
    assert dps(POLAR_GYRO_DELTA, {GYRO: 0.5}) == [[-11, 4, 6.5], [-11.5, 5.5, 8]]


def test_compressed_rotation_of_floats() -> None:
    bits = [0x3F800000 + 0x1A00000, 0x41200000 + 0x0800000, 0x41A00000 + 0xFDECCCCD & 0xFFFFFFFF]
    second = [struct.unpack("<f", struct.pack("<I", each))[0] for each in bits]
    values = dps(POLAR_GYRO_FLOAT)
    assert values[0] == [1, 10, 20]
    assert values[1] == pytest.approx(second, abs=1e-4)


@given(
    st.integers(0, 16).flatmap(
        lambda width: st.tuples(
            st.just(width),
            st.lists(
                st.tuples(*[st.integers(-(1 << width >> 1), max(0, (1 << width >> 1) - 1))] * 3),
                min_size=1,
                max_size=60,
            ),
        )
    )
)
def test_deltas_of_any_width_come_back(case: tuple[int, list[tuple[int, int, int]]]) -> None:
    width, steps = case
    rows = np.cumsum([(100, -200, 300), *steps], axis=0)
    payload = struct.pack("<BQB", ACC, 5, 0x81) + rows[0].astype("<i2").tobytes()
    payload += bytes([width, len(steps)]) + packed(np.array(steps), width)
    assert mg(payload) == rows.tolist()


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        (POLAR_ACC_RAW[:9], "9 bytes are too few for a frame"),
        (POLAR_ACC_RAW[:10], "0 bytes are no samples of three axes"),
        (POLAR_ACC_RAW[:-1], "11 bytes are no samples of three axes"),
        (POLAR_ACC_DELTA[:12], "a compressed frame without its first sample"),
        (POLAR_ACC_DELTA[:-1], "a compressed frame that is cut short"),
        (POLAR_ACC_DELTA[:17], "a compressed frame that is cut short"),
        (b"\x01" + POLAR_ACC_RAW[1:], "measurement 1 in frame type 0x01 is not known"),
        (POLAR_GYRO_DELTA[:9] + b"\x02" + bytes(12), "measurement 5 in frame type 0x02 is not kno"),
    ],
)
def test_what_is_no_frame_is_named(payload: bytes, reason: str) -> None:
    with pytest.raises(FrameError, match=reason):
        parse_frame(payload, {})


def test_replies_tell_settings_and_factor() -> None:
    reply = parse_reply(b"\xf0\x01\x05\x00\x00" + GYRO_SETTINGS)
    assert reply.settings == {0: (52,), 1: (16,), 2: (245, 500, 1000, 2000), 4: (3,)}
    assert reply.factor is None
    started = parse_reply(bytes.fromhex("f0020500000501") + struct.pack("<f", 0.0625))
    assert started.factor == 0.0625
    assert parse_reply(bytes.fromhex("f0010607")).error == 7
    for broken in (b"\xf0\x01", b"\x0f\x01\x05\x00\x00", b"\xf0\x01\x05\x00\x00\x00\x02\x34"):
        with pytest.raises(FrameError):
            parse_reply(broken)


def decode(packets: list[Packet]) -> Decoded:
    return decoder_for("polar").decode(packets)


def block_of(decoded: Decoded) -> ImuBlock:
    assert decoded.block is not None
    return decoded.block


BEGIN_NS = 762_028_708_000_000_000


def worn(
    *, seconds: float = 10.0, rate_hz: float = 52.0, gyro: bool = True, offset_s: float = 0.004
) -> list[Packet]:
    """A simulated Verity Sense that turns to and fro; frames of 36 samples, 1 s late."""
    times_s = np.arange(round(seconds * rate_hz)) / rate_hz
    packets = [Packet(0.0, CONTROL_CHANNEL, STARTED_ACC)]
    if gyro:
        packets.append(Packet(0.0, CONTROL_CHANNEL, STARTED_GYRO))
    for kind, late_s in [(ACC, 0.0), (GYRO, offset_s)][: 1 + gyro]:
        taken_s = times_s + late_s
        slow = np.round(1000 * np.sin(np.column_stack([taken_s, taken_s + 1, taken_s + 2])))
        for start in range(0, len(times_s) - 35, 36):
            last_s = float(taken_s[start + 35])
            frame = compressed(
                kind, BEGIN_NS + round(last_s * 1e9), slow[start : start + 36].astype(np.int64), 10
            )
            packets.append(Packet(last_s + 0.1 + late_s, DATA_CHANNEL, frame))
    return sorted(packets, key=lambda packet: packet.arrival_s)


def test_acceleration_and_rotation_are_joined_by_their_time() -> None:
    decoded = decode(worn())
    block = block_of(decoded)
    assert not decoded.bad
    assert not block.counted
    assert block.device_time_s is not None
    # All but the end, where the rotation that belongs to it has not come yet.
    assert 14 * 36 - 2 <= len(block) <= 14 * 36
    assert np.diff(block.device_time_s) == pytest.approx(1 / 52, abs=1e-6)
    acc_phase = np.arcsin(np.clip(block.acc_mps2[:60, 0] / G, -1, 1))
    gyr_phase = np.arcsin(np.clip(np.degrees(block.gyr_radps[:60, 0]) / 1000, -1, 1))
    # The gyro is read 4 ms later; the neighbouring sample would be 15 or 23 ms off.
    np.testing.assert_allclose(gyr_phase - acc_phase, 0.004, atol=0.002)


def test_a_lost_frame_of_rotation_costs_the_samples_of_its_time_and_is_named() -> None:
    packets = worn()
    lost = [row for row, each in enumerate(packets) if each.payload[0] == GYRO][5]
    decoded = decode([*packets[:lost], *packets[lost + 1 :]])
    whole = block_of(decode(packets))
    assert len(block_of(decoded)) == len(whole) - 36
    assert [bad.reason for bad in decoded.bad] == ["36 acceleration samples without angular rate"]
    clock_s = block_of(decoded).device_time_s
    assert clock_s is not None
    assert sorted(np.diff(clock_s))[-1] == pytest.approx(37 / 52, abs=1e-3)


def test_without_a_gyro_the_acceleration_comes_by_itself() -> None:
    decoded = decode(worn(gyro=False, rate_hz=100.0))
    block = block_of(decoded)
    assert len(block) == 27 * 36
    assert np.isnan(block.gyr_radps).all()
    assert block.device_time_s is not None
    assert np.diff(block.device_time_s) == pytest.approx(0.01, abs=1e-6)


def test_a_clock_that_is_set_anew_goes_on_by_arrival_time() -> None:
    packets = worn(gyro=False)
    half = len(packets) // 2
    moved = [
        Packet(
            each.arrival_s,
            each.channel,
            polar_at(each.payload, int.from_bytes(each.payload[1:9], "little") - BEGIN_NS),
        )
        for each in packets[half:]
    ]
    before, after = block_of(decode(packets)), block_of(decode([*packets[:half], *moved]))
    assert before.device_time_s is not None
    assert after.device_time_s is not None
    np.testing.assert_allclose(after.device_time_s, before.device_time_s, atol=0.002)


def test_a_frame_from_the_past_is_named() -> None:
    frames = [polar_at(POLAR_ACC_RAW, BEGIN_NS + step) for step in (0, 40_000_000, 20_000_000)]
    decoded = decode([Packet(0.04 * row, DATA_CHANNEL, each) for row, each in enumerate(frames)])
    assert decoded.bad == (BadPacket(0.08, "a frame from before the last one"),)
    assert len(block_of(decoded)) == 4


def test_it_is_known_by_its_name() -> None:
    assert DEVICE.recognises(Advertisement("AA", "Polar Sense 8C4CAD2F", -50))
    assert DEVICE.recognises(Advertisement("AA", "Polar H10 7A4B1C2D", -50))
    assert not DEVICE.recognises(Advertisement("AA", "Polar Vantage V2", -50))


ACC_SETTINGS = {
    "verity": bytes.fromhex("000134000101100002040200040008001000040103"),
    "h10": bytes.fromhex("0004190032006400c800010110000203020004000800"),
}


def sensor(kind: str, error: int = 0) -> Talking:
    features = 1 << ACC | (1 << GYRO if kind == "verity" else 0)

    def answers(uuid: str, payload: bytes) -> list[Notification]:
        head = b"\xf0" + payload[:2] + bytes([error, 0])
        settings = b""
        if payload[0] == 1:
            settings = GYRO_SETTINGS if payload[1] == GYRO else ACC_SETTINGS[kind]
        return [(CONTROL_UUID, head + settings)]

    reads = {BATTERY_LEVEL_UUID: b"\x32", CONTROL_UUID: bytes([0x0F, features, 0])}
    return Talking(reads, answers)


async def test_a_verity_sense_is_asked_for_what_it_offers() -> None:
    gatt = sensor("verity")
    profile = await DEVICE.start(gatt, 100.0)
    assert [payload for _, payload in gatt.written] == [
        "0102",
        "0202000134000101100002010800040103",
        "0105",
        "020500013400010110000201d007040103",
    ]
    assert (profile.nominal_rate_hz, profile.has_gyro) == (52.0, True)
    assert await DEVICE.battery_percent(gatt) == 50


async def test_an_h10_has_acceleration_only() -> None:
    gatt = sensor("h10")
    profile = await DEVICE.start(gatt, 90.0)
    assert [payload for _, payload in gatt.written] == ["0102", "0202000164000101100002010800"]
    assert (profile.nominal_rate_hz, profile.has_gyro) == (100.0, False)
    await DEVICE.stop(gatt)
    assert [payload for _, payload in gatt.written[2:]] == ["0302", "0305"]


@pytest.mark.parametrize(
    ("error", "what"), [(13, "take it out of its charger"), (5, "refuses to measure .error 5.")]
)
async def test_a_refusal_says_what_to_do(error: int, what: str) -> None:
    with pytest.raises(SensorError, match=what):
        await DEVICE.start(sensor("verity", error), 52.0)
