"""``spinesense doctor``: what this machine has, and what to do about what it has not."""

import importlib.metadata
import os
import platform
import shutil
import sqlite3
import sys

import click

from spinesense.app.desktop.voice import speech_program
from spinesense.cli.options import adapter_option
from spinesense.cli.output import say, say_json
from spinesense.model.errors import SpinesenseError

Finding = tuple[str, bool, str]
"""(what was looked at, whether it is fine, what was seen and what to do)."""


def _python() -> Finding:
    return ("Python", True, f"{platform.python_version()} on {platform.system()}")


def _packages() -> list[Finding]:
    names = ("numpy", "scipy", "textual", "bleak", "mcap", "msgspec", "click", "platformdirs")
    return [(name, True, importlib.metadata.version(name)) for name in names]


def _terminal() -> Finding:
    columns, lines = shutil.get_terminal_size()
    fits = columns >= 80 and lines >= 24
    seen = f"{columns} x {lines}"
    return ("terminal", fits, seen if fits else f"{seen}: make it at least 80 x 24")


def _letters() -> Finding:
    """Whether the terminal can be told all signs that the screens draw."""
    encoding = sys.stdout.encoding
    try:
        "█⣿✓→".encode(encoding)
    except UnicodeEncodeError:
        return (
            "letters",
            False,
            f"{encoding}: the screens' bars and curves are shown as ?; use a UTF-8 locale, such as "
            "LC_ALL=C.UTF-8",
        )
    return ("letters", True, encoding)


def _voice() -> Finding:
    program = speech_program()
    return (
        "speech",
        bool(program),
        program
        or "no spd-say, espeak-ng or say found: install one to hear the coach "
        "(until then the terminal bell rings and captions are shown)",
    )


def _data_folder() -> Finding:
    from spinesense.store.places import data_folder

    try:
        folder = data_folder()
    except SpinesenseError as error:
        return ("data folder", False, str(error))
    free_gb = shutil.disk_usage(folder).free / 1e9
    fine = os.access(folder, os.W_OK) and free_gb > 0.1
    room = f"{folder}, {free_gb:.1f} GB free"
    return ("data folder", fine, room if fine else f"{room}: make room or make it writable")


def _history() -> Finding:
    from spinesense.store.history.sessions import History
    from spinesense.store.places import history_path

    try:
        with History.open(history_path()) as history:
            count = len(history.sessions(limit=1_000_000))
    except SpinesenseError as error:
        return ("history", False, str(error))
    return (
        "history",
        True,
        f"{count} session{'' if count == 1 else 's'} (SQLite {sqlite3.sqlite_version})",
    )


def _settings() -> Finding:
    from spinesense.app.person import load_settings
    from spinesense.store.places import settings_path

    try:
        load_settings()
        there = settings_path().exists()
    except SpinesenseError as error:
        return ("settings", False, str(error))
    return ("settings", True, "your own" if there else "as they ship")


def _bluetooth() -> Finding:
    """Listen for a moment, and tell the sensor that is remembered."""
    from spinesense.app.sensors import check_radio, open_radio, sensor_words

    try:
        check_radio(open_radio())
    except SpinesenseError as error:
        return ("Bluetooth", False, str(error))
    return ("Bluetooth", True, f"can listen; the sensor in use is {sensor_words()}")


def _signal_core() -> Finding:
    """Run the signal core for a moment: a self test says more than a version."""
    from spinesense.runner.engine import Engine
    from spinesense.sensors.simulated.source import SimulatedSource

    source = SimulatedSource(1)
    engine = Engine(source.profile)
    for _ in range(200):
        for item in source.step():
            engine.feed(item)
    now = engine.readings
    fine = abs(now.rate_hz / source.profile.nominal_rate_hz - 1.0) < 0.03 and now.lost_samples == 0
    return (
        "signal core",
        fine,
        f"understood {now.samples} simulated samples at {now.rate_hz:.2f} Hz",
    )


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
@adapter_option
def command(as_json: bool) -> int:
    """Check what this machine has. Exit code 1 when something needs attention."""
    findings = [
        _python(),
        *_packages(),
        _terminal(),
        _letters(),
        _voice(),
        _data_folder(),
        _history(),
        _settings(),
        _bluetooth(),
        _signal_core(),
    ]
    if as_json:
        rows = [{"what": what, "fine": fine, "seen": seen} for what, fine, seen in findings]
        say_json(rows, indent=2)
    else:
        for what, fine, seen in findings:
            say(f"{'ok  ' if fine else 'look'}  {what:<12} {seen}")
    return 0 if all(fine for _, fine, _ in findings) else 1
