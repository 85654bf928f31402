"""The posture monitor for a day at the desk."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.types import CSSPathType
from textual.widget import Widget

from spinesense.model.actions import Action
from spinesense.model.plain_text import plain
from spinesense.model.snapshot import Snapshot
from spinesense.tui.screens.live import LiveScreen
from spinesense.tui.widgets.sit_picture import PROMPT, SitPicture

PROMPT_S = 20.0
"""A prompt on another page is there as long as it takes to notice and read it."""
LOOKING_ON = "Another spinesense runs it; this one looks on"
SNOOZE = "snooze"
"""The mark that the sitting rule takes as "not now"."""


class SitScreen(LiveScreen, inherit_bindings=False):
    """Shows the sitting clock and the prompt to move."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["live.tcss", "sit.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("z", "snooze", "Snooze"),
        Binding("c", "calibrate", "Calibrate"),
        Binding("l", "learn", "Learn slouch"),
        Binding("t", "app.day", "Today"),
        Binding("escape", "leave", "End"),
        Binding("escape", "look_away", "Leave"),
    ]

    _offered = (False, False, False)
    _prompted = ""

    def body(self) -> list[Widget]:
        """The picture alone."""
        return [SitPicture()]

    def draw(self, snapshot: Snapshot) -> None:
        """Show a moment."""
        super().draw(snapshot)
        elsewhere = snapshot.sensor.elsewhere
        self.entitle("Sitting watch", LOOKING_ON if elsewhere else "")
        self.query_one(SitPicture).show(snapshot)
        learnable = snapshot.trunk.flexion_rad is not None
        offered = (bool(snapshot.posture.alert), learnable, elsewhere)
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

        What runs elsewhere is left, not ended.
        """
        if action in ("leave", "look_away"):
            return self.snapshot.sensor.elsewhere == (action == "look_away")
        if action == "learn":
            return self.snapshot.trunk.flexion_rad is not None
        return action != "snooze" or bool(self.snapshot.posture.alert)

    async def action_look_away(self) -> None:
        """Go back; the watch goes on where it runs."""
        await self.action_leave()

    def action_snooze(self) -> None:
        """Put the prompt off."""
        self.say(Action.MARK, SNOOZE)

    def action_calibrate(self) -> None:
        """Stand and bow, so that angles are measured from this person's neutral."""
        self.say(Action.CALIBRATE)

    def action_learn(self) -> None:
        """Sit tall, then slump: so that a slump is measured on this person's own scale."""
        self.say(Action.LEARN_SLOUCH)
