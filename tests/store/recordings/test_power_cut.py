"""A power cut: what was brought to the disk is there, and of what came later any part may be."""

import os
import threading
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spinesense.model.errors import FileError
from spinesense.model.packets import DeviceProfile, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.store.recordings import syncing
from spinesense.store.recordings.read import read_recording
from spinesense.store.recordings.recording import RecordingWriter, finish_interrupted

pytestmark = pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="Linux shows open files")

INFO = RecordingInfo(
    device=DeviceProfile("open", "belt", 100.0), started_at="2026-01-31T09:30:00+01:00"
)
PAGE = 4096
PATIENCE_S = 30.0


def packet(number: int) -> Packet:
    return Packet(number * 0.01, "imu", number.to_bytes(4, "little") * 60)


class Disk:
    """Remembers what a file held whenever it was brought to the disk."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.synced: list[bytes] = []
        self._done = threading.Event()
        really = os.fsync

        def fsync(descriptor: int) -> None:
            really(descriptor)
            file = Path(f"/proc/self/fd/{descriptor}")
            if file.is_file():
                self.synced.append(file.read_bytes())
                self._done.set()

        monkeypatch.setattr(os, "fsync", fsync)

    def wait(self) -> None:
        """Until a file is synced again."""
        self._done.clear()
        assert self._done.wait(PATIENCE_S)


@pytest.fixture
def recorded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[bytes, bytes, int]:
    """What was on the disk, what the whole file was, and how many packets the disk had."""
    monkeypatch.setattr(syncing, "SYNC_EVERY_S", 0.01)
    disk = Disk(monkeypatch)
    path = tmp_path / "live.mcap"
    writer = RecordingWriter.create(path, INFO)
    for number in range(50):
        writer.append(packet(number))
    while not disk.synced or len(read_live(tmp_path, disk.synced[-1])) < 50:
        disk.wait()
    on_disk = disk.synced[-1]
    for number in range(50, 150):
        writer.append(packet(number))
    whole = path.read_bytes()
    writer.close()
    return on_disk, whole, 50


def read_live(folder: Path, data: bytes) -> list[int]:
    """Numbers of the packets that a file of these bytes holds."""
    path = folder / "cut.mcap"
    path.write_bytes(data)
    found = read_recording(path)
    return [
        int.from_bytes(item.payload[:4], "little")
        for item in found.items
        if isinstance(item, Packet)
    ]


def test_what_was_synced_is_there_whatever_became_of_the_rest(
    recorded: tuple[bytes, bytes, int], tmp_path: Path
) -> None:
    on_disk, whole, count = recorded
    later = range(len(on_disk) // PAGE + 1, len(whole) // PAGE + 1)

    @given(st.sets(st.sampled_from(list(later))), st.integers(len(on_disk), len(whole)))
    @settings(max_examples=40, deadline=None)
    def cut(lost: set[int], length: int) -> None:
        data = bytearray(whole[:length])
        for page in lost:
            data[page * PAGE : (page + 1) * PAGE] = bytes(
                len(data[page * PAGE : (page + 1) * PAGE])
            )
        found = read_live(tmp_path, bytes(data))
        assert found[:count] == list(range(count))
        assert found == sorted(set(found))
        assert set(found) <= set(range(150))
        folder = tmp_path / "home"
        folder.mkdir(exist_ok=True)
        (folder / "cut.mcap").write_bytes(data)
        finish_interrupted(folder)
        again = read_recording(folder / "cut.mcap")
        assert len(again.items) >= len(found)

    cut()


def append_until_refused(writer: RecordingWriter) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        writer.append(packet(1))


def test_a_disk_that_refuses_to_sync_is_told_with_the_next_item(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(syncing, "SYNC_EVERY_S", 0.01)
    refused = threading.Event()

    def fsync(_: int) -> None:
        refused.set()
        raise OSError(5, "Input/output error")

    with RecordingWriter.create(tmp_path / "live.mcap", INFO) as writer:
        with monkeypatch.context() as broken:
            broken.setattr(os, "fsync", fsync)
            writer.append(packet(0))
            assert refused.wait(PATIENCE_S)
            with pytest.raises(FileError, match="cannot be written"):
                append_until_refused(writer)
        writer.append(packet(2))
