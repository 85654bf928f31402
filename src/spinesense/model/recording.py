"""What a recording says about itself."""

from dataclasses import dataclass

from spinesense.model.calibration import Calibration
from spinesense.model.packets import DeviceProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingInfo:
    """The head of a recording, written before its first packet."""

    device: DeviceProfile
    upper: DeviceProfile | None = None
    """The second sensor, higher on the back; None when there is one only."""
    started_at: str
    """Wall-clock time of arrival 0, ISO 8601 with an offset."""
    routine: str = ""
    """The whole text of the coached routine (TOML), so that a replay repeats it; else empty."""
    calibration: Calibration | None = None
    """A calibration that was already known when the recording began."""
    settings: str = ""
    """The limits that were in force (TOML), so that a replay keeps to them; empty for the usual."""
    notes: str = ""
    continues: str | None = ""
    """Name of the file that this session was gone on with from, all of which this one begins with;
    empty for a beginning, None in recordings of 0.1, which did not say it."""
    demo: bool = False
    """A demonstration, in which nobody at the keyboard takes part."""
