"""A coached session with the screen off: what is said, a line each, and answers typed or spoken in.

For following by ear, by a screen reader or a braille line, or from a log. Standard output has the
captions only.
"""

import asyncio
import os
import stat
import sys
from collections.abc import AsyncIterator, Callable, Sequence

from spinesense.cli.output import say
from spinesense.model.events import Cue, Event, SetDone
from spinesense.model.packets import Action
from spinesense.tui.launch import Run

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
    "Enter alone means that you are ready."
)


class Captions:
    """Prints cues and finished sets as they come, and says the cues aloud."""

    def __init__(self, speak: Callable[[str], None] | None) -> None:
        self._speak = speak

    def take(self, events: Sequence[Event]) -> None:
        """Print the news of one item."""
        for event in events:
            if isinstance(event, Cue):
                say(f"{clock(event.time_s)}  {event.words}")
                if self._speak is not None:
                    self._speak(event.words)
            elif isinstance(event, SetDone):
                say(f"{clock(event.time_s)}  [{set_words(event)}]")


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
    if done.held_s:
        parts.append(f"held {done.held_s:.0f} s")
    if done.skipped:
        parts.append("skipped")
    return ": ".join([parts[0], ", ".join(parts[1:]) or "done"])


def meaning(line: str) -> tuple[Action, str] | None:
    """What a typed line says to the session, or None when it is not understood."""
    word = line.strip().lower()
    if word in SCORES:
        return Action.PAIN, word
    return (KEYS[word], "") if word in KEYS else None


def can_type() -> bool:
    """Whether anybody can type: at a terminal or through a pipe, not in a file or nowhere."""
    try:
        mode = os.fstat(sys.stdin.fileno()).st_mode
    except (OSError, ValueError, AttributeError):
        return False
    return sys.stdin.isatty() or stat.S_ISFIFO(mode)


def follow(run: Run) -> None:
    """Run a session to its end, and take what is typed meanwhile."""
    asyncio.run(_follow(run))


async def _follow(run: Run) -> None:
    listening = asyncio.create_task(_listen(run))
    try:
        await run.run(lambda _: None)
    finally:
        listening.cancel()


async def _listen(run: Run) -> None:
    """Take lines from standard input until it ends; it is read without a thread that would wait."""
    if not can_type():
        return
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    async for line in _lines(reader):
        said = meaning(line.decode(errors="replace"))
        if said is None:
            say(HELP, err=True)
        else:
            run.say(*said)


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
