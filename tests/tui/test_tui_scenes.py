"""Every state shows what a person must know, at both sizes, and without colour."""

from dataclasses import replace
from functools import partial

import pytest
from tests.tui.looking import opened, screen_lines, screen_text, showing, until
from tests.tui.scenes import (
    CONNECTING,
    DONE,
    HOME,
    LOST,
    MOVE,
    SCENES,
    SIT_CALM,
    RememberingRun,
)

from spinesense.model.events import Posture
from spinesense.model.snapshot import CoachView, Link, Phase, PlaybackView, TrunkView
from spinesense.tui.launch import Choice, Launch, LaunchKind
from spinesense.tui.words import ending

SIZES = [(80, 24), (120, 40)]

MUST_SHOW = {
    "connecting": ["CONNECTING", "Connecting to Spine One", "Esc Leave"],
    "standing": ["Stand tall and keep still", "Standing still: 70%", "Bows: 0 of 2"],
    "bowing": ["Bow once more", "Bows: 1 of 2", "Bowing: 50%"],
    "refused": ["ONCE MORE, PLEASE", "bow a little deeper"],
    "pain_before": [
        "How much does your back hurt now?",
        "0 is no pain",
        " 10 ",
        "← Less",
        "→ More",
    ],
    "waiting": ["Lie on your back", "take your position and keep still", "Enter Start"],
    "get_ready": ["Get ready: 3 seconds to go", "“Get ready.”"],
    "move": [
        "Bridge",
        "Exercise 2 of 7 · Set 1 of 2",
        "Press your feet down",
        "Next: hold for five seconds",
        "Rep 3 of 8",
        "● ● ● ○ ○ ○ ○ ○",
        "Holding: 2.4 s of 5 s",
        "Hold, keep breathing",
        "2.6 s",
        "target 20° to 45°",
        "“Three. Nice and slow.”",
        "● Spine One",
        "99 samples a second",
        "battery 81 %",
        "0.2 % lost",
        "Esc Stop",
    ],
    "count_only": [
        "Rep 11 of 12 · 2 not counted",
        "Press down, breathe out   ├",
        "●┄",
        "Pelvic tilt now",
        "left side",
    ],
    "hold_only": ["Holding: 12.3 s of 20 s"],
    "rest": ["Rest: 18 seconds to go", "  Next: Bridge, on your back.", "Enter Start"],
    "paused": ["PAUSED", "Rep 3 of 8", "Space Go on"],
    "lost": ["SENSOR LOST", "Nothing has arrived for 4 seconds", "✕ Lost Spine One", "Rep 3 of 8"],
    "simulated": ["SIMULATED", "Simulated spine"],
    "summary": [
        "You finished the routine.",
        "“We are done. Well done today.”",
        "Pain before  3 of 10",
        "Pain after  2 of 10",
        "12 of 12",
        "7 of 8, skipped",
        "31°",
        "4.8 s",
        "20.0 s held",
        "Seen, but not counted. Bridge: 2 too small, 1 too quick.",
    ],
    "sit_calm": [
        "Sitting for 42 minutes",
        "94% sure",
        "sat since you stood up",
        "6:10 ago",
        "a prompt comes in 13:50",
        "1 240",
        "now 14°",
    ],
    "sit_alert": ["TIME TO MOVE", "You have sat still for 20 minutes", "Z Snooze", "20:14 ago"],
    "replay": ["Replay: Bridge", "2:05 of 14:30, playing", "speed x 2", "Rep 3 of 8"],
    "replay_sitting": ["Replay: 2026-11-20.mcap", "paused", "Sitting for 42 minutes"],
}


@pytest.mark.parametrize("name", SCENES)
async def test_scene_shows_what_it_must(name: str) -> None:
    kind, snapshot = SCENES[name]
    async with showing(kind, snapshot, SIZES[0]) as (app, _, pilot):
        if name == "summary":
            await pilot.press("enter")
            await until(pilot, lambda: "What you did" in screen_text(app))
        for size in SIZES:
            await pilot.resize_terminal(*size)
            await pilot.pause()
            text = screen_text(app)
            missing = [words for words in MUST_SHOW[name] if words not in text]
            assert not missing, text


@pytest.mark.parametrize("name", ["move", "rest", "sit_calm", "replay", "pain_before"])
async def test_smallest_terminal_shows_numbers_and_every_key(name: str) -> None:
    kind, snapshot = SCENES[name]
    async with showing(kind, snapshot, (60, 20)) as (app, _, _):
        text = screen_text(app)
        assert "█" in text
        for active in app.screen.active_bindings.values():
            if active.binding.show and active.enabled:
                assert active.binding.description.split()[-1] in text


async def test_big_number_is_as_tall_as_promised() -> None:
    for size, rows in (((80, 24), 7), ((120, 40), 12)):
        async with showing(*SCENES["hold_only"], size) as (app, _, _):
            blocks = [line for line in screen_lines(app) if "██" in line and "░" not in line]
            assert len(blocks) >= rows - 1


async def test_too_small_terminal_says_the_size_it_needs_and_keeps_its_keys() -> None:
    async with showing(*SCENES["move"], (50, 15)) as (app, run, pilot):
        assert "60 x 20" in screen_text(app)
        assert "Rep 3 of 8" not in screen_text(app)
        await pilot.press("escape", "escape")
        assert ("stop", "") in [(str(action), value) for action, value in run.heard]
        await pilot.resize_terminal(80, 24)
        await pilot.pause(0.1)
        assert "Rep 3 of 8" in screen_text(app)


async def test_home_takes_keys_again_after_the_terminal_was_too_small() -> None:
    app = opened(lambda _: RememberingRun([]))
    async with app.run_test(size=(80, 24)) as pilot:
        for size in ((40, 10), (80, 24)):
            await pilot.resize_terminal(*size)
            await pilot.pause(0.1)
        assert "Enter Open" in screen_text(app)


async def test_without_colour_the_words_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("move", "lost", "sit_alert"):
        async with showing(*SCENES[name]) as (app, _, _):
            coloured = screen_text(app)
        monkeypatch.setenv("NO_COLOR", "1")
        async with showing(*SCENES[name]) as (app, _, _):
            assert app.no_color
            assert screen_text(app) == coloured


async def test_home_lists_all_that_can_be_opened() -> None:
    app = opened(lambda _: RememberingRun([]))
    async with app.run_test(size=(80, 24)) as pilot:
        for first in ("Desk break", "› D"):
            await until(pilot, partial(lambda words: words in screen_text(app), first))
        text = screen_text(app)
        for words in (
            "› D  Demo",
            "1  First steps",
            "2  Desk break",
            "S  Sitting watch",
            "Fri 20 Nov, 18:02",
            "Sensor: simulated",
            "38 reps",
            "does not diagnose or treat",
            "Enter Open",
            "Q Quit",
        ):
            assert words in text


async def test_damage_of_a_replayed_file_is_said_in_full() -> None:
    damage = (
        "The file ends or is damaged at byte 55347 of 99999: 401 items are intact, up to 26.1 s."
    )
    kind, snapshot = SCENES["replay"]
    snapshot = replace(snapshot, sensor=replace(snapshot.sensor, message=damage))
    for size in ((60, 20), *SIZES):
        async with showing(kind, snapshot, size) as (app, _, _):
            assert damage in " ".join(screen_text(app).split())


async def test_an_uncalibrated_sitting_watch_says_how_to_get_angles() -> None:
    kind, snapshot = SCENES["sit_calm"]
    snapshot = replace(snapshot, trunk=TrunkView(), trace_s=(), trace_rad=())
    async with showing(kind, snapshot) as (app, _, _):
        assert "Press C, stand and bow twice" in screen_text(app)
        assert "-5°" not in screen_text(app)
    snapshot = replace(snapshot, playback=PlaybackView(length_s=60.0))
    async with showing(LaunchKind.REPLAY, snapshot) as (app, _, _):
        assert "the sensor was not calibrated" in screen_text(app)


async def test_a_watch_that_runs_elsewhere_is_left_and_not_ended() -> None:
    kind, snapshot = SCENES["sit_calm"]
    sensor = replace(snapshot.sensor, elsewhere=True)
    async with showing(kind, replace(snapshot, sensor=sensor, trace_s=(), trace_rad=())) as (
        app,
        run,
        pilot,
    ):
        text = screen_text(app)
        assert "Another spinesense runs it" in text
        assert "its curve is drawn where the watch runs" in text
        assert "Esc Leave" in text
        await pilot.press("escape")
        await until(pilot, lambda: "Enter Open" in screen_text(app))
        assert run.closed.is_set()


SITTING_STATES = {
    "not_worn": (
        replace(SIT_CALM, posture=replace(SIT_CALM.posture, worn=False)),
        ["Not worn", "not even a breath shows", "The clocks run while you wear the sensor"],
        ["Sitting for"],
    ),
    "lost": (
        replace(SIT_CALM, sensor=LOST.sensor),
        ["Sensor lost: the clocks wait", "Nothing has arrived", "The clocks wait for the sensor"],
        ["a prompt comes in", "now 14°"],
    ),
    "connecting": (CONNECTING, ["Connecting to the sensor", "–"], ["0:00", "Press C"]),
    "walking": (
        replace(SIT_CALM, posture=replace(SIT_CALM.posture, posture=Posture.WALKING)),
        ["Walking for", "Last shift     –"],
        ["ago"],
    ),
    "quiet": (
        replace(SIT_CALM, posture=replace(SIT_CALM.posture, quiet="microphone in use")),
        ["No prompts now: microphone in use"],
        ["a prompt comes in"],
    ),
    "learning": (
        replace(SIT_CALM, posture=replace(SIT_CALM.posture, slouch_hint="Sit tall.")),
        ["Sit tall."],
        ["sure"],
    ),
}


@pytest.mark.parametrize("name", SITTING_STATES)
async def test_the_sitting_watch_says_what_it_knows_and_nothing_else(name: str) -> None:
    snapshot, must, must_not = SITTING_STATES[name]
    for size in SIZES:
        async with showing(LaunchKind.SIT, snapshot, size) as (app, _, _):
            text = screen_text(app)
            assert not [words for words in must if words not in text], text
            assert not [words for words in must_not if words in text], text


async def test_a_replay_that_has_ended_says_so_however_short_it_was() -> None:
    kind, snapshot = SCENES["replay"]
    ended = replace(
        snapshot,
        sensor=replace(snapshot.sensor, link=Link.ENDED),
        playback=PlaybackView(position_s=0.0, length_s=0.0, file="one.mcap"),
    )
    async with showing(kind, ended) as (app, _, _):
        assert "at the end" in screen_text(app)
        assert "playing" not in screen_text(app)


async def test_home_offers_to_go_on_with_a_session_that_was_broken_off() -> None:
    opened_launches: list[Launch] = []

    def open_run(launch: Launch) -> RememberingRun:
        opened_launches.append(launch)
        return RememberingRun([])

    again = Launch(LaunchKind.CONTINUE, "old.mcap")
    home = replace(HOME, interrupted=Choice(again, "Go on where you stopped", "First steps"))
    app = opened(open_run, home=lambda: home)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: "C  Go on where you stopped   First steps" in screen_text(app))
        await pilot.press("c")
        await until(pilot, lambda: opened_launches == [again])


@pytest.mark.parametrize(
    ("coach", "said"),
    [
        (replace(DONE.coach, lines=DONE.coach.lines[:2]), "without its last exercise"),
        (replace(DONE.coach, lines=()), "without its last exercise"),
        (replace(DONE.coach, phase=Phase.MOVE), "The session ended before the routine did."),
        (replace(DONE.coach, ended_because="You stopped."), "You stopped."),
    ],
)
def test_only_who_did_the_last_exercise_finished_the_routine(coach: CoachView, said: str) -> None:
    assert said in ending(coach)
    assert ending(DONE.coach) == "You finished the routine."


async def test_it_is_said_beside_the_sensor_that_nothing_is_recorded() -> None:
    slow = replace(MOVE.sensor, message="The sensor is slow.")
    unrecorded = replace(MOVE, sensor=slow, unrecorded="Nothing is recorded any more: the disk.")
    async with showing(LaunchKind.COACH, unrecorded) as (app, _, _):
        assert "The sensor is slow. Nothing is recorded any more: the disk." in screen_text(app)


async def test_the_summary_shows_the_pain_that_stopped_the_session() -> None:
    coach = replace(DONE.coach, ended_because="Stop here and rest.", pain_after=None, pain_stop=8)
    async with showing(LaunchKind.COACH, replace(DONE, coach=coach)) as (app, _, pilot):
        await pilot.press("enter")
        await until(pilot, lambda: "What you did" in screen_text(app))
        await until(pilot, lambda: "Pain that stopped it  8 of 10" in screen_text(app))
        assert "Pain before  3 of 10" in screen_text(app)
