import zlib
from pathlib import Path

import pytest
from mcap.writer import CompressionType, Writer

from spinesense.model.errors import FileError
from spinesense.model.events import Cue, Priority
from spinesense.model.packets import Action, DeviceProfile, Intent, Item, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.store.layout import MESSAGE_ENCODING, METADATA_NAME, info_to_metadata, seal
from spinesense.store.reading import Recording, read_recording
from spinesense.store.recording import RecordingWriter, finish_interrupted

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
    """What can be read of these bytes; None when they are refused in one sentence."""
    path.write_bytes(data)
    try:
        found = read_recording(path)
    except FileError:
        return None
    assert found.items == ITEMS[: len(found.items)]
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
