"""The posture monitor for a day at the desk."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.types import CSSPathType
from textual.widget import Widget

from spinesense.model.actions import Action
from spinesense.model.intent_values import Snooze
from spinesense.model.plain_text import plain
from spinesense.model.snapshot import Snapshot
from spinesense.tui.screens.live import LiveScreen
from spinesense.tui.widgets.sit_picture import PROMPT, SitPicture

PROMPT_S = 20.0
"""A prompt on another page is there as long as it takes to notice and read it."""
LOOKING_ON = "Another spinesense runs it; this one looks on"
"""The mark that the sitting rule takes as "not now"."""


class SitScreen(LiveScreen, inherit_bindings=False):
    """Shows the sitting clock and the prompt to move.

    Escape asks before it ends a watch that runs here; the watch goes on under that question.
    """

    CSS_PATH: ClassVar[CSSPathType | None] = ["live.tcss", "sit.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("z", "snooze", "Snooze"),
        Binding("c", "calibrate", "Calibrate"),
        Binding("l", "learn", "Learn slouch"),
        Binding("t", "app.day", "Today"),
        Binding("enter,escape", "end", "End it", key_display="Enter or Esc"),
        Binding("space", "go_on", "Go on"),
        Binding("escape", "ask_end", "End"),
        Binding("escape", "look_away", "Leave"),
    ]

    end_asked = False
    """Whether it is asked if the watch shall end."""
    _offered = (False, False, False, False)
    _prompted = ""

    def body(self) -> list[Widget]:
        """The picture alone."""
        return [SitPicture()]

    def draw(self, snapshot: Snapshot) -> None:
        """Show a moment."""
        super().draw(snapshot)
        elsewhere = snapshot.sensor.elsewhere
        self.entitle("Sitting watch", LOOKING_ON if elsewhere else "")
        self.query_one(SitPicture).show(snapshot, end_asked=self.end_asked)
        learnable = snapshot.trunk.flexion_rad is not None
        offered = (bool(snapshot.posture.alert), learnable, elsewhere, self.run_now is not None)
        if offered != self._offered:
            self._offered = offered
            self.refresh_bindings()

    def covered(self, snapshot: Snapshot) -> None:
        """Prompt on the page that lies above, too."""
        alert = snapshot.posture.alert
        if alert != self._prompted:
            self._prompted = alert
            if alert:
                self.notify(
                    plain(alert), title=PROMPT, severity="warning", timeout=PROMPT_S, markup=False
                )

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool:
        """Offer snooze while there is something to snooze, and to learn what can be learned.

        What runs elsewhere, or does not run, is left, not ended.
        """
        if self.end_asked:
            return action in ("end", "go_on")
        runs_here = self.run_now is not None and not self.snapshot.sensor.elsewhere
        if action in ("ask_end", "look_away"):
            return (runs_here and not self.trouble) == (action == "ask_end")
        if action in ("end", "go_on"):
            return False
        if action == "learn":
            return self.snapshot.trunk.flexion_rad is not None
        return action != "snooze" or bool(self.snapshot.posture.alert)

    async def action_look_away(self) -> None:
        """Go back; a watch that runs elsewhere goes on there."""
        await self.action_leave()

    async def action_end(self) -> None:
        """End the watch, and go back."""
        self._ask_end(asked=False)
        await self.action_leave()

    def action_ask_end(self) -> None:
        """Ask whether to end the watch."""
        self._ask_end(asked=True)

    def action_go_on(self) -> None:
        """Close that question."""
        self._ask_end(asked=False)

    def _ask_end(self, *, asked: bool) -> None:
        self.end_asked = asked
        self.query_one(SitPicture).show(self.snapshot, end_asked=asked)
        self.refresh_bindings()

    def action_snooze(self) -> None:
        """Put the prompt off."""
        self.say(Action.MARK, Snooze().to_value())

    def action_calibrate(self) -> None:
        """Stand and bow, so that angles are measured from this person's neutral."""
        self.say(Action.CALIBRATE)

    def action_learn(self) -> None:
        """Sit tall, then slump: so that a slump is measured on this person's own scale."""
        self.say(Action.LEARN_SLOUCH)
