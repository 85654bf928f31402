import math
import os
import resource
import stat
import tomllib
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from mcap.reader import make_reader

from spinesense.model.calibration import Calibration, CalibrationMethod
from spinesense.model.errors import FileError
from spinesense.model.events import (
    CalibrationFound,
    Cue,
    Event,
    PainMoment,
    PainReported,
    Priority,
    Repetition,
    SetDone,
)
from spinesense.model.movement import Side
from spinesense.model.packets import Action, DeviceProfile, Intent, Item, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.store.recordings.layout import info_from_metadata, info_to_metadata
from spinesense.store.recordings.read import read_recording
from spinesense.store.recordings.recording import RecordingWriter

CALIBRATION = Calibration(
    (0.5, -0.5, 0.5, 0.5), CalibrationMethod.STAND_AND_BOW, 1.2, 0.05, math.pi / 180
)
INFO = RecordingInfo(
    device=DeviceProfile("open", "Rücken 1", 99.26, simulated=True),
    started_at="2026-01-31T09:30:00+01:00",
    routine='title = "Morning"\n[[exercise]]\nid = "bridge"\n',
    calibration=CALIBRATION,
    notes="a note\nof two lines",
)
REPETITION = Repetition(9.5, 1, 7.0, 8.0, 9.0, 0.4, 0.3, Side.POSITIVE, 0.02, -5.5, 0.01)
EVENTS: tuple[Event, ...] = (
    Cue(1.0, Priority.GUIDE, "Lift your hips – slowly."),
    SetDone(20.0, "bridge", 1, "left", 10, (REPETITION,), 3.5, 5.0),
    PainReported(21.0, 3, PainMoment.DURING, "bridge", None),
    CalibrationFound(2.0, CALIBRATION),
)

text = st.text(st.characters(codec="utf-8"), max_size=20)
arrivals = st.floats(0, 1e9, allow_subnormal=False)
packets = st.builds(Packet, arrivals, st.sampled_from(["imu", "battery", "größe", ""]), st.binary())
intents = st.builds(Intent, arrivals, st.sampled_from(Action), text)
items_in_order = st.lists(packets | intents, max_size=30).map(
    lambda items: sorted(items, key=lambda item: item.arrival_s)
)


def write(path: Path, items: list[Item], *, close: bool) -> None:
    writer = RecordingWriter.create(path, INFO)
    for item in items:
        writer.append(item)
    if close:
        writer.close()


@given(items=items_in_order)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_items_come_back_equal_and_in_order_live_and_finished(
    tmp_path: Path, items: list[Item]
) -> None:
    path = tmp_path / "a.mcap"
    path.unlink(missing_ok=True)
    with RecordingWriter.create(path, INFO) as writer:
        for item in items:
            writer.append(item)
        live = read_recording(path)
    finished = read_recording(path)
    assert live.info == finished.info == INFO
    assert list(live.items) == list(finished.items) == items
    assert live.duration_s == finished.duration_s == (items[-1].arrival_s if items else 0.0)
    assert live.damage
    assert not finished.damage


def test_the_order_between_channels_is_kept_when_arrivals_are_equal(tmp_path: Path) -> None:
    items: list[Item] = []
    for number in range(20):
        items.append(Packet(1.0, f"channel {number % 3}", bytes([number])))
        items.append(Intent(1.0, Action.MARK, str(number)))
    write(tmp_path / "a.mcap", items, close=True)
    assert list(read_recording(tmp_path / "a.mcap").items) == items


def test_events_come_back_with_the_name_of_their_class(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    with RecordingWriter.create(path, INFO) as writer:
        writer.append(Packet(0.5, "imu", b"abc"))
        for event in EVENTS:
            writer.note(event)
        writer.append(Packet(0.6, "imu", b"def"))
    found = read_recording(path)
    assert [name for name, _ in found.events] == [type(event).__name__ for event in EVENTS]
    for (_, fields), event in zip(found.events, EVENTS, strict=True):
        assert fields == with_lists(asdict(event))
    assert [item for item in found.items if isinstance(item, Packet)][1].payload == b"def"


def with_lists(value: Any) -> Any:
    """Tuples as the lists that JSON makes of them."""
    if isinstance(value, dict):
        return {key: with_lists(inner) for key, inner in value.items()}
    return [with_lists(inner) for inner in value] if isinstance(value, tuple) else value


def test_an_item_is_on_file_as_soon_as_it_is_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    writer = RecordingWriter.create(path, INFO)
    for number in range(5):
        writer.append(Packet(number * 0.05, "imu", bytes([number]) * 20))
        assert len(read_recording(path).items) == number + 1
    writer.close()


def test_another_mcap_reader_finds_the_index_the_checksums_and_the_times(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    write(path, [Packet(i * 0.05, "imu", os.urandom(60)) for i in range(2000)], close=True)
    with path.open("rb") as file:
        reader = make_reader(file, validate_crcs=True)
        summary = reader.get_summary()
        assert summary is not None
        assert summary.statistics is not None
        assert summary.statistics.message_count == 2000
        assert len(summary.chunk_indexes) > 1
        assert {index.compression for index in summary.chunk_indexes} == {"zstd"}
        slice_of_a_second = list(
            reader.iter_messages(
                topics="packet/imu", starting_at=50 * 10**9, ending_before=51 * 10**9
            )
        )
        assert len(slice_of_a_second) == 20
        names = {record.name for record in reader.iter_metadata()}
    assert names == {"spinesense"}


def test_the_documented_layout_of_a_payload(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    write(path, [Intent(0.25, Action.STOP), Packet(0.5, "imu", b"body")], close=True)
    with path.open("rb") as file:
        payload = [message.data for _, _, message in make_reader(file).iter_messages()][1]
    assert payload[:4] == b"\x01\x00\x00\x00"
    assert payload[8:16] == bytes.fromhex("000000000000e03f")  # 0.5 as a little-endian float64
    assert payload[16:] == b"body"
    covered = b"packet/imu" + payload[:4] + payload[8:]
    assert int.from_bytes(payload[4:8], "little") == zlib.crc32(covered)


def test_files_and_new_folders_are_open_to_their_owner_only(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "a.mcap"
    writer = RecordingWriter.create(path, INFO)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    writer.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE(path.parent.parent.stat().st_mode) == 0o700
    assert [entry.name for entry in path.parent.iterdir()] == ["a.mcap"]


def test_a_recording_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    write(path, [Packet(0.0, "imu", b"first")], close=True)
    before = path.read_bytes()
    with pytest.raises(FileError, match=r"file exists.*choose another name"):
        RecordingWriter.create(path, INFO)
    assert path.read_bytes() == before


def test_a_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(FileError, match="choose a folder"):
        RecordingWriter.create(tmp_path / "file" / "a.mcap", INFO)


def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        if os.access(tmp_path, os.W_OK):
            pytest.skip("this user may write anywhere")
        with pytest.raises(FileError, match="give yourself the right"):
            RecordingWriter.create(tmp_path / "a.mcap", INFO)
    finally:
        tmp_path.chmod(0o700)


def test_closing_twice_is_harmless_and_appending_afterwards_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    writer = RecordingWriter.create(path, INFO)
    writer.close()
    writer.close()
    before = path.read_bytes()
    with pytest.raises(FileError, match="the recording is closed"):
        writer.append(Packet(0.0, "imu", b""))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "item",
    [
        Packet(math.nan, "imu", b""),
        Packet(math.inf, "imu", b""),
        Packet(0.0, "imu\udc80", b""),
        Intent(0.0, Action.MARK, "\udc80"),
    ],
)
def test_an_item_that_cannot_be_stored_is_refused_and_the_next_one_stored(
    tmp_path: Path, item: Item
) -> None:
    path = tmp_path / "a.mcap"
    good = Packet(0.0, "imu", b"good")
    with RecordingWriter.create(path, INFO) as writer:
        writer.append(good)
        with pytest.raises(FileError, match="nothing was stored"):
            writer.append(item)
        writer.append(good)
    found = read_recording(path)
    assert found.items == (good, good)
    assert not found.damage


@pytest.mark.parametrize(
    "info",
    [
        RecordingInfo(device=INFO.device, started_at=INFO.started_at, notes="\udc80"),
        RecordingInfo(device=DeviceProfile("open", "x", math.nan), started_at=INFO.started_at),
    ],
)
def test_a_head_that_could_not_be_read_back_is_refused(tmp_path: Path, info: RecordingInfo) -> None:
    with pytest.raises(FileError):
        RecordingWriter.create(tmp_path / "a.mcap", info)
    assert list(tmp_path.iterdir()) == []


@contextmanager
def files_no_larger_than(size: int) -> Iterator[None]:
    """The system refuses to let files grow further, as a full disk does."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_what_was_stored_stays_when_the_disk_is_full(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    writer = RecordingWriter.create(path, INFO)
    stored: list[Item] = []

    def fill_the_disk() -> None:
        for number in range(100):
            item = Packet(number * 0.05, "imu", os.urandom(200))
            writer.append(item)
            stored.append(item)

    space = path.stat().st_size + 3000
    with (
        files_no_larger_than(space),
        pytest.raises(FileError, match=r"cannot be written.*free some space"),
    ):
        fill_the_disk()
    assert 5 < len(stored) < 20
    assert list(read_recording(path).items) == stored
    late = Intent(9.0, Action.MARK, "space again")
    writer.append(late)
    writer.close()
    found = read_recording(path)
    assert list(found.items) == [*stored, late]
    assert not found.damage


def test_the_live_file_stays_when_there_is_no_space_to_finish_it(tmp_path: Path) -> None:
    path = tmp_path / "a.mcap"
    items: list[Item] = [Packet(i * 0.05, "imu", os.urandom(200)) for i in range(50)]
    writer = RecordingWriter.create(path, INFO)
    for item in items:
        writer.append(item)
    with files_no_larger_than(2000), pytest.raises(FileError, match="free some space"):
        writer.close()
    assert list(read_recording(path).items) == items
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.mcap"]


def test_a_routine_that_an_earlier_version_wrote_is_read_as_it_was_meant() -> None:
    faulty = replace(INFO, routine='[[entry]]\nrepetitions = True\nnote = "repetitions = True"\n')
    mended = info_from_metadata(info_to_metadata(faulty), "x").routine
    assert tomllib.loads(mended) == {"entry": [{"repetitions": 1, "note": "repetitions = True"}]}


WRONG: tuple[dict[str, Any], ...] = (
    {"routine": None},
    {"notes": Path("x")},
    {"device": DeviceProfile("open", "x", nominal_rate_hz=True)},
    {"started_at": 3},
)


@pytest.mark.parametrize("wrong", WRONG)
def test_a_head_of_other_types_is_not_written(tmp_path: Path, wrong: dict[str, Any]) -> None:
    info = replace(INFO, **wrong)
    with pytest.raises(TypeError, match="RecordingInfo cannot be stored"):
        RecordingWriter.create(tmp_path / "a.mcap", info)
    assert not list(tmp_path.iterdir())


def test_a_rate_that_is_no_number_is_refused(tmp_path: Path) -> None:
    info = replace(INFO, device=replace(INFO.device, nominal_rate_hz=math.nan))
    with pytest.raises(FileError, match="not finite"):
        RecordingWriter.create(tmp_path / "a.mcap", info)


def test_an_event_of_other_types_is_not_written(tmp_path: Path) -> None:
    with RecordingWriter.create(tmp_path / "a.mcap", INFO) as writer:
        done = SetDone(20.0, "bridge", True, "left", 10, (REPETITION,), 3.5, 5.0)
        with pytest.raises(TypeError, match="SetDone cannot be stored"):
            writer.note(done)
