"""A coached session with the screen off: what is said, a line each, and answers typed or spoken in.

For following by ear, by a screen reader or a braille line, or from a log. Standard output has the
captions only.
"""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress

from spinesense.cli.event_text import words_of
from spinesense.cli.output import say
from spinesense.cli.signals import Heeded, until_asked
from spinesense.model.events import Cue, Event, SessionEnded, SessionLeft, SetDone
from spinesense.model.packets import Action
from spinesense.model.run import Run
from spinesense.model.snapshot import Snapshot

KEYS = {
    "": Action.START,
    "go": Action.RESUME,
    "pause": Action.PAUSE,
    "skip": Action.SKIP,
    "again": Action.REPEAT,
    "calibrate": Action.CALIBRATE,
    "stop": Action.STOP,
}
"""What a typed line means; a number is a pain score, and Enter alone is "I am ready"."""
SCORES = frozenset(map(str, range(11)))
LONGEST_LINE = 1000
"""Bytes of a typed line: a longer one is no answer, and is not kept."""
HELP = (
    "Type a number from 0 to 10 for your pain, or: go, pause, skip, again, calibrate, stop. "
    "After stop you may give your pain, as in: stop 3. "
    "Enter alone means that you are ready."
)


def print_captions(events: Sequence[Event]) -> None:
    """Print the cues, finished sets and the end among the news of one item."""
    for event in events:
        if isinstance(event, Cue):
            say(f"{clock(event.time_s)}  {event.words}")
        elif isinstance(event, SetDone):
            say(f"{clock(event.time_s)}  [{set_words(event)}]")
        elif isinstance(event, SessionEnded | SessionLeft):
            say(f"{clock(event.time_s)}  [{words_of(event)}]")


class Troubles:
    """Says what is wrong with the sensor or the recording, on stderr, whenever that changes."""

    def __init__(self) -> None:
        self._said = ("", "")

    def take(self, snapshot: Snapshot) -> None:
        """Say what is new in a picture."""
        news = (snapshot.sensor.message, snapshot.unrecorded)
        for new, said in zip(news, self._said, strict=True):
            if new not in ("", said):
                say(f"spinesense: {new}", err=True)
        self._said = (news[0] or self._said[0], news[1] or self._said[1])


def clock(time_s: float) -> str:
    """Data time as ``m:ss``."""
    minutes, seconds = divmod(int(time_s), 60)
    return f"{minutes:3}:{seconds:02}"


def set_words(done: SetDone) -> str:
    """One finished set in a few words."""
    name = done.exercise.replace("_", " ")
    parts = [name + (f", {done.side}" if done.side else "")]
    if done.goal:
        parts.append(f"{len(done.repetitions)} of {done.goal}")
    if done.uncounted:
        parts.append(f"{len(done.uncounted)} not counted")
    if done.held_s:
        parts.append(f"held {done.held_s:.0f} s")
    if done.skipped:
        parts.append("skipped")
    return ": ".join([parts[0], ", ".join(parts[1:]) or "done"])


def meaning(line: str) -> tuple[Action, str] | None:
    """What a typed line says to the session, or None when it is not understood."""
    word, _, score = line.strip().lower().partition(" ")
    if word in SCORES and not score:
        return Action.PAIN, word
    if score:
        return (Action.STOP, score) if word == "stop" and score in SCORES else None
    return (KEYS[word], "") if word in KEYS else None


def can_type() -> bool:
    """Whether anybody can type: at a terminal or through a pipe, not in a file or nowhere."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return False
    return sys.stdin.isatty() or stat.S_ISFIFO(mode)


def follow(run: Run) -> None:
    """Run a session to its end, and take what is typed meanwhile.

    Raises
    ------
    SystemExit, KeyboardInterrupt
        When a signal ended it, after its recording was finished.
    """
    asyncio.run(_follow(run)).leave()


async def _follow(run: Run) -> Heeded:
    listening = asyncio.create_task(_listen(run))
    try:
        return await until_asked(run, Troubles().take)
    finally:
        listening.cancel()


async def _listen(run: Run) -> None:
    """Take lines from standard input until it ends; it is read without a thread that would wait."""
    if not can_type():
        return
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    waits = os.get_blocking(sys.stdin.fileno())
    try:
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        async for line in _lines(reader):
            said = meaning(line.decode(errors="replace"))
            if said is None:
                say(HELP, err=True)
            else:
                run.say(*said)
    finally:
        # The terminal is shared with the shell, which expects to wait for what is typed.
        with suppress(OSError, ValueError):
            os.set_blocking(sys.stdin.fileno(), waits)


async def _lines(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """Lines as they end; of one that is too long the beginning, the rest of it is dropped."""
    line = b""
    while chunk := await reader.read(LONGEST_LINE):
        *ended, rest = chunk.split(b"\n")
        for part in ended:
            yield (line + part)[:LONGEST_LINE]
            line = b""
        line = (line + rest)[:LONGEST_LINE]
    if line:
        yield line
