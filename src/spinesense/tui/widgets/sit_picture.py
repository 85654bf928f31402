"""The picture of a day at the desk: how long, how still, and when to move."""

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from spinesense.model.events import Posture
from spinesense.model.snapshot import CalibrationStep, Link, PostureView, Snapshot
from spinesense.tui import words
from spinesense.tui.widgets.lines import Line, SplitLine
from spinesense.tui.widgets.meter import Meter
from spinesense.tui.widgets.number_panel import NumberPanel
from spinesense.tui.widgets.plain_content import joined
from spinesense.tui.widgets.trace import Trace, TraceView

NAME_WIDTH = 15
PROMPT = "TIME TO MOVE"
END_QUESTION = ("END THE WATCH?", "Nothing prompts you then. What was watched is kept.")
CALIBRATING = (CalibrationStep.STAND, CalibrationStep.BOW, CalibrationStep.REFUSED)
"""The steps in which the calibration has something to say."""
NOTHING_YET = "–"
WORN_ONLY = "The clocks run while you wear the sensor"
CURVE_ELSEWHERE = "Lumbar flexion; its curve is drawn where the watch runs"
CALIBRATE = "Press C, stand and bow twice: then your lumbar flexion is drawn here"
NEVER_CALIBRATED = "No lumbar flexion: the sensor was not calibrated up to here"


def figures(view: PostureView) -> Content:
    """The day's counts as a small table."""
    rows = [
        ("Last shift", _last_shift(view)),
        ("Shifts", str(view.counts.shifts)),
        ("Stand-ups", str(view.counts.stand_ups)),
        ("Steps", f"{view.counts.steps:,}".replace(",", " ")),
        ("Bends, deep", f"{view.counts.bends}, {view.counts.deep_bends}"),
    ]
    lines = [
        joined((name.ljust(NAME_WIDTH), "$text-muted"), (value, "bold")) for name, value in rows
    ]
    return Content("\n").join(lines)


class SitPicture(Vertical):
    """Shows the posture's part of a snapshot."""

    def compose(self) -> ComposeResult:
        """From top to bottom as it is read."""
        yield Line(id="posture")
        yield Line(id="hint")
        yield Line(id="alert")
        with Horizontal(id="sitting"):
            yield NumberPanel("sat")
            yield Line(id="figures")
        yield Line(id="stillness-label")
        yield Meter(id="stillness")
        with Vertical(id="graph"):
            yield SplitLine(id="legend")
            yield Trace(id="trace")

    def show(self, snapshot: Snapshot, *, end_asked: bool = False) -> None:
        """Show a moment, and whether it is asked if the watch shall end."""
        view = snapshot.posture
        self.query_one("#posture", Line).say(_headline(snapshot))
        waits = snapshot.sensor.link in (Link.IDLE, *words.NOT_THERE)
        self.set_class(waits, "-lost")
        self.set_class(_asks(snapshot), "-asks")
        self.query_one("#hint", Line).say(_hint(snapshot))
        self.set_class(bool(view.alert) or end_asked, "-alert")
        head, sentence = END_QUESTION if end_asked else (PROMPT, view.alert)
        self.query_one("#alert", Line).say(joined((head, "bold"), "\n", sentence))
        panel = self.query_one("#sat", NumberPanel)
        begun = snapshot.time_s > 0 or not waits
        panel.number.show(words.clock(view.sitting_s) if begun else NOTHING_YET)
        panel.label.say("sat since you stood up")
        self.query_one("#figures", Line).say(figures(view))
        self._show_stillness(view, waits=waits)
        self._show_trace(snapshot)

    def _show_stillness(self, view: PostureView, *, waits: bool) -> None:
        label, meter = self.query_one("#stillness-label", Line), self.query_one("#stillness", Meter)
        if waits or not view.worn:
            label.say("The clocks wait for the sensor" if waits else WORN_ONLY)
            meter.fill(0.0)
        elif view.quiet:
            label.say(f"No prompts now: {view.quiet_words}")
            meter.fill(0.0)
        elif view.alert:
            label.say("Shift in your seat or stand up, and this starts afresh")
            meter.fill(1.0)
        elif view.posture is Posture.SITTING and view.alert_after_s:
            left_s = max(0.0, view.alert_after_s - view.still_s)
            label.say(f"Sitting still: a prompt comes in {words.clock(left_s)} unless you shift")
            meter.fill(view.still_s / view.alert_after_s)
        else:
            label.say("The stillness clock runs while you sit")
            meter.fill(0.0)

    def _show_trace(self, snapshot: Snapshot) -> None:
        flexion = snapshot.trunk.flexion_rad
        self.set_class(flexion is None or not snapshot.trace_s, "-no-curve")
        if snapshot.calibration.step in CALIBRATING:
            self.query_one("#legend", SplitLine).say("")
            return
        if flexion is None:
            replayed = bool(snapshot.playback.length_s)
            self.query_one("#legend", SplitLine).say(NEVER_CALIBRATED if replayed else CALIBRATE)
            return
        drawn = "Lumbar flexion from your neutral, last 10 seconds"
        legend = CURVE_ELSEWHERE if snapshot.sensor.elsewhere else drawn
        self.query_one("#legend", SplitLine).say(legend, f"now {words.degrees(flexion)}")
        self.query_one("#trace", Trace).show(TraceView(snapshot.trace_s, snapshot.trace_rad))


def _headline(snapshot: Snapshot) -> str:
    if snapshot.sensor.link is Link.LOST:
        return "Sensor lost: the clocks wait"
    if snapshot.sensor.link is Link.IDLE:
        return "Getting ready"
    if snapshot.sensor.link is Link.CONNECTING:
        return "Connecting to the sensor"
    if not snapshot.posture.worn:
        return "Not worn"
    return words.posture(snapshot.posture, snapshot.time_s)


def _last_shift(view: PostureView) -> str:
    """How long ago it was; only sitting has shifts."""
    return f"{words.clock(view.still_s)} ago" if view.posture is Posture.SITTING else NOTHING_YET


def _asks(snapshot: Snapshot) -> bool:
    """Whether the hint asks something of the person."""
    view = snapshot.posture
    return bool(view.slouch_hint or view.suggestion) or snapshot.calibration.step in CALIBRATING


def _hint(snapshot: Snapshot) -> str:
    """What helps now: about the sensor, the calibration, or how sure the posture is."""
    if snapshot.sensor.link in words.NOT_THERE:
        return snapshot.sensor.message
    if snapshot.calibration.step in CALIBRATING:
        return snapshot.calibration.message
    view = snapshot.posture
    if not view.worn:
        return "Nobody seems to wear the sensor: not even a breath shows"
    if view.slouch_hint or view.suggestion:
        return view.slouch_hint or view.suggestion
    if view.posture in (Posture.UNKNOWN, Posture.TRANSITION):
        return ""
    slumped = "" if view.slouch is None else f", slumped {max(0.0, view.slouch):.0%}"
    return f"{view.confidence:.0%} sure{slumped}"
