"""Hostile texts in everything the program reads, and what of them a terminal gets."""

import os
import stat
import time
from pathlib import Path

import pytest
from tests.hostile import in_terminal
from tests.terminal.hostile_home import make_home, try_commands, try_screens

from spinesense.app.desktop.voice import Voice


def test_commands_show_nothing_raw(tmp_path: Path) -> None:
    tried = try_commands(tmp_path, quick=True)
    assert {one.name: (one.raw, one.shown) for one in tried if one.raw} == {}
    assert [one.shown for one in tried if b"Traceback" in one.shown] == []
    assert [one.shown for one in tried if b"made a mistake" in one.shown] == []
    assert any(b"HOSTILE" in one.shown for one in tried)


@pytest.mark.slow
def test_all_commands_show_nothing_raw(tmp_path: Path) -> None:
    tried = try_commands(tmp_path)
    assert {one.name: (one.raw, one.shown) for one in tried if one.raw} == {}
    assert [one.shown for one in tried if b"Traceback" in one.shown] == []
    assert [one.shown for one in tried if b"made a mistake" in one.shown] == []


def test_screens_show_nothing_raw(tmp_path: Path) -> None:
    make_home(tmp_path)
    tried = try_screens(tmp_path)
    assert {one.name: (one.raw, one.shown[-3000:]) for one in tried if one.raw} == {}
    assert b"HOSTILE" in tried[0].shown


def test_a_latin_terminal_gets_no_escapes(tmp_path: Path) -> None:
    extra = {"PYTHONIOENCODING": "latin-1:strict", "PYTHONUTF8": "0"}
    code, shown = in_terminal(tmp_path, ("doctor",), extra=extra)
    assert b"latin-1: the screens' bars" in shown or b"iso8859-1: the screens' bars" in shown
    code, shown = in_terminal(tmp_path, ("routines", "show", "daily"), extra=extra)
    assert code == 0
    assert b"Traceback" not in shown
    assert b"\\u" not in shown


def test_a_speech_program_that_does_not_end_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, began = tmp_path / "spd-say", tmp_path / "began"
    program.write_text(f'#!/bin/sh\ntrap "" TERM\necho >> {began}\nwhile :; do sleep 0.1; done\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin:/bin")
    voice = Voice()
    voice.say("one")
    stubborn = voice._speaking
    assert stubborn is not None
    while not began.exists():
        time.sleep(0.01)
    voice.say("two")  # would never return
    assert stubborn.poll() is None
    assert voice._speaking is not None
    for one in (stubborn, voice._speaking):
        one.kill()
        one.wait()
    voice.hush()
    assert voice._hushed == []


def test_a_speech_program_gets_words_and_no_options(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, said = tmp_path / "espeak-ng", tmp_path / "said"
    program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" > {said}\n')
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}/usr/bin:/bin")
    voice = Voice()
    if voice._command is None or voice._command[0] != "espeak-ng":
        pytest.skip("this machine has the speech service of a desktop")
    voice.say("-f /etc/passwd [[x]] <speak>\x1b[31mhello")
    assert voice._speaking is not None
    voice._speaking.wait()
    assert said.read_text().split("\n")[0] == "--"
    assert said.read_text().split("\n")[1].split() == ["f", "/etc/passwd", "x", "speak", "31mhello"]
