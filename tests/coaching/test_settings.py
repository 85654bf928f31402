"""The limits: what is usual, what a person may choose, and what is said of mistakes."""

import tomllib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from spinesense.coaching.pain_limits import PainLimits
from spinesense.coaching.settings import (
    USUAL,
    Settings,
    chosen,
    parse_settings,
    settings_template,
    write_settings,
)
from spinesense.model.errors import TextError


def test_the_template_says_what_is_usual_and_why() -> None:
    text = settings_template()
    assert parse_settings(text, "settings.toml") == USUAL
    named = tomllib.loads(text)
    assert {section: set(table) for section, table in named.items()} == {
        section: set(table) for section, table in msgspec.to_builtins(USUAL).items()
    }
    lines = text.splitlines()
    for at, line in enumerate(lines):
        if "=" in line and not line.startswith("#"):
            above = lines[at - 1]
            assert above.startswith("#") or "=" in above, f"{line} has no reason"


def test_what_is_left_out_is_as_usual() -> None:
    assert parse_settings("", "settings.toml") == USUAL
    mine = parse_settings("[pain]\nstop_from = 5", "settings.toml")
    assert mine == Settings(pain=PainLimits(stop_from=5))
    assert [place for place, value, usual in chosen(mine) if value != usual] == [
        ("pain", "stop_from")
    ]


def test_five_mistakes_are_all_named() -> None:
    text = (
        "[pain]\neasier_from = 11\nlongest_min = 0\n[days]\nsessions_a_day = 'two'\n"
        "[progress]\nstep = 3\n[moon]\nphase = 1\n"
    )
    with pytest.raises(TextError) as caught:
        parse_settings(text, "settings.toml")
    message = str(caught.value)
    assert message.startswith("settings.toml: 5 things to put right")
    for expected in (
        "line 2, pain, easier_from: 11 does not fit; write a whole number of at most 10",
        "line 3, pain, longest_min: 0 does not fit; write a number of at least 1",
        "line 5, days, sessions_a_day: 'two' does not fit; write a whole number",
        "line 7, progress, step: this key is unknown",
        "line 8, moon: this key is unknown; known are aerobic, days, pain, progress",
    ):
        assert expected in message


@pytest.mark.parametrize(("text", "named"), [
    ("[pain]\neasier_from = 6", "line 2, pain, easier_from: easier_from = 6 is not below"),
    ("[pain]\nstop_from = 3", "line 2, pain, stop_from: easier_from = 4 is not below"),
    ("[pain]\nask_before_min = 20", "line 2, pain, ask_before_min"),
    ("pain = 3", "line 1, pain: 3 does not fit; write a table"),
    ("[pain", "this is not a TOML text"),
])  # fmt: skip
def test_one_mistake_is_one_sentence(text: str, named: str) -> None:
    with pytest.raises(TextError) as caught:
        parse_settings(text, "settings.toml")
    assert named in str(caught.value)
    assert "\n" not in str(caught.value)


@given(
    st.builds(
        lambda easier, more, minutes: Settings(
            pain=PainLimits(
                easier_from=easier, stop_from=min(10, easier + more), longest_min=minutes
            )
        ),
        st.integers(1, 9),
        st.integers(1, 9),
        st.floats(1.0, 120.0),
    )
)
def test_settings_come_back_from_their_text(settings: Settings) -> None:
    assert parse_settings(write_settings(settings), "settings.toml") == settings
