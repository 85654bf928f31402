"""What the face needs from the rest of the program: something to open, and a run to show."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # the home screen shows no snapshot: its first paint need not wait for one
    from spinesense.model.asking import Ask
    from spinesense.model.day import DayView
    from spinesense.model.search import SearchView


class LaunchKind(StrEnum):
    """What a person can open."""

    DEMO = "demo"
    COACH = "coach"
    CONTINUE = "continue"
    SIT = "sit"
    REPLAY = "replay"
    DAY = "day"
    SENSOR = "sensor"


@dataclass(frozen=True, slots=True)
class Launch:
    """One thing to open."""

    kind: LaunchKind
    target: str = ""
    """The id of the routine to coach, the recording to go on with, or the file to replay; otherwise
    empty."""
    words: str = ""
    """What is opened, shown until there is something to see of it."""


class Consult(Protocol):
    """The pages before a session. Both methods wait for a disk: call them in a thread."""

    def next(self) -> "Ask | None":
        """The page that is due; None when the session may begin.

        Raises
        ------
        SpinesenseError
            What is known of the person cannot be read or kept.
        """

    def answer(self, ask: "Ask", value: str) -> None:
        """Take the answer to a page; raises as ``next``."""


class KeptDays(Protocol):
    """The days that were kept. All methods wait for a disk: call them in a thread."""

    def today(self) -> str:
        """The date by the clock on the wall, ISO 8601."""

    def day(self, day: str) -> "DayView":
        """One day; without a ribbon when nothing was watched on it.

        Raises
        ------
        SpinesenseError
            What was kept cannot be read.
        """

    def week(self, day: str) -> "tuple[DayView, ...]":
        """The seven days, from Monday on, of the week that holds a day; raises as ``day``."""


class Search(Protocol):
    """A search for sensors."""

    async def run(self, publish: "Callable[[SearchView], None]") -> None:
        """Publish what is heard until ``end`` is called.

        Raises
        ------
        SpinesenseError
            There is no radio, or it cannot be used.
        """

    def choose(self, address: str) -> None:
        """Use this sensor from now on; an empty address is the simulated one.

        Raises
        ------
        SpinesenseError
            The choice cannot be kept.
        """

    def end(self) -> None:
        """End the search; ``run`` then returns."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of the home screen that can be opened."""

    launch: Launch
    title: str
    detail: str


@dataclass(frozen=True, slots=True)
class HomeView:
    """What the home screen shows."""

    interrupted: Choice | None = None
    """The session to go on with, when one was broken off."""
    routines: tuple[Choice, ...] = ()
    recordings: tuple[Choice, ...] = ()
    """Newest first."""
    history: tuple[str, ...] = ()
    """Recent sessions, one line each, newest first."""
    week: str = ""
    """The aerobic minutes of this week, in words; empty where none were ever kept."""
    trouble: str = ""
    """Why there is no history to show, in one sentence; empty when all is well."""
    sensor: str = ""
    """The sensor that will be used, in words."""
    notice: str = ""
    """The wellness notice."""
