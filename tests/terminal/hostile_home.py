"""A data folder full of texts that mean harm, and every command tried on it in a terminal."""

import dataclasses
import json
import os
import platform
import shutil
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.hostile import HOSTILE, in_terminal, raw_of_command, raw_of_screen
from tests.paths import RECORDINGS
from tests.terminal.tmux import answered

from spinesense.store.recordings.read import read_recording
from spinesense.store.recordings.recording import RecordingWriter

SHIPPED = RECORDINGS / "coached_set.mcap"
TEXT = "".join(HOSTILE)
NAMED = TEXT.replace("\x00", "").replace("/", "")[:40]
"""As much as the name of a file may hold."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One command or screen, and what came through raw."""

    name: str
    code: int
    raw: tuple[str, ...]
    shown: bytes


def make_home(home: Path) -> None:
    """Fill a data folder: recordings, routines, settings, history, the sensor of this machine."""
    answered(home)
    (home / "routines").mkdir()
    (home / "recordings").mkdir()
    source = read_recording(SHIPPED)
    text = json.dumps(TEXT).replace("\x7f", "\\u007f")
    routine = (
        f'id = "evil"\ntitle = {json.dumps(HOSTILE[1])}\nabout = {json.dumps(HOSTILE[6])}\n'
        f"author = {json.dumps(HOSTILE[4])}\n"
        '[[entry]]\nexercise = "bridge"\nrepetitions = 1\nsets = 1\n'
        f"note = {json.dumps(HOSTILE[1])}\n"
    )
    (home / "routines" / "evil.toml").write_text(routine)
    (home / "routines" / "short.toml").write_text(
        'id = "short"\ntitle = "Short"\n[[entry]]\nexercise = "pelvic_tilt"\nrepetitions = 1\n'
    )
    (home / "routines" / "wrong.toml").write_text(f"{text} = {text}\ntitle = {text}\nid = {text}\n")
    device = dataclasses.replace(source.info.device, name=TEXT)
    info = dataclasses.replace(source.info, device=device, notes=TEXT)
    unknown = dataclasses.replace(info, device=dataclasses.replace(device, profile=TEXT))
    odd = dataclasses.replace(info, routine=f'id = "x"\n{text} = 1\n')
    for name, one in (("evil", info), ("unknown", unknown), ("odd", odd), (NAMED, info)):
        path = home / "recordings" / f"2026-01-01_00-00-00_{name}.mcap"
        with RecordingWriter.create(path, one) as writer:
            for item in source.items[:300]:
                writer.append(item)
    (home / "header.csv").write_text(f"time_s,acc{HOSTILE[1]},{HOSTILE[0]}\n1,2,3\n")
    (home / "cell.csv").write_text(f"time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2\n1,{HOSTILE[1]},3,4\n")


def commands(home: Path) -> Iterator[tuple[str, ...]]:
    """Words of commands that meet the texts of this folder, or hold some themselves."""
    for name in ("evil", "unknown", "odd", NAMED):
        path = str(home / "recordings" / f"2026-01-01_00-00-00_{name}.mcap")
        yield ("analyse", path)
        yield ("analyse", path, "--json")
        yield ("replay", path, "--headless", "--speed", "0")
    yield from (("import", str(home / "header.csv")), ("import", str(home / "cell.csv")))
    yield from (("routines",), ("routines", "--help"), ("routines", "list", "--json"))
    yield from (("routines", "show", "evil"), ("routines", "check", "evil", "wrong"))
    yield from (("history",), ("history", "--json"), ("progress",), ("progress", "show", "evil"))
    yield from (("log",), ("settings",), ("doctor",), ("status",), ("status", "--line"))
    yield from (("status", "--json"), ("day",), ("day", "--week", "--json"), ("safety", "--help"))
    yield ("coach", "evil", "--sensor", "sim", "--headless", "--speed", "0", "--quiet")
    yield ("demo", "--headless", "--speed", "0", "--json", f"--{NAMED}")
    yield ("record", "--sensor", "sim", "--speed", "0", "--seconds", "1")
    for text in (NAMED, HOSTILE[3].replace("\x00", ""), os.fsdecode(b"\xff\xfeHOSTILE")):
        for command in (
            "demo", "scan", "coach", "sit", "status", "day", "record", "replay", "analyse",
            "import", "routines", "progress", "log", "safety", "settings", "history", "bench",
            "doctor", "virtual-sensor",
        ):  # fmt: skip
            yield (command, f"--{text}")
        yield (text,)
        yield from (("coach", text, "--headless"), ("analyse", text), ("replay", text))
        yield from (("import", text), ("day", text), ("log", text, "30"), ("log", "swim", text))
        yield from (("record", "--sensor", text), ("routines", "show", text))
        yield from (("routines", "new", text), ("routines", "edit", text), ("bench", text))
        yield ("virtual-sensor", "--link", text)


def in_history(home: Path) -> None:
    """Put the texts into the rows of the history and of the sensor that is remembered."""
    path = home / "history.sqlite3"
    with sqlite3.connect(path) as base:
        base.execute("update sessions set routine = ?, reason = ?, finished = 0", (TEXT, TEXT))
    chosen = {platform.node(): {"address": "AA:BB", "name": TEXT}}
    (home / "sensors.json").write_text(json.dumps(chosen))


def try_commands(home: Path, quick: bool = False) -> list[Tried]:
    """Every command, or a quarter of them, in a terminal of its own."""
    make_home(home)
    tried = []
    done = list(commands(home))
    for number, words in enumerate(done[::4] if quick else done):
        tried.append(try_command(home, words))
        if number == 0:
            tried.append(try_command(home, ("demo", "short", "--headless", "--speed", "0")))
            in_history(home)
    for words in (("history",), ("history", "--json"), ("progress",), ("doctor",), ("record",)):
        if words == ("record",):
            (home / "sensors.json").unlink()
            continue
        tried.append(try_command(home, words))
    odd = home / NAMED
    odd.mkdir()
    tried += [
        try_command(odd, words) for words in (("settings",), ("doctor",), ("coach", "nothing"))
    ]
    shutil.rmtree(odd)
    return tried


def try_command(home: Path, words: tuple[str, ...], extra: dict[str, str] | None = None) -> Tried:
    """One command on this folder; ``extra`` goes into its environment."""
    code, shown = in_terminal(home, words, extra=extra)
    return Tried(" ".join(words), code, tuple(raw_of_command(shown)), shown)


SCREENS: tuple[tuple[tuple[str, ...], tuple[tuple[str, bytes], ...]], ...] = (
    ((), (("HOSTILE", b"\x11"),)),
    (("coach", "evil", "--sensor", "sim"), (("HOSTILE", b"\r"), ("Calib", b"\x11"))),
    (("replay", "RECORDING"), (("Replay", b"\x11"),)),
    (("coach", "wrong", "--sensor", "sim"), ()),
)


def try_screens(home: Path) -> list[Tried]:
    """The screens that show texts of others; the folder is that of `make_home`."""
    path = str(home / "recordings" / "2026-01-01_00-00-00_evil.mcap")
    tried = []
    for words, keys in SCREENS:
        here = tuple(path if word == "RECORDING" else word for word in words)
        code, shown = in_terminal(home, here, keys=keys, patience_s=12.0)
        tried.append(Tried(" ".join(words) or "home", code, tuple(raw_of_screen(shown)), shown))
    return tried
