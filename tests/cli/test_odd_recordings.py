"""Odd recordings in the folder stop neither a start nor the telling of days."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from mcap.data_stream import RecordBuilder
from mcap.records import Channel, Message
from tests.paths import RECORDINGS

from spinesense.model.packets import DeviceProfile
from spinesense.model.recording import RecordingInfo
from spinesense.store.recordings.layout import EVENT_TOPIC, MESSAGE_ENCODING, seal, topic_seed
from spinesense.store.recordings.recording import RecordingWriter

SHIPPED = RECORDINGS / "desk_sitting.mcap"
DEVICE = DeviceProfile("open", "x", 100.0, simulated=True)


def write_event(path: Path, started_at: str, body: object) -> None:
    """A live recording with one event, as another program might have written it."""
    with RecordingWriter.create(path, RecordingInfo(device=DEVICE, started_at=started_at)):
        head = path.read_bytes()
    builder = RecordBuilder()
    payload = seal(topic_seed(EVENT_TOPIC), 0, 1.0, msgspec.json.encode(body))
    for record in (Channel(1, EVENT_TOPIC, MESSAGE_ENCODING, {}, 0), Message(1, 0, payload, 0, 0)):
        record.write(builder)
    path.write_bytes(head + bytes(builder.end()))  # type: ignore[no-untyped-call]


@pytest.mark.skipif(sys.platform == "win32", reason="has no pipes with names")
def test_one_odd_recording_stops_no_other(tmp_path: Path) -> None:
    folder = tmp_path / "recordings"
    folder.mkdir()
    os.mkfifo(folder / "a.mcap")
    for number, (begun, body) in enumerate(
        [
            ("junk", {}),
            ("9999-12-31T23:59:59+00:00", {}),
            ("2026-01-01T09:00:00+01:00", {"event": "SittingAlert"}),
            ("2026-01-01T09:00:00+01:00", {"event": "SittingAlert", "time_s": "x"}),
            ("2026-01-01T09:00:00+01:00", [1]),
        ]
    ):
        write_event(folder / f"z{number}.mcap", begun, body)
    shutil.copy(SHIPPED, folder / "b.mcap")  # told last
    done = subprocess.run(
        [sys.executable, "-m", "spinesense", "day", "--rebuild", "--simulated"],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "SPINESENSE_HOME": str(tmp_path)},
    )
    assert "mistake" not in done.stderr
    assert "re-analysing b.mcap, 6 of 6" in done.stderr
    assert "newest day is" in done.stderr
