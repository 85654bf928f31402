"""What is told to somebody who does not look at the screen: aloud, and by the desktop."""

from collections.abc import Callable, Sequence

from spinesense.model.events import Cue, Event, SittingAlert, WalkSuggested

ALOUD, ON_THE_DESKTOP = 2, 3
"""Levels of a sitting prompt from which on it is said, and shown by the desktop."""


class Announcer:
    """Says each cue and prompt once, as it is told, also when its words are those of the last one.

    Parameters
    ----------
    speak
        Says words aloud and returns at once; None for silence.
    notify
        Shows words on the desktop; None where that cannot be done.
    """

    def __init__(
        self,
        speak: Callable[[str], None] | None = None,
        notify: Callable[[str], object] | None = None,
    ) -> None:
        self._speak, self._notify = speak, notify

    def take(self, events: Sequence[Event]) -> None:
        """Announce the news of one item."""
        for event in events:
            match event:
                case Cue():
                    self._announce(event.words, ALOUD)
                case SittingAlert():
                    self._announce(event.reason, event.level)
                case WalkSuggested():
                    self._announce(event.words, ALOUD)

    def _announce(self, words: str, level: int) -> None:
        if level >= ALOUD and self._speak:
            self._speak(words)
        if level >= ON_THE_DESKTOP and self._notify:
            self._notify(words)
