"""Texts that were made to cost more than they are worth, and texts from other editors."""

from pathlib import Path

import pytest

from spinesense.coaching.exercises.catalogue import load_catalogue
from spinesense.coaching.routines.parse import parse_routine
from spinesense.model.errors import FileError, TextError
from spinesense.store.files import MOST_BYTES, read_text

ROUTINE = 'id = "r"\ntitle = "a.b.c.d"\n[[entry]]\nexercise = "bridge"\n'


@pytest.mark.parametrize(
    "text",
    [
        ".".join("a" * 50_000),
        ".".join("a" * 50_000) + " = 1",
        "[" + " . ".join(['"a"'] * 20_000) + "]",
        "x = {" + ".".join("a" * 20_000) + " = 1}",
        "a" * 120_000,
        '"' * 120_000,
        "\n".join(f"k{number} = 1" for number in range(10_000)),
        "[" * 100_000,
        "x = " + "[" * 100_000,
    ],
)
def test_costly_texts_are_refused(text: str) -> None:
    with pytest.raises(TextError) as caught:
        parse_routine(text, "r.toml", load_catalogue())
    assert len(str(caught.value)) < 200_000


def test_what_editors_of_others_write_is_read(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    wanted = parse_routine(ROUTINE, "r.toml", load_catalogue())
    for raw in (
        b"\xef\xbb\xbf" + ROUTINE.encode(),
        ROUTINE.replace("\n", "\r\n").encode(),
        ROUTINE.replace("\n", "\r").encode(),
    ):
        path.write_bytes(raw)
        assert parse_routine(read_text(path), str(path), load_catalogue()) == wanted


def test_other_texts_are_named_for_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_bytes(ROUTINE.encode("utf-16"))
    with pytest.raises(FileError, match="UTF-16"):
        read_text(path)
    path.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(FileError, match="larger than"):
        read_text(path)
