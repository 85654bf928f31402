"""All limits of the coach in one text: what they are, and what the person chose instead."""

from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import msgspec

from spinesense.coaching.pain_limits import PainLimits, pain_problems
from spinesense.coaching.progression.aerobic import AerobicLimits
from spinesense.coaching.progression.frequency import DayLimits
from spinesense.coaching.progression.training_log import ProgressLimits
from spinesense.coaching.sitting.limits import SittingLimits, sitting_problems
from spinesense.coaching.toml_schema import Check, Path, read_text
from spinesense.coaching.toml_values import toml_value
from spinesense.model.strict import strictly


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """What a settings file holds. A section is a frozen record in the module that keeps to it."""

    pain: PainLimits = PainLimits()
    days: DayLimits = DayLimits()
    progress: ProgressLimits = ProgressLimits()
    aerobic: AerobicLimits = AerobicLimits()
    sitting: SittingLimits = SittingLimits()


USUAL = Settings()
"""What holds when nothing is chosen."""
CHECKS: dict[type[msgspec.Struct], Check] = {
    PainLimits: pain_problems,
    SittingLimits: sitting_problems,
}
"""What to check of a section beyond its types."""


def parse_settings(text: str, file: str) -> Settings:
    """Read a settings text; what it leaves out is as usual.

    Raises
    ------
    TextError
        Naming every mistake of the text with its line and key.
    """
    return read_text(text, file, Settings, CHECKS)


def settings_template() -> str:
    """The text of a settings file with everything as usual, and the reason for each limit."""
    return files("spinesense.coaching").joinpath("settings.toml").read_text("utf-8")


def write_settings(settings: Settings) -> str:
    """A text that ``parse_settings`` reads as these settings.

    Raises
    ------
    TypeError
        When a value is not of the type of its field, or beyond its limits.
    """
    lines: list[str] = []
    for section, table in msgspec.to_builtins(strictly(settings)).items():
        lines.append(f"[{section}]")
        lines.extend(f"{key} = {toml_value(value)}" for key, value in table.items())
        lines.append("")
    return "\n".join(lines)


def chosen(settings: Settings) -> Iterator[tuple[Path, Any, Any]]:
    """Every limit: where it stands, what holds, and what is usual."""
    usual = msgspec.to_builtins(USUAL)
    for section, table in msgspec.to_builtins(settings).items():
        for key, value in table.items():
            yield (section, key), value, usual[section][key]
