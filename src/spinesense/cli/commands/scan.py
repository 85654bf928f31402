"""``spinesense scan``: which sensors are around, and the one to use."""

import asyncio
import sys
from typing import TYPE_CHECKING

import click

from spinesense.cli.options import adapter_option
from spinesense.cli.output import say, say_json

if TYPE_CHECKING:
    from spinesense.model.search import SearchView

LISTED_S = 6.0
"""Sensors advertise at least every two seconds; some tell their name in every second answer."""


@click.command()
@click.option("--seconds", type=click.FloatRange(0.5, 600.0), help="List what was heard by then.")
@click.option("--json", "as_json", is_flag=True, help="List it as JSON.")
@click.option("--link", default="", help="tcp:HOST:PORT, where a virtual sensor is.")
@adapter_option
def command(seconds: float | None, as_json: bool, link: str) -> int:
    """Show the Bluetooth sensors around and choose the one to use.

    In a terminal the list is live, and Enter chooses. With --seconds, --json or in a pipe it is
    printed once; the exit code is 1 when no sensor was heard.
    """
    if not (seconds or as_json) and sys.stdin.isatty() and sys.stdout.isatty():
        from spinesense.app.tui_services import SessionOptions
        from spinesense.cli.tui_launcher import show
        from spinesense.tui.launch import Launch, LaunchKind

        show(SessionOptions(link=link), Launch(LaunchKind.SENSOR), None)
        return 0
    view = asyncio.run(_heard(seconds or LISTED_S, link))
    if as_json:
        say_json({"sensors": _rows(view), "others": view.others}, indent=2)
    else:
        _print(view)
    return 0 if view.sensors else 1


async def _heard(seconds: float, link: str) -> "SearchView":
    from spinesense.app.sensors import open_radio
    from spinesense.model.search import SearchView
    from spinesense.runner.sources.sensor_search import SensorSearch

    newest = SearchView()

    def keep(view: SearchView) -> None:
        nonlocal newest
        newest = view

    search = SensorSearch(open_radio(link), "", lambda *_: None)
    asyncio.get_running_loop().call_later(seconds, search.end)
    await search.run(keep)
    return newest


def _rows(view: "SearchView") -> list[dict[str, object]]:
    return [
        {
            "address": sensor.address,
            "name": sensor.name,
            "kind": sensor.kind,
            "rssi_dbm": round(sensor.rssi_dbm),
        }
        for sensor in view.sensors
    ]


def _print(view: "SearchView") -> None:
    for sensor in view.sensors:
        say(f"{sensor.address}  {sensor.rssi_dbm:4.0f} dBm  {sensor.name:<24} {sensor.kind}")
    others = f"; {view.others} other Bluetooth devices are around" if view.others else ""
    heard = f"{len(view.sensors)} sensors heard" if len(view.sensors) != 1 else "1 sensor heard"
    say(f"spinesense: {heard}{others}.", err=True)
    if not view.sensors:
        say(
            "spinesense: switch the sensor on, bring it near, and end its connection to any phone.",
            err=True,
        )
