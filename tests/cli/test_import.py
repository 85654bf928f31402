"""``spinesense import``: a recording, whole or not at all; and the same files as the others."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.here import run_here

from spinesense.model.packets import DeviceProfile
from spinesense.model.recording import RecordingInfo
from spinesense.store.recordings.recording import RecordingWriter, is_finished
from spinesense.store.tables.imported import UNFINISHED

HEADER = "time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_dps,gyr_y_dps,gyr_z_dps\n"


def started(home: Path, *words: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "spinesense", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SPINESENSE_HOME": str(home)},
    )


def said(home: Path, *words: str) -> tuple[int, str, str]:
    process = started(home, *words)
    out, err = process.communicate(timeout=120)
    return process.returncode, out, err


def table(path: Path, rows: int) -> Path:
    lines = [f"{i / 100:.2f},0.1,{i % 7 / 10},9.8,0.1,0.2,{i % 5}\n" for i in range(rows)]
    path.write_text(HEADER + "".join(lines))
    return path


def test_what_a_kill_breaks_off_is_no_recording_and_is_said_next_time(tmp_path: Path) -> None:
    source = table(tmp_path / "long.csv", 200_000)
    process = started(tmp_path / "home", "import", str(source))
    folder = tmp_path / "home" / "recordings"
    while process.poll() is None and not list(folder.glob(f"*{UNFINISHED}")):
        time.sleep(0.005)
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)
    assert not list(folder.glob("*.mcap"))
    (left,) = folder.glob(f"*{UNFINISHED}")
    code, out, err = said(tmp_path / "home", "import", str(table(tmp_path / "short.csv", 500)))
    assert code == 0
    assert f"an import of {left.name.removesuffix(UNFINISHED)} was broken off" in err
    assert [str(path) for path in folder.iterdir()] == [out.strip()]
    assert is_finished(Path(out.strip()))


def test_an_import_under_way_elsewhere_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "home" / "recordings"
    info = RecordingInfo(device=DeviceProfile("samples", "a", 100.0), started_at="2026-01-31T09:30")
    writer = RecordingWriter.create(folder / f"a.mcap{UNFINISHED}", info)
    code, _, err = said(tmp_path / "home", "import", str(table(tmp_path / "b.csv", 500)))
    assert code == 0
    assert "broken off" not in err
    assert (folder / f"a.mcap{UNFINISHED}").exists()
    writer.close()


def test_a_file_in_the_way_stays(tmp_path: Path) -> None:
    target = tmp_path / "kept.mcap"
    target.write_bytes(b"mine")
    code, _, err = said(tmp_path, "import", str(table(tmp_path / "a.csv", 50)), "--to", str(target))
    assert code == 2
    assert "choose another name" in err
    assert target.read_bytes() == b"mine"


@pytest.mark.parametrize("name", ["a.csv", "a.txt", "a.tsv", "a", "a.mcap", "a.zip"])
def test_the_commands_take_the_same_files(name: str, tmp_path: Path) -> None:
    path = table(tmp_path / name, 300)
    assert run_here(tmp_path, "analyse", str(path)).returncode == 0
    done = run_here(tmp_path, "import", str(path), "--to", str(tmp_path / "made.mcap"))
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "made.mcap"))


@pytest.mark.parametrize(
    "content",
    [
        "dear reader",
        HEADER,
        HEADER + "0,1,2,x,4,5,6\n",
        HEADER + "0,1,2,3,4,5,6\n5e-324,1,2,3,4,5,6\n",
        "time_s;acc_x_g\n0;1\n",
        "\0binary",
        "PK\x03\x04 no zip",
    ],
)
def test_the_commands_refuse_the_same_files_with_the_same_words(
    content: str, tmp_path: Path
) -> None:
    path = tmp_path / "a.dat"
    path.write_text(content)
    commands = (["analyse"], ["import"], ["replay", "--headless", "--speed", "0"])
    tried = [run_here(tmp_path, *command, str(path)) for command in commands]
    assert {one.returncode for one in tried} == {2}
    (words,) = {one.stderr for one in tried}
    assert words.count("\n") == 1
    assert "Warning" not in words
