"""What is left of texts from outside, and what stays of the letters of people."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.hostile import HOSTILE, hostile_in

from spinesense.model.plain_text import INSTEAD, plain, spoken, without_markup

READABLE = [
    "Müller, naïve, Łódź, Ελληνικά, Жанна",
    "العربية עברית فارسی",
    "می\u200cخواهم",
    "हिन्दी क\u094d\u200dष தமிழ் ไทย ខ្មែរ བོད་",
    "日本語 한국어 中文 𠮷",
    "e\u0301 a\u0328",
    "👩\u200d🦽 👍🏽 ❤️ 🇨🇭",
    "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
]


@pytest.mark.parametrize("text", READABLE)
def test_letters_of_people_stay(text: str) -> None:
    assert plain(text) == text


@given(st.text(st.characters() | st.sampled_from("".join(HOSTILE))))
def test_nothing_hostile_is_left_and_places_stay(text: str) -> None:
    shown = plain(text)
    assert not hostile_in(shown)
    assert len(shown) == len(text)
    assert plain(shown) == shown
    shown.encode()


def test_every_control_and_lone_half_is_replaced() -> None:
    for code in (*range(0x20), *range(0x7F, 0xA0), *range(0xD800, 0xE000)):
        assert plain(f"a{chr(code)}b") in (f"a{INSTEAD}b", "a b")


def test_changes_of_direction_and_what_cannot_be_seen_are_replaced() -> None:
    for code in range(0x110000):
        char = chr(code)
        if unicodedata.bidirectional(char) in {
            "LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI",
        }:  # fmt: skip
            assert plain(char) == INSTEAD
    assert plain("a\u200db\u200cc\u200bd") == f"a{INSTEAD}b{INSTEAD}c{INSTEAD}d"


def test_long_texts_are_cut_and_lines_stay_where_they_may() -> None:
    assert len(plain("x" * 1_000_000)) == 4096
    assert plain("a\r\nb") == "a  b"
    assert plain("a\x1b\nb", lines=True) == f"a{INSTEAD}\nb"


def test_other_readers_find_nothing_to_obey() -> None:
    assert without_markup("<b>a</b> & \x1b") == f"‹b›a‹/b› ＆ {INSTEAD}"
    assert spoken("--voice=x <speak>[[rate 500]] hello") == "voice=x  speak   rate 500   hello"
