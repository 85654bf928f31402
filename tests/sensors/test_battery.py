"""Battery levels beside the data."""

from spinesense.model.packets import BATTERY_CHANNEL, Packet
from spinesense.sensors.devices import decoder_for

FRAME = bytes.fromhex("55612706bc0179065500e7fec4fa3e00eaff0000")


def battery(arrival_s: float, payload: bytes) -> Packet:
    return Packet(arrival_s, BATTERY_CHANNEL, payload)


def test_a_level_between_packets_is_read_and_disturbs_nothing() -> None:
    halves = Packet(0.0, "ffe4", FRAME[:9]), Packet(0.2, "ffe4", FRAME[9:])
    decoded = decoder_for("witmotion").decode([halves[0], battery(0.1, b"\x49"), halves[1]])
    assert decoded.battery_percent == 73
    assert decoded.block is not None
    assert not decoded.bad


def test_what_is_no_level_is_a_bad_packet() -> None:
    decoded = decoder_for("open").decode([battery(0.0, b""), battery(0.1, b"\x65")])
    assert [bad.arrival_s for bad in decoded.bad] == [0.0, 0.1]
    assert decoded.battery_percent is None
