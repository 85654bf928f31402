"""The posture monitor for a day at the desk."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.types import CSSPathType
from textual.widget import Widget

from spinesense.model.packets import Action
from spinesense.model.snapshot import Snapshot
from spinesense.tui.screens.live import LiveScreen
from spinesense.tui.widgets.sit_picture import SitPicture

SNOOZE = "snooze"
"""The mark that the sitting rule takes as "not now"."""


class SitScreen(LiveScreen, inherit_bindings=False):
    """Shows the sitting clock and the prompt to move."""

    CSS_PATH: ClassVar[CSSPathType | None] = ["live.tcss", "sit.tcss"]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("z", "snooze", "Snooze"),
        Binding("c", "calibrate", "Calibrate"),
        Binding("escape", "leave", "End"),
    ]

    _alerted = False

    def body(self) -> list[Widget]:
        """The picture alone."""
        return [SitPicture()]

    def draw(self, snapshot: Snapshot) -> None:
        """Show a moment."""
        super().draw(snapshot)
        self.entitle("Sitting watch")
        self.query_one(SitPicture).show(snapshot)
        if bool(snapshot.posture.alert) != self._alerted:
            self._alerted = not self._alerted
            self.refresh_bindings()

    def check_action(self, action: str, _parameters: tuple[object, ...]) -> bool:
        """Offer snooze while there is something to snooze."""
        return action != "snooze" or bool(self.snapshot.posture.alert)

    def action_snooze(self) -> None:
        """Put the prompt off."""
        self.say(Action.MARK, SNOOZE)

    def action_calibrate(self) -> None:
        """Stand and bow, so that angles are measured from this person's neutral."""
        self.say(Action.CALIBRATE)
