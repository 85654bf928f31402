"""A recording that is cut, changed or hit by a power cut: read, finished, and read again."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from random import Random

from mcap.data_stream import ReadDataStream
from mcap.opcode import Opcode
from mcap.records import Channel, Chunk, Message
from mcap.stream_reader import breakup_chunk
from mcap.writer import MCAP0_MAGIC

from benchmarks.faults.table import Row, Run
from spinesense.model.errors import FileError
from spinesense.model.events import Cue, Priority
from spinesense.model.packets import Action, DeviceProfile, Intent, Item, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.store.recordings.layout import EVENT_TOPIC
from spinesense.store.recordings.read import Recording, read_recording
from spinesense.store.recordings.recording import RecordingWriter, finish_interrupted

ITEMS = 700
"""Three chunks of a finished recording."""
PAGE = 4096
INFO = RecordingInfo(
    device=DeviceProfile("open", "belt", 100.0), started_at="2026-01-31T09:30:00+01:00"
)

PREFACE = 51
"""Bytes of a message before its body: lengths, numbers, times and checksum."""


@dataclass(frozen=True, slots=True)
class Readers:
    """What is asked: the program's own, or one with a fault that must be found."""

    read: Callable[[Path], Recording] = read_recording
    finish: Callable[[Path], list[Path]] = finish_interrupted


@dataclass(frozen=True, slots=True)
class Span:
    """Bytes of a file, from ``start`` up to ``end``."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Whole:
    """A recording as it was written."""

    data: bytes
    items: tuple[Item, ...]
    head: Span
    """Without it a file is refused."""
    needs: tuple[tuple[Span, ...], ...]
    """Of each item: the records without which it cannot be known."""

    def apart_from(self, place: int) -> set[int]:
        """Numbers of the items that a change of this byte does not concern."""
        return self._where(lambda span: not span.start <= place < span.end)

    def before(self, size: int) -> set[int]:
        """Numbers of the items that stand before this place."""
        return self._where(lambda span: span.end <= size)

    def _where(self, whole: Callable[[Span], bool]) -> set[int]:
        """Numbers of the items of which all records are whole."""
        if not whole(self.head):
            return set()
        return {number for number, spans in enumerate(self.needs) if all(map(whole, spans))}


@dataclass(frozen=True, slots=True)
class Try:
    """One damaged file, and what must be told of it."""

    what: str
    data: bytes
    intact: set[int]
    """Numbers of the items that must be read."""
    torn: bool
    """A process or the power ended here: what came later may be dropped without a word."""


def ask(run: Run, by: Readers = Readers()) -> Iterator[Row]:
    """One row for each kind of damage and each state of the recording."""
    live, finished = made(run.folder / "made", run.chance)
    cuts, changes = run.several(60, 6_000), run.several(150, 8_000)
    for name, whole, damage, count in (
        ("cut, live", live, _cut, cuts),
        ("cut, finished", finished, _cut, cuts),
        ("changed, live", live, _changed, changes),
        ("changed, finished", finished, _changed, changes),
        ("power cut, live", live, _without_power, cuts),
    ):
        row = Row(f"a recording {name}")
        for _ in range(count):
            row.tried += 1
            try_one(run.folder / "home", whole.items, damage(whole, run.chance), row, by)
        yield row


def made(folder: Path, chance: Random) -> tuple[Whole, Whole]:
    """The same recording as its process left it, and finished."""
    path = folder / "a.mcap"
    items = tuple(_item(number, chance) for number in range(ITEMS))
    with RecordingWriter.create(path, INFO) as writer:
        for item in items:
            writer.append(item)
            if isinstance(item, Intent):
                writer.note(Cue(item.arrival_s, Priority.GUIDE, "Breathe."))
        live = path.read_bytes()
    return _located(live, items), _located(path.read_bytes(), items)


def _item(number: int, chance: Random) -> Item:
    """No two are equal."""
    if number % 50 == 49:
        return Intent(number * 0.05, Action.MARK, str(number))
    channel = "battery" if number % 100 == 10 else "imu"
    return Packet(number * 0.05, channel, chance.randbytes(chance.choice((20, 244, 500))))


def _located(data: bytes, items: tuple[Item, ...]) -> Whole:
    """Find where each item stands."""
    at, head_end = len(MCAP0_MAGIC), 0
    topics: dict[int, tuple[str, tuple[Span, ...]]] = {}
    needs: list[tuple[Span, ...]] = []
    while at < len(data) and data[at] != Opcode.DATA_END:
        length = int.from_bytes(data[at + 1 : at + 9], "little")
        span = Span(at, at + 9 + length)
        content = ReadDataStream(BytesIO(data[at + 9 : span.end]))
        if data[at] in (Opcode.HEADER, Opcode.METADATA):
            head_end = span.end
        elif data[at] == Opcode.CHANNEL:
            channel = Channel.read(content)
            topics[channel.id] = (channel.topic, (span,))
        elif data[at] == Opcode.MESSAGE:
            topic, also = topics[Message.read(content, length).channel_id]
            needs += [(span, *also)] if topic != EVENT_TOPIC else []
        elif data[at] == Opcode.CHUNK:
            needs += [(span,)] * _items_in(Chunk.read(content), topics)
        at = span.end
    assert len(needs) == len(items)
    return Whole(data, items, Span(0, head_end), tuple(needs))


def _items_in(chunk: Chunk, topics: dict[int, tuple[str, tuple[Span, ...]]]) -> int:
    """How many items a chunk holds. Its channels are told again at the end of the file."""
    found = 0
    for record in breakup_chunk(chunk):
        if isinstance(record, Channel):
            topics[record.id] = (record.topic, ())
        elif isinstance(record, Message):
            found += topics[record.channel_id][0] != EVENT_TOPIC
    return found


def _cut(whole: Whole, chance: Random) -> Try:
    size = chance.randrange(len(whole.data))
    return Try(f"cut to {size} bytes", whole.data[:size], whole.before(size), torn=True)


def _changed(whole: Whole, chance: Random) -> Try:
    """One bit, or a whole byte; half of them where the lengths and numbers of records stand."""
    place = chance.randrange(len(whole.data))
    if chance.random() < 0.5:
        place = chance.choice(whole.needs)[0].start + chance.randrange(PREFACE)
    mask = chance.choice((1 << chance.randrange(8), chance.randrange(1, 256)))
    data = bytearray(whole.data)
    data[place] ^= mask
    what = f"byte {place} of {len(data)} changed by {mask:#04x}"
    return Try(what, bytes(data), whole.apart_from(place), torn=False)


def _without_power(whole: Whole, chance: Random) -> Try:
    """Up to some place the file was brought to the disk; of later pages any may be lost."""
    synced = chance.choice(whole.needs)[0].end
    data = bytearray(whole.data[: chance.randint(synced, len(whole.data))])
    lost = []
    for page in range(synced // PAGE, len(data) // PAGE + 1):
        start, end = max(page * PAGE, synced), min((page + 1) * PAGE, len(data))
        if start < end and chance.random() < 0.3:
            data[start:end] = bytes(end - start)
            lost.append(page)
    what = f"synced to byte {synced}, then {len(data)} bytes long without the pages {lost}"
    return Try(what, bytes(data), whole.before(synced), torn=True)


def try_one(folder: Path, items: tuple[Item, ...], one: Try, row: Row, by: Readers) -> None:
    """Read one damaged file, finish it and read it again."""
    path = folder / "a.mcap"
    folder.mkdir(exist_ok=True)
    for left in folder.iterdir():
        left.unlink()
    path.write_bytes(one.data)
    before = _told(path, items, one, row, by)
    by.finish(folder)
    again = Row(row.question)
    after = _told(path, items, one, again, by)
    row.lost += [each for each in again.lost if each not in row.lost]
    row.doubled += [each for each in again.doubled if each not in row.doubled]
    row.untrue += [each for each in again.untrue if each not in row.untrue]
    if before - after:
        row.lost.append(f"{one.what}: finishing took {len(before - after)} items away")


def _told(path: Path, items: tuple[Item, ...], one: Try, row: Row, by: Readers) -> set[int]:
    """Read; note what is not as it was, and give the numbers of the items that were told."""
    try:
        found = by.read(path)
    except FileError as problem:
        if one.intact:
            row.lost.append(f"{one.what}: all of it: {problem}")
        return set()
    except Exception as mistake:  # noqa: BLE001  # whatever it is, it is a finding
        row.untrue.append(f"{one.what}: {mistake!r}")
        return set()
    known = {item: number for number, item in enumerate(items)}
    numbers = [known.get(item, -1) for item in found.items]
    told = set(numbers)
    if -1 in told:
        row.untrue.append(f"{one.what}: an item that was never recorded")
    if len(told) < len(numbers):
        row.doubled.append(f"{one.what}: {len(numbers) - len(told)} items come again")
    if numbers != sorted(numbers):
        row.untrue.append(f"{one.what}: items in another order")
    if one.intact - told:
        first = min(one.intact - told)
        row.lost.append(f"{one.what}: {len(one.intact - told)} intact items from number {first} on")
    if not one.torn and len(told) < len(items) and not found.damage:
        row.untrue.append(f"{one.what}: {len(items) - len(told)} items are gone without a word")
    return told
