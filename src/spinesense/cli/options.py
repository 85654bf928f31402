"""Options that several commands share."""

from collections.abc import Callable
from typing import Any

import click

NUMBER = click.IntRange(1, 2**63 - 1)
"""Of a row of the history: no more fits into one."""
SEED = click.IntRange(0, 2**63 - 1)


def sensor_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--sensor``, ``--link`` and ``--adapter``."""
    sensor = click.option(
        "--sensor",
        default="",
        help="ble, ble:NAME or ble:ADDRESS; phone:sensorlogger or phone:phyphox=URL; sim or "
        "sim:desk for a simulated one. "
        "By default the one used last on this computer, otherwise sim.",
    )
    link = click.option("--link", default="", help="tcp:HOST:PORT, where a virtual sensor is.")
    return sensor(link(adapter_option(command)))


def adapter_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--adapter``, which goes for the whole run of the program."""

    def choose(_context: click.Context, _option: click.Parameter, name: str) -> None:
        from spinesense.app.bluetooth_adapter import choose_adapter

        choose_adapter(name)

    adapter = click.option(
        "--adapter",
        default="",
        metavar="HCI",
        callback=choose,
        expose_value=False,
        help="Which Bluetooth adapter to use where there are several, such as hci1 (Linux).",
    )
    return adapter(command)


def upper_option(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--upper``."""
    upper = click.option(
        "--upper",
        default="",
        help="A second sensor, over T12 where the chest begins: ble:NAME or ble:ADDRESS, or sim "
        "beside --sensor sim. The first one, over S2, still counts; both give lumbar flexion.",
    )
    return upper(command)
