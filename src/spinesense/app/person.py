"""What is known of the person, opened from where it is kept."""

from collections.abc import Mapping
from datetime import UTC, datetime

from spinesense.coaching.exercises.schema import Exercise
from spinesense.coaching.progression.aerobic import Week, week_of
from spinesense.coaching.settings import Settings, parse_settings
from spinesense.runner.care import Care, bouts_of
from spinesense.store.files import read_text
from spinesense.store.history.diary import Diary
from spinesense.store.places import history_path, settings_path


def load_settings() -> Settings:
    """Return the limits in force: the person's settings file, or what is usual.

    Raises
    ------
    SpinesenseError
        When the file cannot be read, or for its mistakes.
    """
    path = settings_path()
    return parse_settings(read_text(path), str(path)) if path.exists() else Settings()


def care_of(catalogue: Mapping[str, Exercise], *, simulated: bool) -> Care:
    """Return what is known of the person, in the real world or in that of the simulated sensor."""
    return Care(history_path(), load_settings(), catalogue, local_now, simulated=simulated)


def local_now() -> datetime:
    """Return the moment by the person's clock."""
    return datetime.now(UTC).astimezone()


def this_week() -> Week | None:
    """Return the aerobic minutes of this week; None where none were ever kept."""
    with Diary.open(history_path()) as diary:
        bouts = bouts_of(diary.activities(), diary.walks(simulated=False))
    return week_of(bouts, local_now().date(), load_settings().aerobic) if bouts else None
