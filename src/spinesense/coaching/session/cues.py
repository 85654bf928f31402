"""What is said when: one thing at a time, the most important first, nothing late."""

from dataclasses import dataclass, field

from spinesense.model.events import Cue, Priority

WORDS_PER_MINUTE = 175
"""Default speed of espeak-ng, and near that of other voices (160 to 200)."""
START_S = 0.3
"""Start of the voice and the pause after its words."""
LATEST_S = 1.0
"""A cue that cannot be said within a second of its event is about something that is over."""

_RANK = {priority: rank for rank, priority in enumerate(Priority)}


def speech_s(words: str) -> float:
    """How long these words take to say."""
    return START_S + len(words.split()) * 60.0 / WORDS_PER_MINUTE


@dataclass(frozen=True, slots=True)
class CueRequest:
    """Something that wants to be said."""

    asked_s: float
    priority: Priority
    words: str


@dataclass(slots=True)
class CueQueue:
    """Gives out one cue at a time. Wishes for later wait here, and are dropped when too late."""

    free_from_s: float = float("-inf")
    """When the words that are being said will be over."""
    saying: Priority = Priority.PACE
    """How important they are."""
    caption: str = ""
    """The newest cue."""
    waiting: list[CueRequest] = field(default_factory=list)

    def request(self, time_s: float, priority: Priority, words: str) -> None:
        """Wish for words to be said. A newer wish of the same priority replaces an older one."""
        self.waiting = [wish for wish in self.waiting if wish.priority is not priority]
        self.waiting.append(CueRequest(time_s, priority, words))

    def quiet(self, time_s: float) -> bool:
        """Whether nothing is being said and nothing waits."""
        return not self.waiting and time_s >= self.free_from_s

    def clear(self) -> None:
        """Forget what waits: the situation it was about is over."""
        self.waiting = []

    def next(self, time_s: float) -> Cue | None:
        """The cue to say at this time, if any.

        ``STOP`` interrupts whatever is being said, and anything interrupts the pacer.
        """
        self.waiting = [wish for wish in self.waiting if time_s - wish.asked_s <= LATEST_S]
        if not self.waiting:
            return None
        first = min(self.waiting, key=lambda wish: _RANK[wish.priority])
        paced = self.saying is Priority.PACE and first.priority is not Priority.PACE
        interrupts = first.priority is Priority.STOP or paced
        if not interrupts and time_s < self.free_from_s:
            return None
        self.waiting.remove(first)
        if first.priority is Priority.STOP:
            self.clear()
        self.free_from_s = time_s + speech_s(first.words)
        self.saying = first.priority
        self.caption = first.words
        return Cue(time_s, first.priority, first.words)
