"""Choosing a sensor: lines that keep their places, by keys alone, at both sizes."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from tests.tui.looking import screen_lines, screen_text, until
from tests.tui.scenes import HOME, RememberingRun
from textual.pilot import Pilot

from spinesense.model.errors import SensorError
from spinesense.model.search import HeardSensor, SearchView
from spinesense.tui.app import SpinesenseApp
from spinesense.tui.launch import Launch, LaunchKind
from spinesense.tui.screens.home import HomeScreen
from spinesense.tui.words import signal

BELT = HeardSensor("C0:11:22:33:44:55", "WT901BLE67", "WitMotion WT901BLE", -52.0)
OTHER = HeardSensor("C0:11:22:33:44:66", "Movesense 174630000192", "Movesense", -78.4)


class Heard:
    """A search that hears what it is told to."""

    def __init__(self, trouble: str = "") -> None:
        self.chosen: list[str] = []
        self.publish: Callable[[SearchView], None] | None = None
        self._trouble = trouble
        self._ended = asyncio.Event()

    async def run(self, publish: Callable[[SearchView], None]) -> None:
        if self._trouble:
            raise SensorError(self._trouble, remedy="switch it on")
        self.publish = publish
        await self._ended.wait()

    def choose(self, address: str) -> None:
        self.chosen.append(address)

    def end(self) -> None:
        self._ended.set()

    def hear(self, *sensors: HeardSensor, others: int = 0, chosen: str = "") -> None:
        assert self.publish
        self.publish(SearchView(sensors, others, chosen))


@asynccontextmanager
async def searching(
    search: Heard, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[SpinesenseApp, Pilot[None]]]:
    app = SpinesenseApp(
        lambda _: RememberingRun([]),
        lambda: HOME,
        Launch(LaunchKind.SENSOR),
        search=lambda: search,
    )
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "Simulated sensor" in screen_text(app))
        await pilot.pause(0.1)
        yield app, pilot


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_each_line_says_name_strength_and_address(size: tuple[int, int]) -> None:
    search = Heard()
    async with searching(search, size) as (app, pilot):
        await until(pilot, lambda: search.publish is not None)
        search.hear(BELT, OTHER, others=7, chosen=OTHER.address)
        await pilot.pause(0.1)
        lines = screen_lines(app)
        (belt,) = [line for line in lines if BELT.name in line]
        assert all(words in belt for words in ("▂▄▆█ strong", BELT.address, "WitMotion"))
        (other,) = [line for line in lines if OTHER.name in line]
        assert "✓ Movesense 174630000192  ▂▄   fair" in other
        text = "\n".join(lines)
        for words in ("2 heard", "7 other Bluetooth devices around", "Enter Use it", "any phone."):
            assert words in text


async def test_a_line_that_is_pointed_at_stays_so_while_others_come_and_go() -> None:
    search = Heard()
    async with searching(search) as (app, pilot):
        await until(pilot, lambda: search.publish is not None)
        search.hear(BELT)
        await pilot.press("down")
        search.hear(BELT, OTHER)
        await pilot.pause(0.1)
        (pointed,) = [line for line in screen_lines(app) if "›" in line]
        assert BELT.name in pointed
        search.hear(OTHER)
        await pilot.pause(0.1)
        (pointed,) = [line for line in screen_lines(app) if "›" in line]
        assert "Simulated sensor" in pointed


@pytest.mark.parametrize(("keys", "address"), [(("down",), BELT.address), ((), "")])
async def test_enter_uses_it_and_goes_home(keys: tuple[str, ...], address: str) -> None:
    search = Heard()
    async with searching(search) as (app, pilot):
        await until(pilot, lambda: search.publish is not None)
        search.hear(BELT)
        await pilot.pause(0.1)
        await pilot.press(*keys, "enter")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))
        assert search.chosen == [address]
        await pilot.press("b")
        await until(pilot, lambda: "Choose a sensor" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))


async def test_a_machine_that_cannot_listen_says_why() -> None:
    async with searching(Heard("Bluetooth is switched off")) as (app, pilot):
        await until(pilot, lambda: "Bluetooth is switched off; switch it on." in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))


def test_strength_is_drawn_and_named() -> None:
    assert [signal(dbm).split() for dbm in (-40, -65, -75, -95)] == [
        ["▂▄▆█", "strong"],
        ["▂▄▆", "good"],
        ["▂▄", "fair"],
        ["▂", "weak"],
    ]
