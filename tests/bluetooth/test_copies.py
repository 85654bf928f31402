"""However often a computer delivers each notification, each is passed on once."""

import pytest

from spinesense.model.packets import Packet
from spinesense.sensors.bluetooth.duplicates import Doubled


@pytest.mark.parametrize("times", [1, 2, 3, 4, 5, 6, 7])
def test_of_any_number_of_each_one_is_passed_on(times: int) -> None:
    payloads = [bytes([row % 251, row // 251]) for row in range(400)]
    doubled, out = Doubled(), []
    for row, payload in enumerate(payloads):
        for copy in range(times):
            out += doubled.take(Packet(row / 100 + copy / 1e4, "ffe4", payload))
    assert [packet.payload for packet in out] == payloads
    assert doubled.copies == len(payloads) * (times - 1)
    assert bool(doubled.message) == (times > 1)
