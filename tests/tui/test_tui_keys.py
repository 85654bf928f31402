"""Keys say to the run what the person means, and nothing else."""

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from tests.tui.looking import opened, screen_text, showing, until
from tests.tui.scenes import (
    DONE,
    GET_READY,
    HOME,
    MOVE,
    PAIN_BEFORE,
    PAUSED,
    REPLAYED,
    SCENES,
    SIT_ALERT,
    SIT_CALM,
    STANDING,
    RememberingRun,
)

from spinesense.model.errors import FileError, SensorError
from spinesense.model.packets import Action
from spinesense.model.run import Run
from spinesense.model.snapshot import Snapshot
from spinesense.tui.launch import HomeView, Launch, LaunchKind
from spinesense.tui.screens.face import mistake

COACH = LaunchKind.COACH


INTENTS = [
    (MOVE, "space", Action.PAUSE),
    (PAUSED, "space", Action.RESUME),
    (MOVE, "n", Action.SKIP),
    (STANDING, "n", Action.SKIP),
    (STANDING, "space", Action.PAUSE),
    (MOVE, "r", Action.REPEAT),
    (MOVE, "c", Action.CALIBRATE),
    (GET_READY, "enter", Action.START),
]

PAIN_ANSWERS = [
    (["3"], "3"),
    (["1", "0"], "10"),
    (["0"], "0"),
    (["7", "2"], "2"),
    (["right", "right", "right", "left"], "1"),
    (["9", "right", "right"], "10"),
    (["left", "left"], "0"),
]


async def test_key_says_its_intent() -> None:
    async with showing(COACH, MOVE) as (_, run, pilot):
        for snapshot, key, action in INTENTS:
            assert run.publish is not None
            run.publish(snapshot)
            await pilot.pause(0.1)
            run.heard.clear()
            await pilot.press(key)
            assert run.heard == [(action, "")]


@pytest.mark.parametrize("snapshot", [MOVE, STANDING, PAIN_BEFORE, PAUSED])
@pytest.mark.parametrize("second", ["escape", "enter"])
async def test_escape_asks_and_a_second_key_stops(snapshot: Snapshot, second: str) -> None:
    async with showing(COACH, snapshot) as (app, run, pilot):
        await pilot.press("escape")
        await until(pilot, lambda: "STOP HERE?" in screen_text(app))
        assert "Enter or Esc Stop here  Space Go on" in screen_text(app)
        assert run.heard == []
        await pilot.press(second)
        assert run.heard == [(Action.STOP, "")]


@pytest.mark.parametrize("snapshot", [MOVE, STANDING, PAIN_BEFORE, PAUSED])
async def test_the_question_whether_to_stop_is_taken_back_with_space(snapshot: Snapshot) -> None:
    async with showing(COACH, snapshot) as (app, run, pilot):
        before = screen_text(app)
        await pilot.press("escape", "n", "r", "c", "p", "space")
        await until(pilot, lambda: "STOP HERE?" not in screen_text(app))
        assert run.heard == []
        assert screen_text(app) == before


async def test_the_session_goes_on_under_the_question_whether_to_stop() -> None:
    async with showing(COACH, MOVE) as (app, run, pilot):
        await pilot.press("escape")
        await until(pilot, lambda: "Rep 3 of 8" in screen_text(app))
        assert run.publish is not None
        run.publish(replace(MOVE, coach=replace(MOVE.coach, repetitions=4)))
        await until(pilot, lambda: "Rep 4 of 8" in screen_text(app))
        assert "STOP HERE?" in screen_text(app)
        run.publish(DONE)
        await until(pilot, lambda: "Enter Summary" in screen_text(app))
        assert "STOP HERE?" not in screen_text(app)


async def test_the_pain_can_be_given_with_the_stop() -> None:
    async with showing(COACH, MOVE) as (app, run, pilot):
        await pilot.press("escape", "1", "1")
        await until(pilot, lambda: "You may type your pain first" in screen_text(app))
        await pilot.press("4")
        await until(pilot, lambda: "Your pain now: 4 of 10, moderate." in screen_text(app))
        assert run.heard == []
        await pilot.press("enter")
        assert run.heard == [(Action.STOP, "4")]


async def test_no_pain_is_given_with_a_stop_at_the_question_of_pain() -> None:
    async with showing(COACH, PAIN_BEFORE) as (_, run, pilot):
        await pilot.press("3", "escape", "4", "enter")
        assert run.heard == [(Action.STOP, "")]


async def test_pain_question_takes_digits_and_arrows() -> None:
    async with showing(COACH, PAIN_BEFORE) as (_, run, pilot):
        for keys, score in PAIN_ANSWERS:
            await pilot.press(*keys, "enter")
            assert run.heard.pop() == (Action.PAIN, score)


async def test_eleven_is_told_to_the_coach_and_asked_for_again() -> None:
    async with showing(COACH, PAIN_BEFORE) as (_, run, pilot):
        await pilot.press("1", "1")
        assert run.heard.pop() == (Action.PAIN, "11")
        await pilot.press("enter")
        assert run.heard == []
        await pilot.press("1", "0", "enter")
        assert run.heard.pop() == (Action.PAIN, "10")


async def test_pain_question_needs_a_choice_before_enter() -> None:
    async with showing(COACH, PAIN_BEFORE) as (app, run, pilot):
        await pilot.press("enter")
        assert run.heard == []
        assert "Enter Answer" not in screen_text(app)
        await pilot.press("4")
        await pilot.pause()
        assert "Enter Answer" in screen_text(app)
        assert "[4]" in screen_text(app)
        assert "4 of 10: moderate" in screen_text(app)


async def test_pain_can_be_told_while_moving_and_taken_back() -> None:
    async with showing(COACH, MOVE) as (app, run, pilot):
        await pilot.press("p")
        await pilot.pause()
        assert "right now?" in screen_text(app)
        await pilot.press("5", "escape")
        await pilot.pause()
        assert run.heard == []
        assert "Rep 3 of 8" in screen_text(app)
        await pilot.press("p", "5", "enter")
        assert run.heard == [(Action.PAIN, "5")]


async def test_digits_mean_nothing_while_no_question_is_open() -> None:
    async with showing(COACH, MOVE) as (_, run, pilot):
        await pilot.press("3", "left", "enter")
        assert run.heard == []


async def test_another_key_leaves_even_when_nobody_answers_the_stop() -> None:
    async with showing(COACH, MOVE) as (app, run, pilot):
        await pilot.press("escape", "escape", "escape")
        await until(pilot, lambda: "First steps" in screen_text(app))
        assert run.closed.is_set()


@pytest.mark.parametrize("key", ["enter", "escape"])
async def test_last_words_are_seen_until_the_run_ends_or_a_key_goes_on(key: str) -> None:
    async with showing(COACH, DONE) as (app, run, pilot):
        assert "We are done." in screen_text(app)
        assert "Enter Summary" in screen_text(app)
        assert not run.closed.is_set()
        await pilot.press(key)
        await until(pilot, lambda: "What you did" in screen_text(app))
        assert run.closed.is_set()
        assert "We are done." in screen_text(app)
        await pilot.press("enter")
        await until(pilot, lambda: "Sitting watch" in screen_text(app))


async def test_a_run_that_ends_goes_on_to_the_summary_by_itself() -> None:
    async with showing(COACH, DONE) as (app, run, pilot):
        run.closed.set()
        await until(pilot, lambda: "What you did" in screen_text(app))


async def test_trouble_at_the_end_is_told_beside_what_was_done() -> None:
    class Full(RememberingRun):
        async def run(self, publish: Callable[[Snapshot], None]) -> None:
            await super().run(publish)
            raise FileError("cannot be written", where="a.mcap", remedy="free some space")

    run = Full([DONE])
    app = opened(lambda _: run, Launch(COACH))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Enter Summary" in screen_text(app))
        await pilot.press("enter")
        await until(pilot, lambda: "What you did" in screen_text(app))
        assert "a.mcap: cannot be written; free some space." in screen_text(app)


async def test_trouble_of_leaving_is_told_before_the_screen_goes() -> None:
    class Full(RememberingRun):
        async def run(self, publish: Callable[[Snapshot], None]) -> None:
            await super().run(publish)
            raise FileError("cannot be written", where="a.mcap", remedy="free some space")

    run = Full([SIT_CALM])
    app = opened(lambda _: run, Launch(LaunchKind.SIT))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "sat since" in screen_text(app))
        await pilot.press("escape", "escape")
        await until(pilot, lambda: "a.mcap: cannot be written" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Sitting watch" in screen_text(app))


async def test_leaving_while_the_run_is_being_opened_still_ends_it() -> None:
    opening, may_open = threading.Event(), threading.Event()
    run = RememberingRun([MOVE])

    def open_run(wanted: Launch) -> Run:
        opening.set()
        assert may_open.wait(10)
        return run

    app = opened(open_run, Launch(COACH))
    async with app.run_test() as pilot:
        await until(pilot, opening.is_set)
        leaving = asyncio.ensure_future(pilot.press("escape"))
        await pilot.pause(0.05)
        may_open.set()
        await leaving
        await until(pilot, lambda: "Sitting watch" in screen_text(app))
        assert run.closed.is_set()
        assert run.publish is not None, "a run that never ran has not closed its recording"


async def test_snooze_is_offered_only_during_an_alert() -> None:
    async with showing(LaunchKind.SIT, SIT_CALM) as (_, run, pilot):
        await pilot.press("z")
        assert run.heard == []
    async with showing(LaunchKind.SIT, SIT_ALERT) as (_, run, pilot):
        await pilot.press("z", "c")
        assert run.heard == [(Action.MARK, "snooze"), (Action.CALIBRATE, "")]


@pytest.mark.parametrize("second", ["escape", "enter"])
async def test_escape_asks_before_a_watch_ends_which_goes_on_meanwhile(second: str) -> None:
    async with showing(LaunchKind.SIT, SIT_ALERT) as (app, run, pilot):
        assert "Esc End" in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: "END THE WATCH?" in screen_text(app))
        assert "Enter or Esc End it  Space Go on" in " ".join(screen_text(app).split("\n"))
        assert run.publish is not None
        run.publish(SIT_CALM)
        await until(pilot, lambda: "6:10 ago" in screen_text(app))
        await pilot.press("z", "c", "space")
        await until(pilot, lambda: "END THE WATCH?" not in screen_text(app))
        assert run.heard == []
        assert not run.closed.is_set()
        await pilot.press("escape", second)
        await until(pilot, lambda: "Enter Open" in screen_text(app))
        assert run.closed.is_set()


async def test_replay_keys_pause_seek_and_change_speed() -> None:
    async with showing(LaunchKind.REPLAY, REPLAYED) as (_, run, pilot):
        await pilot.press("space", "plus", "minus", "left", "right", "home")
        assert run.heard == [
            ("pause", True),
            ("speed", 4.0),
            ("speed", 1.0),
            ("seek", 120.0),
            ("seek", 130.0),
            ("seek", 0.0),
        ]


@pytest.mark.parametrize(
    ("keys", "launch"),
    [
        (["d"], Launch(LaunchKind.DEMO)),
        (["enter"], Launch(LaunchKind.DEMO)),
        (["s"], Launch(LaunchKind.SIT)),
        (["1"], Launch(COACH, "first_steps")),
        (["down", "down", "enter"], Launch(COACH, "desk_break")),
        (["r", "enter"], Launch(LaunchKind.REPLAY, "a.mcap")),
    ],
)
async def test_home_opens_what_is_chosen(keys: list[str], launch: Launch) -> None:
    asked: list[Launch] = []

    def open_run(wanted: Launch) -> Run:
        asked.append(wanted)
        return RememberingRun([MOVE])

    app = opened(open_run)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Desk break" in screen_text(app))
        await pilot.press(*keys)
        await until(pilot, lambda: bool(asked))
        assert asked == [launch]


@pytest.mark.parametrize("key", ["ctrl+q", "ctrl+c"])
async def test_quitting_closes_the_run_first(key: str) -> None:
    async with showing(COACH, MOVE) as (_, run, pilot):
        await pilot.press(key)
        assert run.closed.is_set()


async def test_a_run_that_cannot_open_says_why_and_lets_the_person_back() -> None:
    def open_run(wanted: Launch) -> Run:
        raise SensorError("no sensor answered", where="Spine One", remedy="switch it on")

    app = opened(open_run, Launch(COACH))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "no sensor answered" in screen_text(app))
        assert "Spine One: no sensor answered; switch it on." in screen_text(app)
        await pilot.press("escape")
        await until(pilot, lambda: "Sitting watch" in screen_text(app))


async def test_a_defect_becomes_a_sentence_and_no_traceback() -> None:
    class Broken(RememberingRun):
        async def run(self, publish: object) -> None:
            raise ZeroDivisionError("division by zero")

    app = opened(lambda _: Broken([]), Launch(LaunchKind.SIT))
    reported: list[BaseException] = []

    def report(error: BaseException) -> str:
        reported.append(error)
        return mistake(error)

    app._report = report
    async with app.run_test() as pilot:
        await until(pilot, lambda: "ZeroDivisionError" in screen_text(app))
        assert "What was recorded is kept" in " ".join(screen_text(app).split())
        assert "Traceback" not in screen_text(app)
        assert [type(error) for error in reported] == [ZeroDivisionError]


async def test_home_that_cannot_be_read_says_why_and_still_offers_the_demo() -> None:
    def home() -> HomeView:
        raise SensorError("the history cannot be read", remedy="run spinesense doctor")

    app = opened(lambda _: RememberingRun([]), home=home)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "history cannot be read" in screen_text(app))
        await until(pilot, lambda: "routines and recordings cannot be read" in screen_text(app))
        assert "Demo" in screen_text(app)
        assert "Looking for" not in screen_text(app)


async def test_newest_snapshot_wins() -> None:
    run = RememberingRun([STANDING, PAIN_BEFORE, GET_READY, MOVE, MOVE])
    app = opened(lambda _: run, Launch(COACH))
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Rep 3 of 8" in screen_text(app))


async def test_source_that_ends_early_shows_what_was_done() -> None:
    kind, snapshot = SCENES["summary"]

    class Short(RememberingRun):
        async def run(self, publish: object) -> None:
            self.snapshots[0] = snapshot

    run = Short([MOVE])
    app = opened(lambda _: run, Launch(kind), lambda: HOME)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Esc Leave" in screen_text(app))
        await pilot.press("escape")
        await until(pilot, lambda: "Sitting watch" in screen_text(app))


async def test_the_session_that_goes_on_is_named_while_it_is_opened() -> None:
    opening, may_open = threading.Event(), threading.Event()

    def open_run(wanted: Launch) -> Run:
        opening.set()
        assert may_open.wait(10)
        return RememberingRun([MOVE])

    words = "Daily, Mon 02 Mar 09:00, after set 1 of bridge"
    app = opened(open_run, Launch(LaunchKind.CONTINUE, "a.mcap", words))
    async with app.run_test() as pilot:
        await until(pilot, opening.is_set)
        await until(pilot, lambda: f"Going on with {words}." in screen_text(app))
        may_open.set()
        await until(pilot, lambda: "Rep 3 of 8" in screen_text(app))
        assert "Going on with" not in screen_text(app)
