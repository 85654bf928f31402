"""``spinesense virtual-sensor``: a software Bluetooth sensor for other processes."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

import click

from spinesense.cli.options import SEED
from spinesense.cli.output import say

if TYPE_CHECKING:
    from spinesense.sensors.virtual.firmware import Firmware
    from spinesense.sensors.virtual.peripheral import Peripheral
    from spinesense.sensors.virtual.sensor import VirtualSensor

DEVICES = ("witmotion", "movesense", "polar", "open")
ADDRESS = "C0:DE:5E:15:0E:01"
DEFAULT_LINK = "tcp:9787"


@click.command()
@click.option("--device", type=click.Choice(DEVICES), default="open", show_default=True)
@click.option("--exercise", default="", help="What its wearer does over and over: an exercise id.")
@click.option(
    "--hold", "hold_s", type=click.FloatRange(0.0, 60.0), default=0.0, help="Seconds at each peak."
)
@click.option("--link", default=DEFAULT_LINK, show_default=True, help="tcp:PORT or tcp:HOST:PORT.")
@click.option("--seed", default=1, type=SEED, show_default=True, help="What varies by chance.")
@click.option(
    "--lost", type=click.FloatRange(0.0, 1.0), default=0.0, help="Share of packets lost on the way."
)
@click.option(
    "--drop-every", type=click.FloatRange(min=1.0), help="Go out of reach after so many seconds."
)
@click.option(
    "--drop-for", type=click.FloatRange(min=0.1), default=3.0, show_default=True, help="Seconds."
)
def command(
    device: str,
    exercise: str,
    hold_s: float,
    link: str,
    seed: int,
    lost: float,
    drop_every: float | None,
    drop_for: float,
) -> None:
    """Be a Bluetooth sensor worn by a simulated person, until Ctrl-C.

    It advertises, waits to be unlocked and set as the real one does, and streams. Use it from
    another window: spinesense coach --sensor ble --link tcp:9787
    """
    from spinesense.app.sensors import needs_bumble

    try:
        import bumble  # noqa: F401  # the extra "sim"
    except ImportError as problem:
        raise needs_bumble() from problem
    make = partial(_sensor, device, exercise, hold_s, seed, lost)
    with suppress(KeyboardInterrupt):
        asyncio.run(_serve(make, link, drop_every, drop_for))


def _sensor(device: str, exercise: str, hold_s: float, seed: int, lost: float) -> "VirtualSensor":
    """The sensor, on its wearer."""
    from spinesense.sensors.virtual.sensor import Luck, VirtualSensor
    from spinesense.sensors.virtual.wearer import AT_DESK, Wearer, exercising

    script = exercising(exercise, hold_s=hold_s) if exercise else AT_DESK
    wearer = Wearer(seed, script)
    return VirtualSensor(firmware(device), wearer, seed=seed, luck=Luck(lost_fraction=lost))


async def _serve(
    make: Callable[[], "VirtualSensor"], link: str, drop_every_s: float | None, drop_for_s: float
) -> None:
    from spinesense.sensors.virtual.air import Air
    from spinesense.sensors.virtual.link import lent, parse_link
    from spinesense.sensors.virtual.peripheral import Peripheral

    host, wanted_port = parse_link(link)
    air = Air()
    sensor = make()
    peripheral = Peripheral(air, sensor, ADDRESS)
    async with lent(air, host, wanted_port) as port:
        await peripheral.start()
        say(
            f"spinesense: {sensor.firmware.name} is on (simulated); in another window: "
            f"spinesense coach --sensor ble --link tcp:{host}:{port}",
            err=True,
        )
        if drop_every_s is None:
            await asyncio.Event().wait()
        else:
            await _come_and_go(peripheral, drop_every_s, drop_for_s)


async def _come_and_go(peripheral: "Peripheral", every_s: float, for_s: float) -> None:
    while True:
        await asyncio.sleep(every_s)
        say("spinesense: out of reach.", err=True)
        await peripheral.vanish()
        await asyncio.sleep(for_s)
        await peripheral.come_back()
        say("spinesense: in reach again.", err=True)


def firmware(device: str) -> "Firmware":
    """The program of a kind of sensor, one of ``DEVICES``."""
    from spinesense.sensors.virtual.movesense import Movesense
    from spinesense.sensors.virtual.open_board import OpenBoard
    from spinesense.sensors.virtual.verity import VeritySense
    from spinesense.sensors.virtual.wt901 import Wt901

    kinds: dict[str, type[Firmware]] = {
        "witmotion": Wt901,
        "movesense": Movesense,
        "polar": VeritySense,
        "open": OpenBoard,
    }
    return kinds[device]()
