"""Backup and restore: a round trip, what is refused, and kill -9 at every call to the disk."""

import errno
import hashlib
import json
import os
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from benchmarks.faults.program import Fault, Program, built_shim, calls

from spinesense.model.errors import FileError
from spinesense.model.packets import DeviceProfile, Packet
from spinesense.model.recording import RecordingInfo
from spinesense.store import backup
from spinesense.store.backup import check_backup, write_backup
from spinesense.store.history.sessions import History, SessionRecord
from spinesense.store.monitor import exercising, monitoring
from spinesense.store.places import HOME_VARIABLE, data_folder
from spinesense.store.recordings.read import read_recording
from spinesense.store.recordings.recording import RecordingWriter, finish_interrupted
from spinesense.store.restoring import restore
from spinesense.store.swapping import CRASH_LOG

INFO = RecordingInfo(
    device=DeviceProfile("open", "x", 100.0), started_at="2026-01-31T09:30:00+01:00"
)


def fill(home: Path, words: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with one of everything, told by ``words``; it is the one in use then."""
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    data_folder()
    recording = home / "recordings" / f"{words}.mcap"
    with RecordingWriter.create(recording, INFO) as writer:
        writer.append(Packet(1.0, "imu", words.encode()))
    (home / "routines").mkdir(mode=0o700)
    (home / "routines" / f"{words}.toml").write_text(words)
    (home / "settings.toml").write_text(f"# {words}")
    (home / "sensors.json").write_text("{}")
    with History.open(home / "history.sqlite3") as history:
        history.add_session(
            SessionRecord(
                started_at=INFO.started_at,
                routine=words,
                device="x",
                simulated=False,
                recording=str(recording),
                duration_s=1.0,
                finished=True,
                reason="",
            )
        )
    return home


def state(home: Path) -> dict[str, str]:
    """What is kept, file by file; of the history its sessions."""
    found = {
        path.relative_to(home).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in home.rglob("*")
        if path.is_file() and ".lock" not in path.name and not path.name.startswith("history")
    }
    if (home / "history.sqlite3").exists():
        with History.open(home / "history.sqlite3") as history:
            found["sessions"] = str([line.routine for line in history.sessions()])
    return found


@pytest.fixture
def saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup of a filled folder."""
    fill(tmp_path / "first", "old", monkeypatch)
    target = tmp_path / "saved.zip"
    write_backup(target)
    return target


def test_what_is_kept_moves_to_another_folder(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = fill(tmp_path / "second", "new", monkeypatch)
    restore(saved)
    assert state(home) == state(tmp_path / "first")
    with History.open(home / "history.sqlite3") as history:
        (line,) = history.sessions()
    assert line.recording == str(home / "recordings" / "old.mcap")
    assert read_recording(Path(line.recording)).items == (Packet(1.0, "imu", b"old"),)
    assert not list(home.glob("restore.*/**/*"))


def test_what_is_known_of_defects_here_stays_here(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = fill(tmp_path / "second", "new", monkeypatch)
    (home / CRASH_LOG).write_text("a defect\n")
    restore(saved)
    assert (home / CRASH_LOG).read_text() == "a defect\n"


def test_everything_is_private_whatever_the_umask(
    saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "second"
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    before = os.umask(0)
    try:
        restore(saved)
        write_backup(tmp_path / "again.zip")
    finally:
        os.umask(before)
    for path in (home, *home.rglob("*"), tmp_path / "again.zip"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_a_recording_that_is_being_written_is_taken_as_far_as_it_has_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = fill(tmp_path / "first", "old", monkeypatch)
    with RecordingWriter.create(home / "recordings" / "live.mcap", INFO) as writer:
        writer.append(Packet(2.0, "imu", b"so far"))
        write_backup(tmp_path / "saved.zip")
        with pytest.raises(FileError, match="is being recorded"):
            restore(tmp_path / "saved.zip")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "second"))
    restore(tmp_path / "saved.zip")
    finish_interrupted(tmp_path / "second" / "recordings")
    found = read_recording(tmp_path / "second" / "recordings" / "live.mcap")
    assert (found.items, found.damage) == ((Packet(2.0, "imu", b"so far"),), "")


def test_nothing_is_restored_while_something_runs(saved: Path) -> None:
    with monitoring(), pytest.raises(FileError, match="monitor is running"):
        restore(saved)
    over = exercising()
    with pytest.raises(FileError, match="session is running"):
        restore(saved)
    over()
    restore(saved)


def test_a_backup_never_overwrites_and_never_holds_itself(saved: Path) -> None:
    content = saved.read_bytes()
    with pytest.raises(FileError, match="exists already"):
        write_backup(saved)
    assert saved.read_bytes() == content
    with pytest.raises(FileError, match="data folder itself"):
        write_backup(data_folder() / "saved.zip")


def with_entries(
    saved: Path, change: Callable[[dict[str, bytes], dict[str, object]], None]
) -> Path:
    """A backup with other entries, of which the list speaks truly unless it is changed too."""
    with zipfile.ZipFile(saved) as archive:
        files = {name: archive.read(name) for name in archive.namelist() if name != backup.LIST}
        said = json.loads(archive.read(backup.LIST))
    change(files, said)
    said["files"] = {
        name: {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in files.items()
    } | said.get("also", {})
    with zipfile.ZipFile(saved, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
        archive.writestr(backup.LIST, json.dumps(said))
    return saved


@pytest.mark.parametrize(
    "name",
    [
        "../out",
        "/out",
        "a/../../out",
        "a\\out",
        "C:out",
        "./out",
        "a//b",
        "\x1b[31m",
        "restore.old/x",
    ],
)
def test_no_name_leads_out_of_the_folder(name: str, saved: Path, tmp_path: Path) -> None:
    before, around = state(data_folder()), set(tmp_path.iterdir())
    with_entries(saved, lambda files, _: files.update({name: b"x"}))
    with pytest.raises(FileError, match="cannot be used"):
        restore(saved)
    assert (state(data_folder()), set(tmp_path.iterdir())) == (before, around)


def test_links_bombs_newer_versions_and_lies_are_refused(saved: Path, tmp_path: Path) -> None:
    before = state(data_folder())

    def newer(_: dict[str, bytes], said: dict[str, object]) -> None:
        said["format"] = backup.FORMAT_VERSION + 1

    def lie(_: dict[str, bytes], said: dict[str, object]) -> None:
        said["also"] = {"settings.toml": {"size": 3, "sha256": "0"}}

    for change, words in ((newer, "newer version"), (lie, "is not")):
        copy = Path(shutil.copy(saved, tmp_path / "other.zip"))
        with pytest.raises(FileError, match=words):
            restore(with_entries(copy, change))
    link = zipfile.ZipInfo("settings.toml")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    held = backup.BackupList(1, "", "", {"settings.toml": backup.BackedUp(4, "")})
    with zipfile.ZipFile(tmp_path / "link.zip", "w") as archive:
        archive.writestr(link, b"/etc")
        archive.writestr(backup.LIST, msgspec.json.encode(held))
    with pytest.raises(FileError, match="link"):
        restore(tmp_path / "link.zip")
    bomb = backup.BackupList(1, "", "", {"settings.toml": backup.BackedUp(1 << 50, "")})
    with zipfile.ZipFile(tmp_path / "bomb.zip", "w") as archive:
        archive.writestr("settings.toml", b"x")
        archive.writestr(backup.LIST, msgspec.json.encode(bomb))
    with pytest.raises(FileError, match="size"):
        restore(tmp_path / "bomb.zip")
    (tmp_path / "text").write_text("no zip")
    for odd in ("text", "missing", "."):
        with pytest.raises(FileError):
            restore(tmp_path / odd)
    assert state(data_folder()) == before


def test_every_cut_and_many_flips_are_noticed_or_change_nothing(saved: Path) -> None:
    data = saved.read_bytes()
    whole = check_backup(saved)
    for size in range(0, len(data), 97):
        saved.write_bytes(data[:size])
        with pytest.raises(FileError):
            check_backup(saved)
    for place in range(0, len(data), 53):
        saved.write_bytes(data[:place] + bytes([data[place] ^ 16]) + data[place + 1 :])
        try:
            assert check_backup(saved) == whole
        except FileError:
            continue


@pytest.mark.parametrize(
    "what", ["kill", str(errno.ENOSPC), pytest.param(str(errno.EIO), marks=pytest.mark.slow)]
)
def test_a_restore_that_breaks_at_any_call_leaves_the_old_or_the_new(
    what: str, saved: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shim = built_shim(tmp_path)
    if shim is None:
        pytest.skip("a failing disk takes Linux with a C compiler (cc, gcc, clang or g++)")
    prepared = fill(tmp_path / "prepared", "new", monkeypatch)
    home, log = tmp_path / "home", tmp_path / "calls"
    program = Program(home, shim)
    shutil.copytree(prepared, home)
    old = state(home)
    assert not program.run("restore", saved, "--yes", log=log).code
    new = state(home)
    every = [call.operation for call in calls(log)]
    chosen = {operation: every.count(operation) for operation in set(every)}
    ends = set()
    for operation, count in sorted(chosen.items()):
        step = 1 if operation in ("rename", "mkdir") else max(1, count // 3)
        for nth in range(1, count + 1, step):
            shutil.rmtree(home)
            shutil.copytree(prepared, home)
            done = program.run("restore", saved, "--yes", fault=Fault(operation, nth, what))
            assert not done.mistake(), (operation, nth, done)
            monkeypatch.setenv(HOME_VARIABLE, str(home))
            data_folder()
            after = {name: held for name, held in state(home).items() if "restore." not in name}
            assert after in (old, new), (operation, nth, done)
            assert done.code or after == new, (operation, nth, done)
            assert not (home / "restore.old").exists()
            ends.add(after == new)
    assert False in ends
