"""The recordings that ship with the project, event by event.

A change of what is heard in them shows as a difference of these texts, to be read and judged. They
are made again by `uv run spinesense replay recordings/NAME.mcap --headless --speed 0`.
"""

import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
RECORDINGS = HERE.parents[1] / "recordings"
NUMBER = re.compile(r"-?\d+\.\d+")
LAST_DIGIT = 0.11
"""Another processor may round the last printed digit otherwise, no more."""


def heard(name: str) -> list[str]:
    words = ["replay", str(RECORDINGS / f"{name}.mcap"), "--headless", "--speed", "0"]
    done = subprocess.run(
        [sys.executable, "-m", "spinesense", *words], capture_output=True, text=True, check=True
    )
    return done.stdout.splitlines()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("coached_set", ["finished"]),
        ("desk_sitting", ["sitting since", "postural shift"]),
        ("damaged", []),
    ],
)
def test_what_is_heard_in_a_recording_does_not_change(name: str, words: list[str]) -> None:
    expected = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    found = heard(name)
    assert all(word in "\n".join(found) for word in words)
    assert [NUMBER.sub("#", line) for line in found] == [NUMBER.sub("#", line) for line in expected]
    for new, old in zip(found, expected, strict=True):
        numbers = [float(number) for number in NUMBER.findall(new)]
        assert numbers == pytest.approx([float(n) for n in NUMBER.findall(old)], abs=LAST_DIGIT)
