"""A recording, seen again as the person saw it."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.types import CSSPathType
from textual.widget import Widget
from textual.widgets import ContentSwitcher

from spinesense.model.snapshot import Link, Phase, PlaybackView, Snapshot
from spinesense.tui import words
from spinesense.tui.screens.live import LiveScreen
from spinesense.tui.widgets.coach_picture import CoachPicture
from spinesense.tui.widgets.lines import Line
from spinesense.tui.widgets.meter import Meter
from spinesense.tui.widgets.sit_picture import SitPicture

SPEEDS = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
STEP_S = 5.0


def next_speed(speed: float, steps: int) -> float:
    """The speed so many steps faster (or slower) than the nearest one that is offered."""
    nearest = min(range(len(SPEEDS)), key=lambda index: abs(SPEEDS[index] - speed))
    return SPEEDS[min(max(nearest + steps, 0), len(SPEEDS) - 1)]


class ReplayScreen(LiveScreen, inherit_bindings=False):
    """Shows the coach's picture, or the sitting picture where nothing was coached."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["live.tcss", "coach.tcss", "sit.tcss", "replay.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "pause", "Pause or play"),
        Binding("plus,equals_sign", "speed(1)", "Speed", key_display="+ -"),
        Binding("minus", "speed(-1)", show=False),
        Binding("left", "seek(-1)", "5 s back or on", key_display="← →"),
        Binding("right", "seek(1)", show=False),
        Binding("home", "start", "Start"),
        Binding("escape", "leave", "Leave"),
    ]

    def body(self) -> list[Widget]:
        """Both pictures; one is shown."""
        return [
            ContentSwitcher(CoachPicture(id="coached"), SitPicture(id="watched"), initial="watched")
        ]

    def feet(self) -> list[Widget]:
        """Where the replay stands, above the sensor line."""
        playback = Horizontal(Line(id="position"), Meter(id="progress"), Line(id="speed"))
        return [playback, *super().feet()]

    def draw(self, snapshot: Snapshot) -> None:
        """Show a moment of the recording."""
        super().draw(snapshot)
        coach, playback = snapshot.coach, snapshot.playback
        coached = coach.phase is not Phase.NONE
        what = words.title(coach) if coached else file_name(playback.file or self.launch.target)
        self.entitle(f"Replay: {what}", words.place(coach))
        self.query_one(ContentSwitcher).current = "coached" if coached else "watched"
        if coached:
            self.query_one(CoachPicture).show(snapshot, coach.phase in words.PAIN_PHASES)
        else:
            self.query_one(SitPicture).show(snapshot)
        self._show_playback(playback, snapshot.sensor.link)

    def _show_playback(self, playback: PlaybackView, link: Link) -> None:
        state = "paused" if playback.paused else "playing"
        if link is Link.IDLE:
            state = "opening"
        elif link is Link.ENDED or 0 < playback.length_s <= playback.position_s:
            state = "at the end"
        self.query_one("#position", Line).say(
            f"{words.clock(playback.position_s)} of {words.clock(playback.length_s)}, {state}"
        )
        self.query_one("#speed", Line).say(f"speed x {playback.speed:g}")
        share = playback.position_s / playback.length_s if playback.length_s else 0.0
        self.query_one("#progress", Meter).fill(share)

    def action_pause(self) -> None:
        """Hold the replay, or let it go on."""
        if self.run_now is not None:
            self.run_now.pause(not self.snapshot.playback.paused)

    def action_speed(self, steps: int) -> None:
        """Go faster or slower by so many steps."""
        if self.run_now is not None:
            self.run_now.set_speed(next_speed(self.snapshot.playback.speed, steps))

    def action_seek(self, steps: int) -> None:
        """Go on or back by five seconds a step."""
        playback = self.snapshot.playback
        if self.run_now is not None:
            position_s = playback.position_s + steps * STEP_S
            self.run_now.seek(min(max(position_s, 0.0), playback.length_s))

    def action_start(self) -> None:
        """Go to the start."""
        if self.run_now is not None:
            self.run_now.seek(0.0)


def file_name(path: str) -> str:
    """The last part of a path, whichever way its slashes lean."""
    return path.replace("\\", "/").rsplit("/", 1)[-1]
