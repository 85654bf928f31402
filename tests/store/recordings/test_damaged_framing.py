"""A recording is read on both sides of any damage, never with what was not in it."""

import random
import struct
import tempfile
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mcap.opcode import Opcode

from spinesense.model.errors import FileError
from spinesense.model.packets import Action, DeviceProfile, Intent, Item, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.store.recordings.head import mended_head
from spinesense.store.recordings.read import Recording, read_info, read_recording
from spinesense.store.recordings.recording import RecordingWriter, finish_interrupted

INFO = RecordingInfo(
    device=DeviceProfile("open", "sensor", 100.0),
    started_at="2026-01-31T09:30:00+01:00",
    routine="[[exercise]]\n",
    notes="after lunch",
)
HEAD_BYTES = 9
COUNT = 12


def items_of(count: int, body_bytes: int, seed: int) -> list[Item]:
    chance = random.Random(seed)
    return [
        Intent(n * 0.05, Action.PAIN, str(n % 10))
        if n % 5 == 3
        else Packet(n * 0.05, "battery" if n % 7 == 5 else "imu", chance.randbytes(body_bytes))
        for n in range(count)
    ]


def written(items: list[Item], *, closed: bool) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mcap"
        writer = RecordingWriter.create(path, INFO)
        for item in items:
            writer.append(item)
        data = path.read_bytes()
        writer.close()
        return path.read_bytes() if closed else data


SMALL = items_of(COUNT, 12, 1)
LIVE = written(SMALL, closed=False)
SEVERAL_CHUNKS = items_of(700, 400, 2)
FINISHED = written(SEVERAL_CHUNKS, closed=True)


def records(data: bytes) -> list[tuple[int, int, int]]:
    """Opcode, beginning and end of each record before the index."""
    found, position = [], 8
    while position + HEAD_BYTES <= len(data):
        opcode, length = struct.unpack_from("<BQ", data, position)
        if opcode == Opcode.DATA_END:
            break
        found.append((opcode, position, position + HEAD_BYTES + length))
        position += HEAD_BYTES + length
    return found


def read(data: bytes) -> Recording:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mcap"
        path.write_bytes(data)
        return read_recording(path)


def in_order(found: Recording, items: list[Item]) -> bool:
    """Whether each item told is one of the original's, in its order, and none comes twice."""
    original = iter(items)
    return all(item in original for item in found.items)


def with_changes(data: bytes, changes: list[tuple[int, int]]) -> bytes:
    changed = bytearray(data)
    for place, mask in changes:
        changed[place % len(data)] ^= mask
    return bytes(changed)


MASKS = st.integers(1, 255)
PLACES = st.integers(0, 1 << 20)


@given(place=st.integers(0, len(LIVE) - 1), bit=st.integers(0, 7))
@settings(max_examples=400, deadline=None)
def test_a_flipped_bit_of_a_live_file_costs_one_item_at_the_most(place: int, bit: int) -> None:
    found = read(with_changes(LIVE, [(place, 1 << bit)]))
    assert in_order(found, SMALL)
    assert len(found.items) >= COUNT - 1
    assert found.damage
    assert len(found.items) == COUNT or "lost" in found.damage or "bytes" in found.damage
    assert found.info.device == INFO.device


@given(changes=st.lists(st.tuples(PLACES, MASKS), min_size=1, max_size=8))
@settings(max_examples=300, deadline=None)
@example([(8, 1), (9, 1), (len(LIVE) - 3, 1)])
def test_any_changed_bytes_of_a_live_file_cost_the_items_of_their_records_alone(
    changes: list[tuple[int, int]],
) -> None:
    data = with_changes(LIVE, changes)
    places = [place for place, one in enumerate(data) if one != LIVE[place]]
    try:
        found = read(data)
    except FileError:
        assert any(place < records(LIVE)[1][2] for place in places)
        return
    assert in_order(found, SMALL)
    messages = [one for one in records(LIVE) if one[0] == Opcode.MESSAGE]
    hit = {n for place in places for n, (_, at, end) in enumerate(messages) if at <= place < end}
    channels = [one for one in records(LIVE) if one[0] == Opcode.CHANNEL]
    if not any(at <= place < end for place in places for _, at, end in channels):
        assert {n for n, item in enumerate(SMALL) if item not in found.items} <= hit


@given(place=PLACES, mask=MASKS)
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_changed_byte_of_a_finished_file_costs_one_chunk_at_the_most(
    place: int, mask: int
) -> None:
    place %= len(FINISHED)
    try:
        found = read(with_changes(FINISHED, [(place, mask)]))
    except FileError:
        assert place < records(FINISHED)[1][2]
        return
    assert in_order(found, SEVERAL_CHUNKS)
    assert found.damage
    chunks = [one for one in records(FINISHED) if one[0] == Opcode.CHUNK]
    least = len(SEVERAL_CHUNKS)
    if any(at <= place < end for _, at, end in chunks):
        least -= max(counts_of_chunks())
    assert len(found.items) >= least
    if len(found.items) < len(SEVERAL_CHUNKS):
        assert "lost" in found.damage


def counts_of_chunks() -> list[int]:
    """How many messages each chunk holds, by the index behind it."""
    counts: list[int] = []
    for opcode, at, _ in records(FINISHED):
        if opcode == Opcode.CHUNK:
            counts.append(0)
        elif opcode == Opcode.MESSAGE_INDEX:
            counts[-1] += struct.unpack_from("<I", FINISHED, at + HEAD_BYTES + 2)[0] // 16
    return counts


@pytest.mark.parametrize("bit", range(64))
@pytest.mark.parametrize("chunk", [0, 1, -1])
def test_a_damaged_length_of_a_chunk_costs_nothing(chunk: int, bit: int) -> None:
    at = [at for opcode, at, _ in records(FINISHED) if opcode == Opcode.CHUNK][chunk]
    found = read(with_changes(FINISHED, [(at + 1 + bit // 8, 1 << bit % 8)]))
    assert list(found.items) == SEVERAL_CHUNKS
    assert "is damaged" in found.damage
    assert "cannot be unpacked" not in found.damage


def test_a_length_that_leads_to_the_next_but_one_record_costs_nothing() -> None:
    """Messages of one size: the damaged length ends where a later record begins."""
    items: list[Item] = [Packet(n * 0.05, "imu", bytes([n]) * 17) for n in range(9)]
    live = written(items, closed=False)
    third = [one for one in records(live) if one[0] == Opcode.MESSAGE][2]
    size = third[2] - third[1]
    changed = bytearray(live)
    struct.pack_into("<Q", changed, third[1] + 1, size - HEAD_BYTES + 2 * size)
    found = read(bytes(changed))
    assert list(found.items) == items
    assert "length" in found.damage


def test_the_loss_of_the_last_chunk_is_said_in_seconds() -> None:
    _, at, end = [one for one in records(FINISHED) if one[0] == Opcode.CHUNK][-1]
    changed = bytearray(FINISHED)
    changed[at + 60 : end] = bytes(end - at - 60)
    found = read(bytes(changed))
    lost = len(SEVERAL_CHUNKS) - len(found.items)
    assert lost == counts_of_chunks()[-1]
    assert f"({lost} messages)" in found.damage
    assert f"to {SEVERAL_CHUNKS[-1].arrival_s:.2f} s" in found.damage


def test_a_damaged_last_message_is_said_in_bytes() -> None:
    *_, (_, at, end) = records(LIVE)
    found = read(with_changes(LIVE, [(len(LIVE) - 3, 0x10)]))
    assert list(found.items) == SMALL[:-1]
    assert f"{end - at} bytes after message {COUNT - 1} cannot be read" in found.damage


def test_the_loss_of_the_last_chunk_is_said_in_bytes_when_the_index_is_damaged_too() -> None:
    _, at, end = [one for one in records(FINISHED) if one[0] == Opcode.CHUNK][-1]
    changed = bytearray(FINISHED)
    changed[at + 60 : end] = bytes(end - at - 60)
    changed[-60] ^= 0x40
    found = read(bytes(changed))
    assert len(found.items) == len(SEVERAL_CHUNKS) - counts_of_chunks()[-1]
    assert f"{end - at} bytes after message {len(found.items)} cannot be read" in found.damage


@pytest.mark.parametrize("part", [0.3, 0.6, 0.9])
def test_what_is_cut_off_a_finished_file_is_said_in_bytes(part: float) -> None:
    cut = FINISHED[: int(part * len(FINISHED))]
    found = read(cut)
    unread = len(cut) - max(end for _, _, end in records(FINISHED) if end <= len(cut))
    assert found.items
    assert list(found.items) == SEVERAL_CHUNKS[: len(found.items)]
    assert f"its last {unread} bytes cannot be read" in found.damage


def test_a_write_that_was_cut_short_is_said_in_bytes() -> None:
    *_, (_, at, end) = records(LIVE)
    found = read(LIVE[:-3])
    assert list(found.items) == SMALL[:-1]
    assert "interrupted" in found.damage
    assert f"its last {end - at - 3} bytes" in found.damage


@pytest.mark.parametrize("closed", [True, False])
def test_one_flipped_bit_of_the_head_costs_nothing(closed: bool) -> None:
    data, items = (FINISHED, SEVERAL_CHUNKS) if closed else (LIVE, SMALL)
    (_, at, end) = records(data)[1]
    chance = random.Random(4)
    for place in [*range(8), *chance.sample(range(8, end), 60)]:
        found = read(with_changes(data, [(place, 1 << chance.randrange(8))]))
        assert list(found.items) == items
        assert found.info.device == INFO.device
        assert found.damage
    value = data.index(b"2026-01-31", at)
    found = read(with_changes(data, [(value + 3, 0x01)]))
    assert found.info == INFO
    assert "could be restored" in found.damage


def test_a_head_that_is_damaged_in_part_leaves_the_samples_readable(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(FINISHED.replace(b"after lunch", b"xxxxx xxxxx"))
    found = read_recording(path)
    assert list(found.items) == SEVERAL_CHUNKS
    assert found.info.device == INFO.device
    assert found.info.routine == found.info.notes == ""
    assert "head is damaged" in found.damage
    assert read_info(path) == found.info


@pytest.mark.parametrize("key", [b"format", b"device", b"started_at", b"notes", b"crc32"])
def test_a_damaged_key_of_the_head_costs_nothing(key: bytes) -> None:
    place = LIVE.index(struct.pack("<I", len(key)) + key)
    for offset in range(4 + len(key) + 4):
        found = read(with_changes(LIVE, [(place + offset, 0xFF)]))
        assert list(found.items) == SMALL
        assert found.info == INFO


def test_what_is_no_recording_is_known_in_no_time() -> None:
    noise = random.Random(1).randbytes(1 << 22)
    begun = time.process_time()
    for _ in range(10):
        assert mended_head(noise, "noise") is None
    assert time.process_time() - begun < 2.0


def test_a_head_of_which_nothing_is_left_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    _, at, end = records(LIVE)[1]
    data = LIVE[:at] + bytes(end - at) + LIVE[end:]
    path.write_bytes(data)
    with pytest.raises(FileError, match=r"no intact head .* nothing was changed"):
        read_recording(path)
    with pytest.raises(FileError, match="no intact head"):
        read_info(path)
    assert finish_interrupted(tmp_path) == []
    assert path.read_bytes() == data


@given(place=st.integers(0, len(LIVE) - 1), mask=MASKS, cut=st.integers(0, 40))
@settings(max_examples=300, deadline=None)
@example(place=records(LIVE)[-1][1], mask=0x02, cut=0)
@example(place=records(LIVE)[-1][1], mask=0x04, cut=0)
@example(place=records(LIVE)[-1][1] + 1, mask=0x40, cut=0)
def test_to_finish_a_damaged_file_drops_nothing_that_could_be_read(
    place: int, mask: int, cut: int
) -> None:
    data = with_changes(LIVE, [(place, mask)])
    data = data[: len(data) - cut]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mcap"
        path.write_bytes(data)
        try:
            before = read_recording(path)
        except FileError:
            assert finish_interrupted(Path(folder)) == []
            assert path.read_bytes() == data
            return
        whole = [end for opcode, _, end in records(LIVE) if opcode == Opcode.MESSAGE]
        expected = SMALL[: sum(end <= len(data) for end in whole)]
        if finish_interrupted(Path(folder)):
            after = read_recording(path)
            assert list(after.items) == list(before.items) == expected
            assert after.damage == ""
        else:
            assert path.read_bytes() == data


def hostile(kind: str, size: int) -> bytes:
    """Files that make a search begin again and again, or unpack much."""
    head = LIVE[: records(LIVE)[1][2]]
    channel = LIVE[records(LIVE)[2][1] : records(LIVE)[2][2]]
    if kind == "messages within messages":
        piece = struct.pack("<BQHIQQIId", 5, size // 2, 1, 1, 0, 0, 99, 0, 0.0)
    elif kind == "frames of nothing":
        piece = b"\x28\xb5\x2f\xfd\x00\x58" + bytes(30)
    elif kind == "unknown channels":
        piece = struct.pack("<BQHIQQIId", 5, 38, 77, 5, 0, 0, 5, 0, 0.0)
    else:
        piece = channel.replace(b"packet/imu", b"packet/im\xff")
    return head + channel + piece * (size // len(piece))


@pytest.mark.parametrize(
    "kind",
    ["messages within messages", "frames of nothing", "unknown channels", "broken channels"],
)
def test_a_hostile_file_is_given_up_in_time(kind: str) -> None:
    begun = time.process_time()
    assert read(hostile(kind, 1 << 21)).damage
    assert time.process_time() - begun < 10.0
