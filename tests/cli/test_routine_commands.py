"""Routines as a physiotherapist types them."""

import json
from pathlib import Path

from tests.cli.test_commands import assert_one_sentence
from tests.cli.test_safety_and_settings import run

from spinesense.coaching.routines.parse import shipped_routines

FIVE = """
id = "Anna"
title = "Anna"
[[entry]]
exercise = "brigde"
repetitions = 0
[[entry]]
exercise = "toe_touch"
[[entry]]
exercise = "bridge"
rest = 5
"""


def test_a_routine_is_begun_checked_shown_and_listed(tmp_path: Path) -> None:
    begun = run(tmp_path, "routines", "new", "Anna, week 1")
    assert begun.returncode == 0, begun.stderr
    path = Path(begun.stdout.strip())
    assert path == tmp_path / "routines" / "anna_week_1.toml"
    checked = run(tmp_path, "routines", "check", "anna_week_1")
    assert checked.returncode == 0
    assert checked.stdout.startswith("anna_week_1: fine\n")
    shown = run(tmp_path, "routines", "show", "anna_week_1").stdout
    assert "Anna, week 1 (anna_week_1): about 7 minutes" in shown
    assert "5. Bridge: 8 times, hold 3 seconds, then rest 30 seconds" in shown
    rows = json.loads(run(tmp_path, "routines", "list", "--json").stdout)
    assert [row["id"] for row in rows] == ["anna_week_1", *shipped_routines()]
    assert [row["own"] for row in rows] == [True] + [False] * len(shipped_routines())
    assert "your own" in run(tmp_path, "routines").stdout.splitlines()[0]
    assert_one_sentence(run(tmp_path, "routines", "new", "anna week 1"), "already")
    assert_one_sentence(run(tmp_path, "routines", "new", "1"), "begins with a letter")


def test_an_exercise_is_shown(tmp_path: Path) -> None:
    shown = run(tmp_path, "routines", "show", "bird_dog").stdout
    assert "Usual dose: 8 to 12 repetitions, 3 to 5 seconds of hold" in shown
    assert_one_sentence(run(tmp_path, "routines", "show", "moon_walk"), "moon_walk")


def test_all_five_mistakes_of_a_file_are_named(tmp_path: Path) -> None:
    path = tmp_path / "five.toml"
    path.write_text(FIVE)
    done = run(tmp_path, "routines", "check", str(path))
    assert done.returncode == 2
    assert done.stdout == ""
    assert "5 things to put right" in done.stderr
    for line in ("line 2, id", "line 5, entry 1, exercise", "line 6, entry 1, repetitions",
                 "line 8, entry 2, exercise", "line 11, entry 3, rest"):  # fmt: skip
        assert line in done.stderr
    assert "use hamstring_stretch" in done.stderr


def test_what_would_be_better_is_named_with_the_order_in_which_it_is_coached(
    tmp_path: Path,
) -> None:
    path = tmp_path / "odd.toml"
    path.write_text(
        'id = "odd"\ntitle = "Odd"\n[[entry]]\nexercise = "bridge"\n'
        '[[entry]]\nexercise = "cat_stretch"\n'
    )
    done = run(tmp_path, "routines", "check", str(path))
    assert done.returncode == 1
    assert "1 thing to think about" in done.stdout
    assert "put a stretch before it" in " ".join(done.stdout.split())
    assert "In order, and so it is coached: cat_stretch, bridge" in done.stdout


def test_edit_checks_what_was_saved_and_keeps_it(tmp_path: Path) -> None:
    copied = run(tmp_path, "routines", "edit", "daily", editor="sed -i s/8/9/")
    assert copied.returncode == 0, copied.stderr
    own = tmp_path / "routines" / "daily.toml"
    assert "your own copy" in copied.stderr
    assert "repetitions = 9" in own.read_text()
    assert "9 times" in run(tmp_path, "routines", "show", "daily").stdout
    broken = run(tmp_path, "routines", "edit", "daily", editor="sed -i s/bridge/brigde/")
    assert broken.returncode == 2
    assert "perhaps bridge was meant" in broken.stderr
    assert "brigde" in own.read_text()
    rename = 'sed -i s/brigde/bridge/;s/"daily"/"other"/'
    renamed = run(tmp_path, "routines", "edit", "daily", editor=rename)
    assert renamed.returncode == 2
    assert "name both alike" in renamed.stderr
    assert_one_sentence(run(tmp_path, "routines", "edit", "nothing"), "routines new nothing")
