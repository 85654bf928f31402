"""A large number, its progress beneath, and a line that says what it is."""

from textual.containers import Vertical

from spinesense.tui.widgets.blocks import BlockNumber
from spinesense.tui.widgets.lines import Line
from spinesense.tui.widgets.meter import Meter


class NumberPanel(Vertical):
    """Give `number`, `meter` and `label` what they shall show."""

    def __init__(self, panel_id: str) -> None:
        self.number = BlockNumber()
        self.meter = Meter()
        self.label = Line()
        super().__init__(self.number, self.meter, self.label, id=panel_id)
