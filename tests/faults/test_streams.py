"""What the question of streams finds: faults that were planted, and none in the program."""

from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest
from benchmarks.faults import streams
from benchmarks.faults.streams import Listeners, Said
from benchmarks.faults.table import Row, Run
from tests.sensors.living import DEVICES, packets

from spinesense.model.events import SignalFault
from spinesense.model.packets import Packet
from spinesense.sensors.bluetooth.duplicates import Doubled

DIED_S = 5.0


class PassesAll(Doubled):
    """Leaves nothing out, and says nothing."""

    def take(self, packet: Packet) -> list[Packet]:
        return [packet]


class PassesHalf(Doubled):
    """Leaves out more than the copies."""

    _number = 0

    def take(self, packet: Packet) -> list[Packet]:
        self._number += 1
        return super().take(packet) if self._number % 20 < 10 else []


def says_nothing(_: str, stream: Iterable[Packet]) -> Said:
    return [(packet.arrival_s, SignalFault.STUCK) for packet in stream][-1:]


def says_it_early(_: str, stream: Iterable[Packet]) -> Said:
    return [(packet.arrival_s, SignalFault.DEAD) for packet in stream]


def tried_death(by: Listeners) -> Row:
    row = Row("death")
    stream = packets(DEVICES["witmotion"][1], DIED_S, "last", "both")
    streams.try_death("witmotion", stream, DIED_S, row, by)
    return row


def test_a_death_that_is_said_is_no_finding() -> None:
    assert not list(tried_death(Listeners()).findings())


def test_a_death_that_is_not_said_is_found() -> None:
    assert "nothing was said" in "".join(tried_death(Listeners(said=says_nothing)).untrue)


def test_what_is_said_too_early_is_found() -> None:
    assert "said before" in "".join(tried_death(Listeners(said=says_it_early)).untrue)
    row = Row("life")
    streams.try_life("witmotion", 2.0, row, Listeners(said=says_it_early))
    assert row.untrue


def test_copies_that_pass_are_found() -> None:
    row = Row("copies")
    streams.try_copies("witmotion", 2, row, Listeners(copies=PassesAll))
    assert row.doubled
    assert row.untrue
    streams.try_copies("witmotion", 2, row, Listeners(copies=PassesHalf))
    assert row.lost


@pytest.mark.slow
def test_every_death_of_every_sensor_is_said(tmp_path: Path) -> None:
    rows = list(streams.ask(Run(tmp_path, Random(1), full=False)))
    assert [sentence for row in rows for sentence in row.findings()] == []
