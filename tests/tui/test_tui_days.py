"""The pages of a day and of a week: what they show at every size, and where their keys lead."""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest
from tests.tui.days import EMPTY, MINUTES, PART, TODAY, WHOLE, Kept
from tests.tui.looking import screen_lines, screen_text, until
from tests.tui.scenes import HOME, SIT_ALERT, SIT_CALM, RememberingRun
from textual.pilot import Pilot

from spinesense.model.day import DayView, Stay
from spinesense.model.errors import FileError
from spinesense.tui.app import SpinesenseApp
from spinesense.tui.launch import Launch, LaunchKind
from spinesense.tui.screens import day as day_screen
from spinesense.tui.screens.day import DayScreen
from spinesense.tui.screens.home import HomeScreen
from spinesense.tui.screens.sit import SitScreen
from spinesense.tui.screens.week import WeekScreen

SIZES = [(80, 24), (120, 40)]
MONDAY = replace(WHOLE, date="2026-11-23", simulated=True)
TUESDAY = replace(PART, date="2026-11-24")

MUST_SHOW: dict[str, tuple[DayView, list[str]]] = {
    "whole": (
        WHOLE,
        [
            "Today, Wednesday 25 November 2026",
            "Worn 6 h 55 min of 9 h, from 8:04 to 17:04",
            "5 h 33 min",
            "Not worn",
            "Unclear",
            "╌╌╌",
            "from 15:10",
            "of 30",
            "4 240",
            "23, 4 deep, 2 held",
            "3 to 5",
            "9 times",
            "┣━",
            "← Day before",
            "W Week",
            "Esc Back",
        ],
    ),
    "part": (PART, ["Worn all of 2 h 1 min", "Under 4 h so far", "from 9:05"]),
    "minutes": (MINUTES, ["Worn all of 11 min", "That is too little so far for figures."]),
    "empty": (EMPTY, ["Nothing was watched today yet.", "spinesense sit"]),
    "simulated": (replace(WHOLE, simulated=True), ["SIMULATED"]),
}


PAGE = Launch(LaunchKind.DAY)


@asynccontextmanager
async def keeping(
    kept: Kept, size: tuple[int, int] = (80, 24), first: Launch | None = PAGE
) -> AsyncIterator[tuple[SpinesenseApp, RememberingRun, Pilot[None]]]:
    """An app over these days, at first on the page of today."""
    run = RememberingRun([SIT_CALM])
    app = SpinesenseApp(lambda _: run, lambda: HOME, first, days=kept)
    async with app.run_test(size=size, notifications=True) as pilot:
        await until(pilot, lambda: first is None or bool(kept.asked) or bool(run.publish))
        await pilot.pause(0.1)
        yield app, run, pilot


@pytest.mark.parametrize("name", MUST_SHOW)
async def test_a_day_shows_what_it_must(name: str) -> None:
    view, must = MUST_SHOW[name]
    async with keeping(Kept(view)) as (app, _, pilot):
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            text = screen_text(app)
            missing = [words for words in must if words not in text]
            assert not missing, text


async def test_figures_are_withheld_where_too_little_was_worn() -> None:
    for size in SIZES:
        async with keeping(Kept(MINUTES), size) as (app, _, _):
            text = screen_text(app)
            for figure in ("Longest", "Steps", "4 240", "minutes walked", "Bends"):
                assert figure not in text
    async with keeping(Kept(PART)) as (app, _, _):
        assert "of 30 min" not in screen_text(app)
        assert "0 min seen" in screen_text(app)


async def test_a_day_has_its_large_numbers_where_there_is_room() -> None:
    async with keeping(Kept(), (120, 40)) as (app, _, _):
        text = screen_text(app)
        for words in ("hours sat on end, from 15:10", "minutes walked of 30", "██"):
            assert words in text
        assert "Shifts an hour" not in text, "each figure is there once"


async def test_the_smallest_terminal_shows_lanes_figures_and_keys() -> None:
    async with keeping(Kept(), (60, 20)) as (app, _, pilot):
        text = screen_text(app)
        for words in ("Walking ", "Sat on end", "Pain", "Longest sitting", "Prompts", "Esc Back"):
            assert words in text
        await pilot.press("w")
        await until(pilot, lambda: "Wed 25" in screen_text(app))
        assert "Esc Back" in screen_text(app)


async def test_without_colour_the_words_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    async with keeping(Kept()) as (app, _, _):
        coloured = screen_text(app)
    monkeypatch.setenv("NO_COLOR", "1")
    async with keeping(Kept()) as (app, _, _):
        assert screen_text(app) == coloured


async def test_keys_go_from_day_to_day_and_never_past_today() -> None:
    kept = Kept()
    async with keeping(kept) as (app, _, pilot):
        assert "→ Day after" not in screen_text(app)
        assert "T Today" not in screen_text(app)
        await pilot.press("right")
        assert kept.asked == [TODAY]
        await pilot.press("left", "left")
        await until(pilot, lambda: "Monday 23 November 2026" in screen_text(app))
        assert "Today," not in screen_text(app)
        await pilot.press("right")
        await until(pilot, lambda: "Tuesday 24 November 2026" in screen_text(app))
        assert "→ Day after" in screen_text(app)
        await pilot.press("left", "t")
        await until(pilot, lambda: "Today, Wednesday 25" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))


@pytest.mark.parametrize("size", SIZES)
async def test_a_week_has_a_line_for_each_day_and_a_mean_of_those_worn_enough(
    size: tuple[int, int],
) -> None:
    async with keeping(Kept(others=[MONDAY, TUESDAY]), size) as (app, _, pilot):
        await pilot.press("w")
        await until(pilot, lambda: "Week, 23 to 29 November 2026" in screen_text(app))
        await pilot.pause(0.1)
        lines = screen_lines(app)
        text = "\n".join(lines)
        (pointed,) = [line for line in lines if "›" in line]
        assert "Wed 25" in pointed
        for words in (
            "Mon 23 ",
            "Tue 24*",
            "Thu 26  still to come",
            "Sun 29",
            "6:55 of 9:00",
            "13/30",
            "3-5",
            "4 240",
            "SIMULATED",
            "* worn under 4 h: not in the mean of 2 days.",
            "╌ not worn",
            "Enter Open",
            "← Week before",
        ):
            assert words in text, text
        (mean,) = [line for line in lines if "Mean" in line]
        assert "6:55 of 9:00" in mean
        assert "→ Week after" not in text


async def test_a_missing_day_of_a_week_is_said_to_be_missing() -> None:
    async with keeping(Kept()) as (app, _, pilot):
        await pilot.press("w")
        await until(pilot, lambda: "Mon 23  not watched" in screen_text(app))


async def test_enter_opens_a_day_of_the_week_and_escape_leads_back() -> None:
    kept = Kept(others=[MONDAY, TUESDAY])
    async with keeping(kept) as (app, _, pilot):
        await pilot.press("w")
        await until(pilot, lambda: "Mon 23" in screen_text(app))
        await pilot.press("up", "up", "enter")
        await until(pilot, lambda: "Monday 23 November 2026" in screen_text(app))
        assert "SIMULATED" in screen_text(app)
        await pilot.press("w")
        await until(pilot, lambda: "› Mon 23" in screen_text(app))
        await pilot.press("left")
        await until(pilot, lambda: "Nothing was watched in this week." in screen_text(app))
        await pilot.press("right")
        await until(pilot, lambda: "› Mon 23" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Monday 23 November 2026" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HomeScreen))


async def test_days_still_to_come_cannot_be_opened() -> None:
    async with keeping(Kept()) as (app, _, pilot):
        await pilot.press("w")
        await until(pilot, lambda: "Thu 26  still to come" in screen_text(app))
        await pilot.press("end")
        await pilot.pause()
        (pointed,) = [line for line in screen_lines(app) if "›" in line]
        assert "Wed 25" in pointed


@pytest.mark.parametrize("keys", [["t"], ["down"] * 3 + ["down", "enter"]])
async def test_home_opens_today(keys: list[str]) -> None:
    async with keeping(Kept(), first=None) as (app, _, pilot):
        await until(pilot, lambda: "T  Your day and week" in screen_text(app))
        await pilot.press(*keys)
        await until(pilot, lambda: "Today, Wednesday 25" in screen_text(app))


async def test_the_sitting_watch_goes_on_under_the_page_and_still_prompts() -> None:
    async with keeping(Kept(), first=Launch(LaunchKind.SIT)) as (app, run, pilot):
        await pilot.press("t")
        await until(pilot, lambda: "Today, Wednesday 25" in screen_text(app))
        assert run.publish is not None
        run.publish(SIT_ALERT)
        await until(pilot, lambda: "TIME TO MOVE" in screen_text(app))
        assert isinstance(app.screen, DayScreen)
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, SitScreen))
        await until(pilot, lambda: "20:14 ago" in screen_text(app))
        assert not run.closed.is_set()


async def test_quitting_from_a_page_closes_the_run_beneath() -> None:
    class Full(RememberingRun):
        async def close(self) -> None:
            await super().close()
            raise_later.append(True)

    raise_later: list[bool] = []
    run = Full([SIT_CALM])
    app = SpinesenseApp(lambda _: run, lambda: HOME, Launch(LaunchKind.SIT), days=Kept())
    async with app.run_test() as pilot:
        await until(pilot, lambda: "sat since" in screen_text(app))
        await pilot.press("t")
        await until(pilot, lambda: "Today, Wednesday 25" in screen_text(app))
        await pilot.press("w")
        await until(pilot, lambda: isinstance(app.screen, WeekScreen))
        await pilot.press("ctrl+q")
        assert raise_later


async def test_today_is_looked_up_again_now_and_then_and_goes_past_midnight(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(day_screen, "REFRESH_S", 0.05)
    kept = Kept(PART)
    async with keeping(kept) as (app, _, pilot):
        kept.view = WHOLE
        await until(pilot, lambda: "Worn 6 h 55 min" in screen_text(app))
        kept.now = "2026-11-26"
        await until(pilot, lambda: "Today, Thursday 26 November 2026" in screen_text(app))
        await pilot.press("left")
        await until(pilot, lambda: "Wednesday 25 November 2026" in screen_text(app))
        await pilot.pause(0.1)
        seen = len(kept.asked)
        await pilot.pause(0.3)
        assert len(kept.asked) == seen, "another day is looked up once"


@pytest.mark.parametrize("page", [DayScreen, WeekScreen])
async def test_a_history_that_cannot_be_read_is_one_sentence(page: type) -> None:
    def damaged() -> None:
        raise FileError("this is no history", where="a.sqlite3", remedy="move it away")

    kept = Kept()
    async with keeping(kept) as (app, _, pilot):
        kept.trouble = damaged
        await pilot.press("w" if page is WeekScreen else "left")
        sentence = "a.sqlite3: this is no history; move it away."
        await until(pilot, lambda: sentence in screen_text(app))
        assert "Longest" not in screen_text(app)
        kept.trouble = lambda: None
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, page))


async def test_a_defect_is_one_sentence_and_reported() -> None:
    def broken() -> None:
        raise ZeroDivisionError("division by zero")

    for key in ("left", "w"):
        kept = Kept()
        async with keeping(kept) as (app, _, pilot):
            kept.trouble = broken
            await pilot.press(key)
            await until(pilot, lambda app=app: "ZeroDivisionError" in screen_text(app))  # type: ignore[misc]
            assert "Traceback" not in screen_text(app)


async def test_days_are_looked_up_beside_the_screen() -> None:
    threads = set()
    kept = Kept()
    kept.trouble = lambda: threads.add(threading.current_thread())
    async with keeping(kept) as (app, _, pilot):
        await pilot.press("w")
        await until(pilot, lambda: "Wed 25" in screen_text(app))
    assert threads
    assert threading.main_thread() not in threads


async def test_a_day_of_each_kind_alone_names_only_what_it_has() -> None:
    for stay, name in ((Stay.NOT_WORN, "Not worn"), (Stay.UNKNOWN, "Unclear")):
        view = replace(WHOLE, ribbon=tuple(one for one in WHOLE.ribbon if one.stay is not stay))
        async with keeping(Kept(view)) as (app, _, _):
            assert name not in screen_text(app)
