"""The pages before a session: what they show at every size, and which key says what."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from tests.tui.looking import screen_lines, screen_text, until
from tests.tui.scenes import HOME, MOVE, RememberingRun
from textual.pilot import Pilot

from spinesense.coaching.progression.red_flags import RED_FLAGS
from spinesense.model.asking import Ask, AskKind, Option
from spinesense.model.errors import FileError
from spinesense.tui.app import SpinesenseApp
from spinesense.tui.launch import Launch, LaunchKind

SIZES = [(60, 20), (80, 24), (120, 40)]
FLAGS = Ask(id="flags", kind=AskKind.FLAGS, title="Before the first time", text=("Ask first.",))
CHANGES = Ask(
    id="changes",
    kind=AskKind.CHOICE,
    title="What changes today",
    text=("Bridge: 10 repetitions instead of 8, because all went well.",),
    options=(Option("enter", "Go on", "go on"), Option("u", "Leave it as it was", "undo")),
)
CLOSED = Ask(id="limits", kind=AskKind.CLOSED, title="Enough for now", text=("Rest today.",))


class Pages:
    """Pages one after another, which remember their answers."""

    def __init__(self, *asks: Ask) -> None:
        self.asks = list(asks)
        self.answers: list[tuple[str, str]] = []

    def next(self) -> Ask | None:
        return self.asks[0] if self.asks else None

    def answer(self, ask: Ask, value: str) -> None:
        self.answers.append((ask.id, value))
        self.asks.pop(0)


@asynccontextmanager
async def asking(
    pages: Pages, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[SpinesenseApp, Pilot[None]]]:
    app = SpinesenseApp(
        lambda _: RememberingRun([MOVE]),
        lambda: HOME,
        Launch(LaunchKind.COACH, "daily"),
        consult=lambda _: pages,
    )
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "One moment" not in screen_text(app))
        yield app, pilot


@pytest.mark.parametrize("size", SIZES)
async def test_all_first_questions_and_their_answers_are_on_one_screen(
    size: tuple[int, int],
) -> None:
    pages = Pages(FLAGS)
    async with asking(pages, size) as (app, pilot):
        await pilot.press("n", "y")
        await pilot.pause()
        lines = screen_lines(app)
        for flag in RED_FLAGS:
            assert any(flag.question[:35] in line for line in lines), flag.id
        (first, second) = (
            next(line for line in lines if flag.question[:35] in line) for flag in RED_FLAGS[:2]
        )
        assert "[no]" in first
        assert "[yes]" in second
        assert any("› " in line and RED_FLAGS[2].question[:35] in line for line in lines)
        assert "Esc Back" in screen_text(app)
        assert "Enter Done" not in screen_text(app), "not all are answered"


async def test_the_first_questions_are_given_when_all_are_answered() -> None:
    pages = Pages(FLAGS)
    async with asking(pages) as (app, pilot):
        await pilot.press("n", "y", "enter", "n", "n", "n", "n", "n", "n", "y")
        assert pages.answers == []
        await pilot.press("up", "up", "up", "up", "up", "up", "up", "n", "enter")
        await until(pilot, lambda: bool(pages.answers))
        assert pages.answers == [("flags", "osteoporosis")]
        await until(pilot, lambda: "Rep 3 of 8" in screen_text(app))


@pytest.mark.parametrize(("keys", "value"), [
    (["enter"], "go on"),
    (["u"], "undo"),
    (["down", "enter"], "undo"),
    (["x", "y", "down", "down", "up", "enter"], "go on"),
])  # fmt: skip
async def test_an_option_is_chosen_by_its_key_or_by_pointing(keys: list[str], value: str) -> None:
    pages = Pages(CHANGES)
    async with asking(pages) as (app, pilot):
        text = screen_text(app)
        assert "What changes today" in text
        assert "› Enter  Go on" in text
        assert "  U      Leave it as it was" in text
        await pilot.press(*keys)
        await until(pilot, lambda: bool(pages.answers))
        assert pages.answers == [("changes", value)]


async def test_a_closed_day_leads_home_only() -> None:
    pages = Pages(CLOSED)
    async with asking(pages) as (app, pilot):
        assert "Rest today." in screen_text(app)
        assert screen_lines(app)[-1].split() == ["Esc", "Back"]
        await pilot.press("enter", "y", "escape")
        await until(pilot, lambda: "Sitting watch" in screen_text(app))
        assert pages.answers == []


async def test_without_pages_the_session_begins() -> None:
    async with asking(Pages()) as (app, pilot):
        await until(pilot, lambda: "Rep 3 of 8" in screen_text(app))


async def test_what_cannot_be_read_is_said_in_one_sentence() -> None:
    class Locked(Pages):
        def next(self) -> Ask | None:
            raise FileError("another program keeps the history locked", remedy="close it")

    async with asking(Locked()) as (app, pilot):
        assert "keeps the history locked; close it." in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: "Sitting watch" in screen_text(app))
