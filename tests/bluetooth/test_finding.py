"""Which sensor is meant, with several on the air."""

import pytest
from tests.bluetooth.band import address, band
from tests.bluetooth.fast_loop import run_fast

from spinesense.model.errors import SensorError
from spinesense.sensors.bluetooth.finding import find
from spinesense.sensors.devices import DEVICES
from spinesense.sensors.virtual.firmware import Service
from spinesense.sensors.virtual.open_board import OpenBoard
from spinesense.sensors.virtual.wt901 import Wt901


class Bulb(OpenBoard):
    """Something else that speaks Bluetooth."""

    name = "Bulb"
    services = (Service("0000fe59-0000-1000-8000-00805f9b34fb", ()),)
    advertised_uuids = ("0000fe59-0000-1000-8000-00805f9b34fb",)


class Empty(Wt901):
    """Called like a sensor, without what a sensor has."""

    services = (Service("0000ffe5-0000-1000-8000-00805f9a34fb", ()),)


def found(wanted: str) -> str:
    """Address of the sensor found among a board, two WT901 and a bulb."""

    async def main() -> str:
        async with band() as air:
            for firmware in (OpenBoard(), Wt901(), Wt901(), Bulb()):
                await air.add(firmware)
            return (await find(air.radio(), wanted, DEVICES)).address

    return run_fast(20.0, main())


@pytest.mark.parametrize("wanted", ["Virtual Spine", "virtual", address(0), address(0).lower()])
def test_one_that_is_named_is_found(wanted: str) -> None:
    assert found(wanted) == address(0)


@pytest.mark.parametrize("wanted", ["WT901BLE67", "wt", ""])
def test_a_name_of_two_is_refused_with_the_address_to_use(wanted: str) -> None:
    with pytest.raises(SensorError, match=r"sensors match .*--sensor ble:C0:11"):
        found(wanted)


@pytest.mark.parametrize("wanted", ["Bulb", address(3)])
def test_a_device_of_another_kind_is_refused(wanted: str) -> None:
    with pytest.raises(SensorError, match="Bulb is no sensor that spinesense knows"):
        found(wanted)


@pytest.mark.parametrize("wanted", ["Nobody", address(9)])
def test_one_that_is_not_there_is_refused(wanted: str) -> None:
    with pytest.raises(SensorError, match="no such sensor was heard within 15 s"):
        found(wanted)
