"""What the screens of a running session share: the run, the newest snapshot, the sensor line."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.types import CSSPathType
from textual.widget import Widget
from textual.worker import Worker

from spinesense.model.actions import Action
from spinesense.model.errors import SpinesenseError
from spinesense.model.run import Run
from spinesense.model.snapshot import EMPTY, Link, SensorView, Snapshot
from spinesense.tui import words
from spinesense.tui.launch import Launch
from spinesense.tui.screens.face import Face, mistake, simulated_tag
from spinesense.tui.widgets.lines import Line, SplitLine
from spinesense.tui.widgets.plain_content import joined

FRAMES_HZ = 20
"""Drawn at most so often; snapshots between two frames are never seen."""

OpenRun = Callable[[Launch], Run]
Report = Callable[[BaseException], str]
"""Keeps what is known of a defect of the program, and gives the sentence to show."""


class LiveScreen(Face):
    """Opens a run, shows its newest snapshot, and closes it when the screen is left."""

    CSS_PATH: ClassVar[CSSPathType | None] = "live.tcss"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Back")]

    def __init__(
        self,
        launch: Launch,
        open_run: OpenRun,
        report: Report = mistake,
    ) -> None:
        super().__init__()
        self.launch = launch
        self.snapshot = EMPTY
        if launch.words:
            opening = SensorView(link=Link.CONNECTING, message=f"Going on with {launch.words}.")
            self.snapshot = replace(EMPTY, sensor=opening)
        self._open_run = open_run
        self._report = report
        self._run: Run | None = None
        self._worker: Worker[None] | None = None
        self._finished = asyncio.Event()
        self._leaving = False
        self._fresh = False
        self._message = ""

    def feet(self) -> list[Widget]:
        """The sensor line, and the places for what is or went wrong."""
        return [Line(id="failure"), Line(id="message"), SplitLine(id="sensor")]

    def on_mount(self) -> None:
        """Open the run; it may import and search, so this waits in a thread."""
        self.set_interval(1 / FRAMES_HZ, self._draw_newest)
        self.draw(self.snapshot)
        self._worker = self.run_worker(self._drive())

    async def _drive(self) -> None:
        try:
            await self._open_and_run()
        except SpinesenseError as error:
            self.fail(str(error))
        except Exception as error:  # noqa: BLE001  # the person gets a sentence, the log the rest
            self.fail(self._report(error))
        else:
            if not self._leaving:
                self._draw_newest()
                self.ended()
        finally:
            self._finished.set()

    async def _open_and_run(self) -> None:
        run = await asyncio.to_thread(self._open_run, self.launch)
        self._run = run
        if self._leaving:  # left while it was being opened: it ends at once, its recording closed
            await run.close()
        try:
            await run.run(self.publish)
        finally:
            await run.close()

    def publish(self, snapshot: Snapshot) -> None:
        """Take the newest snapshot; it is drawn at the next frame."""
        self.snapshot = snapshot
        self._fresh = True

    def _draw_newest(self) -> None:
        if self._fresh and self.is_active:
            self._fresh = False
            self.draw(self.snapshot)
        elif self._fresh:
            self.covered(self.snapshot)

    def draw(self, snapshot: Snapshot) -> None:
        """Show a moment; screens draw their own part besides."""
        sensor = snapshot.sensor
        self.query_one("#sensor", SplitLine).say(*sensor_ends(sensor))
        wrong = "" if sensor.link in words.NOT_THERE else sensor.message
        message = " ".join(filter(None, (wrong, snapshot.unrecorded)))
        if message != self._message:
            self._message = message
            self.set_class(bool(message), "-message")
            line = self.query_one("#message", Line)
            line.say(message)
            line.refresh(layout=True)

    def covered(self, snapshot: Snapshot) -> None:
        """Say of a moment what cannot wait, while another page lies above this one."""

    def ended(self) -> None:
        """The source has ended by itself."""

    def say(self, action: Action, value: str = "") -> None:
        """Tell the run what the person wants; nothing is said before there is a run."""
        if self._run is not None:
            self._run.say(action, value)

    @property
    def run_now(self) -> Run | None:
        """The run, once it is open."""
        return self._run

    def fail(self, sentence: str) -> None:
        """Show why there is nothing (more) to see."""
        self.trouble = sentence
        self.add_class("-failed")
        self.query_one("#failure", Line).say(
            joined(("This did not work", "bold"), "\n\n", sentence)
        )
        self.refresh_bindings()

    def break_off(self, why: str) -> None:
        """Let the recording and the history say why the program ends."""
        with suppress(SpinesenseError):  # where it cannot be recorded, the end comes all the same
            self.say(Action.BREAK_OFF, why)

    async def close_run(self) -> None:
        """End the run and wait until its recording is finished, also while it is being opened."""
        self._leaving = True
        run, self._run = self._run, None
        if run is not None:
            await run.close()
        if self._worker is not None:
            await self._finished.wait()

    async def action_leave(self) -> None:
        """Close the run and go back; trouble that comes of closing is shown first."""
        known = self.trouble
        await self.close_run()
        if self.is_current and self.trouble == known:
            self.app.pop_screen()


def sensor_ends(sensor: SensorView) -> tuple[Content, Content]:
    """The sensor line: its state at the left, and at the right whether it is simulated."""
    state = words.sensor_state(sensor)
    shade = {Link.STREAMING: "$primary", Link.LOST: "bold $error"}.get(sensor.link, "$warning")
    figures = words.sensor_figures(sensor)
    left = joined((state, shade), ("  " + figures, "$text-muted"))
    return left, simulated_tag(sensor.simulated)
