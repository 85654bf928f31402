import math
import os
import random
import zlib
from pathlib import Path

import pytest
import zstandard
from mcap.data_stream import RecordBuilder
from mcap.records import Chunk, Header, Message, Metadata
from mcap.writer import MCAP0_MAGIC, CompressionType, Writer

from spinesense.model.errors import FileError
from spinesense.model.events import Cue, Priority
from spinesense.model.packets import Action, DeviceProfile, Intent, Item, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.store.recordings.layout import (
    LARGEST_BODY_BYTES,
    MESSAGE_ENCODING,
    METADATA_NAME,
    info_to_metadata,
    seal,
)
from spinesense.store.recordings.read import Recording, read_recording
from spinesense.store.recordings.recording import RecordingWriter, finish_interrupted

INFO = RecordingInfo(
    device=DeviceProfile("open", "x", 100.0), started_at="2026-01-31T09:30:00+01:00"
)
ITEMS: tuple[Item, ...] = (
    Packet(0.05, "imu", bytes(range(12))),
    Intent(0.06, Action.PAIN, "3"),
    Packet(0.10, "imu", bytes(range(12, 24))),
    Packet(0.12, "battery", b"\x63"),
    Packet(0.15, "imu", bytes(range(24, 36))),
)


@pytest.fixture
def live(tmp_path: Path) -> bytes:
    """The bytes of a recording that was not closed."""
    path = tmp_path / "live.mcap"
    writer = RecordingWriter.create(path, INFO)
    for item in ITEMS:
        writer.append(item)
        if isinstance(item, Intent):
            writer.note(Cue(item.arrival_s, Priority.GUIDE, "Breathe."))
    data = path.read_bytes()
    writer.close()
    path.unlink()
    return data


@pytest.fixture
def finished(tmp_path: Path, live: bytes) -> bytes:
    path = tmp_path / "finished.mcap"
    path.write_bytes(live)
    assert finish_interrupted(tmp_path) == [path]
    data = path.read_bytes()
    path.unlink()
    return data


def intact_part(path: Path, data: bytes) -> Recording | None:
    """What can be read of these bytes, in order; None when they are refused in one sentence."""
    path.write_bytes(data)
    try:
        found = read_recording(path)
    except FileError:
        return None
    assert found.items == tuple(item for item in ITEMS if item in found.items)
    if "its head is damaged" in found.damage:
        assert found.info.device == INFO.device
        assert found.info.started_at in ("", INFO.started_at)
    else:
        assert found.info == INFO
    return found


def test_cut_anywhere_a_live_file_gives_its_whole_messages(tmp_path: Path, live: bytes) -> None:
    path, counts = tmp_path / "a.mcap", []
    for size in range(len(live) + 1):
        found = intact_part(path, live[:size])
        counts.append(-1 if found is None else len(found.items))
        assert found is None or found.damage
    assert counts == sorted(counts)
    assert set(counts) == {-1, 0, 1, 2, 3, 4, 5}


def test_cut_anywhere_a_finished_file_gives_a_prefix_and_says_so(
    tmp_path: Path, finished: bytes
) -> None:
    for size in range(len(finished)):
        found = intact_part(tmp_path / "a.mcap", finished[:size])
        assert found is None or found.damage
    whole = intact_part(tmp_path / "a.mcap", finished)
    assert whole is not None
    assert whole.items == ITEMS
    assert whole.damage == ""


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_a_changed_byte_never_gives_a_wrong_item(tmp_path: Path, live: bytes, mask: int) -> None:
    for place in range(len(live)):
        changed = bytearray(live)
        changed[place] ^= mask
        found = intact_part(tmp_path / "a.mcap", bytes(changed))
        assert found is None or found.damage


@pytest.mark.parametrize("mask", [0x01, 0x80, 0xFF])
def test_a_changed_byte_of_a_finished_file_is_always_noticed(
    tmp_path: Path, finished: bytes, mask: int
) -> None:
    for place in range(len(finished)):
        changed = bytearray(finished)
        changed[place] ^= mask
        found = intact_part(tmp_path / "a.mcap", bytes(changed))
        assert found is None or found.damage, f"byte {place}"


def test_bytes_behind_the_end_are_noticed(tmp_path: Path, finished: bytes) -> None:
    found = intact_part(tmp_path / "a.mcap", finished + b"more")
    assert found is not None
    assert found.items == ITEMS
    assert "index at the end" in found.damage


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "empty"),
        (b"time_s,acc_x_g\n1,2\n", "no MCAP file"),
        (b"\x89MCAP0\r", "no MCAP file"),
        (b"\x89MCAP0\r\n", "no intact head"),
    ],
)
def test_what_is_no_recording_is_refused(tmp_path: Path, data: bytes, message: str) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(data)
    with pytest.raises(FileError, match=message):
        read_recording(path)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="check the name"):
        read_recording(tmp_path / "none.mcap")
    with pytest.raises(FileError, match="name a file"):
        read_recording(tmp_path)


def write_foreign(path: Path, metadata: dict[str, str] | None) -> None:
    with path.open("wb") as file:
        writer = Writer(file, compression=CompressionType.ZSTD)
        writer.start()
        if metadata is not None:
            writer.add_metadata(METADATA_NAME, metadata)
        channel = writer.register_channel("packet/imu", MESSAGE_ENCODING, 0)
        seed = zlib.crc32(b"packet/imu")
        writer.add_message(channel, 5, seal(seed, 0, 0.5, b"body"), 5)
        writer.finish()  # type: ignore[no-untyped-call]  # mcap is typed in part


def test_an_mcap_file_of_another_program_is_refused(tmp_path: Path) -> None:
    write_foreign(tmp_path / "a.mcap", None)
    with pytest.raises(FileError, match="no intact head of a spinesense recording"):
        read_recording(tmp_path / "a.mcap")


def test_our_layout_without_the_optional_checksums_is_read(tmp_path: Path) -> None:
    write_foreign(tmp_path / "a.mcap", info_to_metadata(INFO))
    found = read_recording(tmp_path / "a.mcap")
    assert found.items == (Packet(0.5, "imu", b"body"),)
    assert found.damage == ""


def test_a_newer_format_asks_for_an_update(tmp_path: Path) -> None:
    metadata = info_to_metadata(INFO) | {"format": "2"}
    del metadata["crc32"]
    covered = "".join(f"{key}\0{metadata[key]}\0" for key in sorted(metadata))
    write_foreign(tmp_path / "a.mcap", metadata | {"crc32": f"{zlib.crc32(covered.encode()):08x}"})
    with pytest.raises(FileError, match="update spinesense"):
        read_recording(tmp_path / "a.mcap")


def test_an_interrupted_recording_is_finished_once(tmp_path: Path, live: bytes) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(live)
    (tmp_path / "a.mcap.new").write_bytes(b"left behind by the crash")
    assert finish_interrupted(tmp_path) == [path]
    found = read_recording(path)
    assert found.items == ITEMS
    assert found.damage == ""
    assert found.events == (("Cue", {"time_s": 0.06, "priority": "guide", "words": "Breathe."}),)
    assert finish_interrupted(tmp_path) == []
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.mcap"]


@pytest.mark.parametrize("tail", [b"\x05", b"\x05\x40\0\0\0\0\0\0\0half", bytes(4096)])
def test_a_torn_last_record_is_dropped_when_finishing(
    tmp_path: Path, live: bytes, tail: bytes
) -> None:
    path = tmp_path / "a.mcap"
    path.write_bytes(live + tail)
    assert finish_interrupted(tmp_path) == [path]
    assert read_recording(path).items == ITEMS


def test_files_that_are_damaged_foreign_or_whole_are_left_as_they_are(
    tmp_path: Path, live: bytes, finished: bytes
) -> None:
    long_length = bytearray(live)
    long_length[live.rindex(bytes(range(12))) - 43] ^= (
        0x40  # a high byte of the length of its record
    )
    contents = {
        "changed.mcap": live.replace(bytes(range(12, 24)), bytes(12)),
        "length.mcap": bytes(long_length),
        "cut.mcap": finished[:-40],
        "empty.mcap": b"",
        "foreign.mcap": b"something else",
        "notes.txt": live,
        "whole.mcap": finished,
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    assert finish_interrupted(tmp_path) == []
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == contents


def test_a_recording_in_progress_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    writer = RecordingWriter.create(path, INFO)
    writer.append(ITEMS[0])
    assert finish_interrupted(tmp_path) == []
    writer.append(ITEMS[1])
    writer.close()
    assert read_recording(path).items == ITEMS[:2]


def test_a_missing_folder_holds_nothing_to_finish(tmp_path: Path) -> None:
    assert finish_interrupted(tmp_path / "none") == []


def lengths_of(live: bytes) -> list[int]:
    """Where the length of each record of a live file stands."""
    places, position = [], 8
    while position < len(live):
        places.append(position + 1)
        position += 9 + int.from_bytes(live[position + 1 : position + 9], "little")
    return places


def test_a_changed_bit_of_a_length_never_costs_a_later_item_when_finishing(
    tmp_path: Path, live: bytes
) -> None:
    path = tmp_path / "a.mcap"
    for place in lengths_of(live):
        for bit in range(64):
            changed = bytearray(live)
            changed[place + bit // 8] ^= 1 << bit % 8
            path.write_bytes(changed)
            assert finish_interrupted(tmp_path) == []
            assert path.read_bytes() == changed


def test_a_large_message_that_was_torn_is_finished(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    writer = RecordingWriter.create(path, INFO)
    writer.append(ITEMS[0])
    writer.append(Packet(1.0, "imu", bytes(range(1, 251)) * 4_000))
    torn = path.read_bytes()[:-1]
    writer.close()
    path.write_bytes(torn)
    assert finish_interrupted(tmp_path) == [path]
    assert read_recording(path).items == ITEMS[:1]


def test_a_message_that_is_larger_than_can_be_finished_is_refused(tmp_path: Path) -> None:
    with RecordingWriter.create(tmp_path / "a.mcap", INFO) as writer:
        with pytest.raises(FileError, match="too large"):
            writer.append(Packet(0.0, "imu", bytes(LARGEST_BODY_BYTES + 1)))
        writer.append(ITEMS[0])
    assert read_recording(tmp_path / "a.mcap").items == ITEMS[:1]


def test_what_is_no_file_keeps_nobody_waiting(tmp_path: Path, live: bytes) -> None:
    os.mkfifo(tmp_path / "pipe.mcap")
    (tmp_path / "folder.mcap").mkdir()
    (tmp_path / "link.mcap").symlink_to(tmp_path / "nowhere")
    path = tmp_path / "z.mcap"
    path.write_bytes(live)
    assert finish_interrupted(tmp_path) == [path]


def write_chunk(path: Path, content: bytes, claimed: int) -> None:
    chunk = Chunk("zstd", zstandard.compress(content), 0, 0, 0, claimed)
    builder = RecordBuilder()
    for record in (Header("", ""), Metadata(METADATA_NAME, info_to_metadata(INFO)), chunk):
        record.write(builder)
    path.write_bytes(MCAP0_MAGIC + bytes(builder.end()))  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("claimed", [1, 1 << 20, 1 << 30, 1 << 62])
def test_a_chunk_that_lies_about_its_size_is_damage(tmp_path: Path, claimed: int) -> None:
    write_chunk(tmp_path / "a.mcap", bytes(1 << 24), claimed)
    assert "chunk" in read_recording(tmp_path / "a.mcap").damage


def test_chunks_within_chunks_are_damage(tmp_path: Path) -> None:
    content = b""
    for _ in range(2_000):
        builder = RecordBuilder()
        Chunk("", content, 0, 0, 0, len(content)).write(builder)
        content = bytes(builder.end())  # type: ignore[no-untyped-call]
    write_chunk(tmp_path / "a.mcap", content, len(content))
    assert "within a chunk" in read_recording(tmp_path / "a.mcap").damage


@pytest.mark.parametrize("arrival_s", [math.nan, math.inf, -math.inf, -1.0, 1e300])
def test_an_item_of_no_time_is_left_out_and_said(
    tmp_path: Path, live: bytes, arrival_s: float
) -> None:
    seed = zlib.crc32(b"packet/imu")
    builder = RecordBuilder()
    Message(1, 0, seal(seed, len(ITEMS) + 1, arrival_s, b"x"), 0, len(ITEMS) + 1).write(builder)
    path = tmp_path / "a.mcap"
    path.write_bytes(live + bytes(builder.end()))  # type: ignore[no-untyped-call]
    found = read_recording(path)
    assert found.items == ITEMS
    assert "no time" in found.damage
    assert finish_interrupted(tmp_path) == []


def test_one_changed_byte_of_a_body_costs_that_item_alone_and_the_time_is_said(
    tmp_path: Path, live: bytes
) -> None:
    changed = live.replace(bytes(range(12, 24)), bytes(12))
    found = intact_part(tmp_path / "a.mcap", changed)
    assert found is not None
    assert found.items == (*ITEMS[:2], *ITEMS[3:])
    assert "lost 0.06 s (1 message) from 0.06 to 0.12 s" in found.damage
    assert finish_interrupted(tmp_path) == []


def test_chunks_after_a_damaged_one_are_read(tmp_path: Path) -> None:
    path, chance = tmp_path / "a.mcap", random.Random(3)
    with RecordingWriter.create(path, INFO) as writer:
        items = [Packet(n * 0.05, "imu", chance.randbytes(200)) for n in range(1_000)]
        for item in items:
            writer.append(item)
    data = bytearray(path.read_bytes())
    for place in range(2_000, len(data) // 2, 97):
        data[place] ^= 0xFF
    path.write_bytes(data)
    found = read_recording(path)
    assert len(found.items) >= 250
    assert found.items == tuple(item for item in items if item in found.items)
    assert found.items[-1] == items[-1]
    assert "lost" in found.damage
