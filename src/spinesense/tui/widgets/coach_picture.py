"""The coach's picture: what to do, how far it is, and how the back moves."""

import math

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical

from spinesense.model.snapshot import (
    CalibrationStep,
    CalibrationView,
    CoachView,
    Link,
    Phase,
    Snapshot,
)
from spinesense.tui import words
from spinesense.tui.widgets.lines import Line, SplitLine
from spinesense.tui.widgets.number_panel import NumberPanel
from spinesense.tui.widgets.pacer import Pacer
from spinesense.tui.widgets.pain_scale import PainScale
from spinesense.tui.widgets.plain_content import joined
from spinesense.tui.widgets.trace import EDGE, Trace, TraceView

BOWS = 2
"""A stand-and-bow has two bows."""
PAIN_NOW = "How much does it hurt right now?"

Banner = tuple[str, str]
"""A headline and a sentence."""


def banner(snapshot: Snapshot) -> Banner | None:
    """What must be seen before anything else, if there is such a thing."""
    coach, sensor, calibration = snapshot.coach, snapshot.sensor, snapshot.calibration
    if sensor.link is Link.LOST:
        return "SENSOR LOST", sensor.message or "Counting waits until the sensor is back."
    if coach.phase is Phase.PAUSED:
        return "PAUSED", "Nothing is counted. Press Space to go on."
    if coach.phase is Phase.CALIBRATE and calibration.step is CalibrationStep.REFUSED:
        return "ONCE MORE, PLEASE", calibration.message
    if coach.phase is Phase.DONE:
        return "DONE", words.ending(coach)
    if coach.phase is Phase.NONE and sensor.link is not Link.STREAMING:
        return "CONNECTING", sensor.message or "Looking for the sensor. Is it switched on?"
    return None


def stop_banner(coach: CoachView, score: int | None) -> Banner:
    """The question whether to stop, with the pain score that may be given with it."""
    if coach.phase not in words.EXERCISING:
        return "STOP HERE?", "What was done so far is kept."
    if score is None:
        return "STOP HERE?", "You may type your pain first, 0 to 10."
    return "STOP HERE?", f"Your pain now: {words.pain(score)}, {words.pain_anchor(score)}."


class CoachPicture(Vertical):
    """Shows the coach's part of a snapshot."""

    def compose(self) -> ComposeResult:
        """From top to bottom as it is read."""
        yield Line(id="step")
        yield Line(id="next")
        yield Line(id="banner")
        with Horizontal(id="numbers"):
            yield NumberPanel("main")
            yield NumberPanel("side")
        yield Pacer(id="pacer")
        yield PainScale(id="pain")
        with Vertical(id="graph"):
            yield SplitLine(id="legend")
            yield Trace(id="trace")
        yield Line(id="lumbar")
        yield Line(id="caption")

    def show(
        self,
        snapshot: Snapshot,
        asking: bool = False,
        score: int | None = None,
        *,
        stop_asked: bool = False,
    ) -> None:
        """Show a moment.

        Parameters
        ----------
        asking
            Whether the pain question is open, whatever the phase.
        score
            The score chosen so far.
        stop_asked
            Whether it is asked if the session shall stop.
        """
        coach = snapshot.coach
        if stop_asked:
            self._show_banner(stop_banner(coach, score), lost=False)
        else:
            self._show_banner(banner(snapshot), snapshot.sensor.link is Link.LOST)
        self.query_one("#caption", Line).say(f"“{coach.caption}”" if coach.caption else "")
        self._show_lumbar(snapshot)
        self.set_class(asking, "-asking")
        if asking:
            self._show_question(coach, score)
            return
        self._show_step(coach, snapshot.calibration)
        self._show_numbers(coach, snapshot.calibration)
        self._show_pacer(coach)
        self._show_trace(snapshot)

    def _show_lumbar(self, snapshot: Snapshot) -> None:
        self.set_class(snapshot.upper is not None, "-two-sensors")
        if snapshot.upper is not None:
            self.query_one("#lumbar", Line).say(words.lumbar(snapshot.trunk, snapshot.upper))

    def _show_pacer(self, coach: CoachView) -> None:
        self.set_class(coach.pace is not None, "-paced")
        self.query_one("#pacer", Pacer).show(coach.pace)

    def _show_banner(self, shown: Banner | None, lost: bool) -> None:
        self.set_class(shown is not None, "-banner")
        self.set_class(lost, "-lost")
        if shown is not None:
            headline, sentence = shown
            line = joined((headline, "bold"), "\n", sentence)
            self.query_one("#banner", Line).say(line)

    def _show_question(self, coach: CoachView, score: int | None) -> None:
        question = coach.step if coach.phase in words.PAIN_PHASES else PAIN_NOW
        self.query_one("#step", Line).say(question)
        self.query_one("#next", Line).say("Type a number or use the arrow keys, then press Enter.")
        self.query_one("#pain", PainScale).show(score)
        panel = self._panels(1)[0]
        panel.number.show("–" if score is None else str(score))
        panel.meter.count(0, 0)
        panel.label.say("")

    def _show_step(self, coach: CoachView, calibration: CalibrationView) -> None:
        self.query_one("#step", Line).say(coach.step or calibration.message)
        follows = coach.next_step.removeprefix("Next: ")
        self.query_one("#next", Line).say(f"Next: {follows}" if follows else "")

    def _panels(self, count: int) -> list[NumberPanel]:
        """The panels in use; the second is hidden where one number is enough."""
        self.set_class(count == 0, "-no-number")
        self.set_class(count == 1, "-one-number")
        return [self.query_one(f"#{name}", NumberPanel) for name in ("main", "side")]

    def _show_numbers(self, coach: CoachView, calibration: CalibrationView) -> None:
        self.set_class(coach.phase is Phase.CALIBRATE, "-calibrate")
        if coach.phase is Phase.CALIBRATE:
            self._show_calibration(calibration)
        elif coach.phase in (Phase.GET_READY, Phase.REST):
            self._show_countdown(coach)
        elif coach.phase in (Phase.MOVE, Phase.PAUSED):
            self._show_set(coach)
        else:
            self._panels(0)

    def _show_calibration(self, calibration: CalibrationView) -> None:
        bows, progress = self._panels(2)
        bows.number.show(str(calibration.bows))
        bows.meter.count(calibration.bows, BOWS)
        bows.label.say(f"Bows: {calibration.bows} of {BOWS}")
        progress.number.show("")
        progress.meter.fill(calibration.progress)
        doing = {CalibrationStep.STAND: "Standing still", CalibrationStep.BOW: "Bowing"}
        name = doing.get(calibration.step, "Calibration")
        progress.label.say(f"{name}: {calibration.progress:.0%}")

    def _show_countdown(self, coach: CoachView) -> None:
        name = "Rest" if coach.phase is Phase.REST else "Get ready"
        panel = self._panels(1)[0]
        if coach.countdown_s is None:
            _show_goal(panel, coach)
            return
        left_s = math.ceil(coach.countdown_s)
        panel.number.show(str(left_s))
        panel.label.say(f"{name}: {words.counted(left_s, 'second')} to go")
        panel.meter.count(0, 0)

    def _show_set(self, coach: CoachView) -> None:
        if coach.guarded:
            main, other = self._panels(2)
            _show_angle(main, coach)
        elif coach.walked:
            main, other = self._panels(2)
            _show_walk(main, other, coach)
            return
        elif coach.repetition_goal:
            main, other = self._panels(2)
            main.number.show(str(coach.repetitions))
            main.meter.count(coach.repetitions, coach.repetition_goal)
            uncounted = f" · {coach.uncounted} not counted" if coach.uncounted else ""
            main.label.say(f"Rep {coach.repetitions} of {coach.repetition_goal}{uncounted}")
        else:
            main, other = self._panels(1)
            other = main
        if coach.hold_goal_s:
            _show_hold(other, coach)
        else:
            _show_angle(other, coach)

    def _show_trace(self, snapshot: Snapshot) -> None:
        coach = snapshot.coach
        self.set_class(not snapshot.trace_s, "-no-trace")
        target = words.target(coach.target_low_rad, coach.target_high_rad)
        self.query_one("#legend", SplitLine).say(
            f"{_carrying(coach)}, last 10 seconds", f"{EDGE}{EDGE} {target}" if target else ""
        )
        self.query_one("#trace", Trace).show(
            TraceView(
                snapshot.trace_s, snapshot.trace_rad, coach.target_low_rad, coach.target_high_rad
            )
        )


def _show_goal(panel: NumberPanel, coach: CoachView) -> None:
    """Show what is to come while the person takes the position."""
    if coach.repetition_goal:
        panel.number.show(str(coach.repetition_goal))
        to_come = words.counted(coach.repetition_goal, "repetition")
    elif coach.walked:
        minutes = round(coach.hold_goal_s / 60)
        panel.number.show(str(minutes))
        to_come = f"Walk for {words.counted(minutes, 'minute')}"
    else:
        panel.number.show(f"{coach.hold_goal_s:.0f}")
        to_come = f"Hold for {words.counted(round(coach.hold_goal_s), 'second')}"
    panel.meter.count(0, coach.repetition_goal)
    panel.label.say(f"{to_come}: take your position and keep still")


def _show_walk(minutes: NumberPanel, cadence: NumberPanel, coach: CoachView) -> None:
    minutes.number.show(str(int(coach.hold_s // 60)))
    minutes.meter.fill(coach.hold_s / coach.hold_goal_s)
    name = "Walked" if coach.holding else "The clock waits:"
    goal = words.clock(coach.hold_goal_s)
    minutes.label.say(f"{name} {words.clock(coach.hold_s)} of {goal}")
    spm = coach.cadence_spm
    cadence.number.show("–" if spm is None else f"{spm:.0f}")
    cadence.meter.count(0, 0)
    pauses = f" · {words.counted(coach.pauses, 'pause')}" if coach.pauses else ""
    cadence.label.say(f"Steps a minute{pauses}")


def _show_hold(panel: NumberPanel, coach: CoachView) -> None:
    panel.number.show(f"{coach.hold_s:.1f}")
    panel.meter.fill(coach.hold_s / coach.hold_goal_s)
    held = "Watching" if coach.guarded else "Holding"
    name = held if coach.holding else "Hold"
    panel.label.say(f"{name}: {coach.hold_s:.1f} s of {coach.hold_goal_s:.0f} s")


def _show_angle(panel: NumberPanel, coach: CoachView) -> None:
    angle_rad = coach.carrying_rad
    panel.number.show("–" if angle_rad is None else words.degrees(angle_rad))
    panel.meter.count(0, 0)
    panel.label.say("No angle yet" if angle_rad is None else f"{_carrying(coach)} now")


def _carrying(coach: CoachView) -> str:
    """The angle that is shown, as the beginning of a sentence."""
    name = coach.carrying_name or "trunk inclination"
    return name[:1].upper() + name[1:]
