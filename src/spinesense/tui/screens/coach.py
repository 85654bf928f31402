"""The coached session, from connecting to the last pain question."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.types import CSSPathType
from textual.widget import Widget

from spinesense.model.actions import Action
from spinesense.model.snapshot import Phase, Snapshot
from spinesense.tui import words
from spinesense.tui.screens.live import LiveScreen
from spinesense.tui.screens.summary import SummaryScreen
from spinesense.tui.widgets.coach_picture import CoachPicture
from spinesense.tui.widgets.pain_scale import WORST, after_digit

SKIPPABLE = (Phase.CALIBRATE, Phase.PAIN_AFTER)
"""Phases besides the exercises that a person may leave out."""
NOTHING_TO_STOP = (Phase.NONE, Phase.DONE)


class CoachScreen(LiveScreen, inherit_bindings=False):
    """Shows the coach's picture and says what the person wants.

    The pain question opens when the coach asks it or the person presses its key; it is answered
    with the arrow or digit keys and Enter, and nothing else is hidden from the coach meanwhile.
    Escape asks before it stops; the session goes on under that question.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["live.tcss", "coach.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "less", "Less", key_display="←"),
        Binding("right", "more", "More", key_display="→"),
        *(Binding(str(digit), f"digit({digit})", show=False) for digit in range(10)),
        Binding("enter,escape", "stop", "Stop here", key_display="Enter or Esc"),
        Binding("space", "go_on", "Go on"),
        Binding("enter", "answer", "Answer", key_display="Enter"),
        Binding("enter", "start", "Start", key_display="Enter"),
        Binding("space", "pause", "Pause"),
        Binding("space", "resume", "Go on"),
        Binding("n", "skip", "Skip"),
        Binding("r", "repeat", "Again"),
        Binding("c", "calibrate", "Calibrate"),
        Binding("p", "pain", "Pain"),
        Binding("escape", "cancel", "Never mind"),
        Binding("enter,escape", "summary", "Summary", key_display="Enter"),
        Binding("escape", "ask_stop", "Stop"),
        Binding("escape", "leave", "Leave"),
    ]

    asked = False
    """Whether the person opened the pain question."""
    score: int | None = None
    """The score chosen so far."""
    stop_asked = False
    """Whether it is asked if the session shall stop."""
    stopping = False
    """Whether the person stopped, so that the next press leaves."""
    over = False
    """Whether the run has ended."""

    def body(self) -> list[Widget]:
        """The picture alone."""
        return [CoachPicture()]

    def draw(self, snapshot: Snapshot) -> None:
        """Show a moment."""
        super().draw(snapshot)
        coach = snapshot.coach
        if coach.phase in NOTHING_TO_STOP:
            self.stop_asked = False
        self.entitle(words.title(coach), words.place(coach))
        self._show_picture()
        self._refresh_keys()

    def _show_picture(self) -> None:
        if not (self.asking or self.stop_asked):
            self.score = None
        self.query_one(CoachPicture).show(
            self.snapshot, self.asking, self.score, stop_asked=self.stop_asked
        )

    @property
    def asking(self) -> bool:
        """Whether a pain question is open."""
        open_now = self.asked or self.snapshot.coach.phase in words.PAIN_PHASES
        return open_now and not self.stop_asked

    def ended(self) -> None:
        """Show what was done, once the last words have been said or the source has ended."""
        if self._has_summary:
            self.action_summary()
        self.over = True
        self.refresh_bindings()

    def fail(self, sentence: str) -> None:
        """Show what was done and what went wrong, or only the latter."""
        if self._has_summary:
            self.trouble = sentence
            self.action_summary()
        else:
            super().fail(sentence)

    @property
    def _has_summary(self) -> bool:
        coach = self.snapshot.coach
        return bool(coach.lines) or coach.phase is Phase.DONE

    def action_summary(self) -> None:
        """Close the run and show what was done."""
        if not self.over:
            self.over = True
            self.run_worker(self._go_to_summary())

    async def _go_to_summary(self) -> None:
        await self.close_run()
        if self.is_current:
            self.app.switch_screen(SummaryScreen(self.snapshot, self.trouble))

    def _refresh_keys(self) -> None:
        state = (
            self.snapshot.coach.phase,
            self.asked,
            self.score is None,
            self.stop_asked,
            self.stopping,
        )
        if state != self._keys_for:
            self._keys_for = state
            self.refresh_bindings()

    _keys_for: tuple[Phase, bool, bool, bool, bool] | None = None

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool:
        """Offer only what means something now."""
        if self.stop_asked:
            return action in ("stop", "go_on") or (action == "digit" and self._takes_pain)
        phase = self.snapshot.coach.phase
        exercising = phase in words.EXERCISING and not self.asking and not self.over
        stoppable = phase not in NOTHING_TO_STOP and not self.stopping and not self.over
        summed_up = phase is Phase.DONE and not self.over
        offered = {
            "less": self.asking,
            "more": self.asking,
            "digit": self.asking,
            "answer": self.asking and self.score is not None,
            "start": exercising and phase in (Phase.GET_READY, Phase.REST),
            "pause": phase is Phase.CALIBRATE or (exercising and phase is not Phase.PAUSED),
            "resume": exercising and phase is Phase.PAUSED,
            "skip": phase in SKIPPABLE or exercising,
            "repeat": exercising,
            "calibrate": exercising and phase is not Phase.PAUSED,
            "pain": exercising,
            "cancel": self.asked,
            "stop": False,
            "go_on": False,
            "ask_stop": stoppable and not self.asked,
            "summary": summed_up,
            "leave": not stoppable and not self.asked and not summed_up,
        }
        return offered.get(action, True)

    def action_digit(self, digit: int) -> None:
        """Choose a pain score by typing it."""
        score = after_digit(self.score, digit)
        if score > WORST and not self.stop_asked:
            self.say(Action.PAIN, str(score))  # the coach says what a score is, and asks again
        self._choose(score if score <= WORST else None)

    def action_less(self) -> None:
        """Choose the next lower score."""
        self._choose(max(0, (self.score or 0) - 1))

    def action_more(self) -> None:
        """Choose the next higher score."""
        self._choose(0 if self.score is None else min(WORST, self.score + 1))

    def _choose(self, score: int | None) -> None:
        self.score = score
        self._show_picture()
        self._refresh_keys()

    def action_answer(self) -> None:
        """Say the chosen score."""
        self.say(Action.PAIN, str(self.score))
        self.action_cancel()

    def action_cancel(self) -> None:
        """Close a question that the person opened."""
        self.asked, self.score = False, None
        self._show_picture()
        self._refresh_keys()

    def action_pain(self) -> None:
        """Open the pain question."""
        self.asked = True
        self._show_picture()
        self._refresh_keys()

    def action_start(self) -> None:
        """Skip the waiting."""
        self.say(Action.START)

    def action_pause(self) -> None:
        """Hold the session."""
        self.say(Action.PAUSE)

    def action_resume(self) -> None:
        """Go on with the session."""
        self.say(Action.RESUME)

    def action_skip(self) -> None:
        """Go to the next exercise."""
        self.say(Action.SKIP)

    def action_repeat(self) -> None:
        """Do this set again."""
        self.say(Action.REPEAT)

    def action_calibrate(self) -> None:
        """Stand and bow again."""
        self.say(Action.CALIBRATE)

    @property
    def _takes_pain(self) -> bool:
        """Whether a pain score may be given with the stop: not where that is asked anyway."""
        return self.snapshot.coach.phase in words.EXERCISING

    def action_ask_stop(self) -> None:
        """Ask whether to stop; what is under way goes on meanwhile."""
        self.stop_asked, self.score = True, None
        self._show_picture()
        self._refresh_keys()

    def action_go_on(self) -> None:
        """Close the question whether to stop."""
        self.stop_asked, self.score = False, None
        self._show_picture()
        self._refresh_keys()

    def action_stop(self) -> None:
        """Stop the session, with the pain score that was typed; the next press leaves at once."""
        score = "" if self.score is None or not self._takes_pain else str(self.score)
        self.stopping = True
        self.say(Action.STOP, score)
        self.action_go_on()
