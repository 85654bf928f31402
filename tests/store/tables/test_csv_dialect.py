import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from tests.paths import SHARED

from spinesense.model.errors import FileError
from spinesense.store.tables import csv_dialect
from spinesense.store.tables.csv_dialect import SampleTable, read_csv, write_csv

HEADER = "time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2,gyr_x_dps,gyr_y_dps,gyr_z_dps"
WALKING = SHARED / "data" / "lower_back_walking"

values = st.floats(-5000, 5000)


@st.composite
def tables(draw: st.DrawFn) -> SampleTable:
    count = draw(st.integers(1, 20))
    steps_us = draw(hnp.arrays(np.int64, count, elements=st.integers(1, 10**8)))
    time_s = np.cumsum(steps_us) / 1e6 + draw(st.sampled_from([-1.0, 0.0, 1.7e9]))
    acc_mps2 = draw(hnp.arrays(np.float64, (count, 3), elements=values))
    gyr_radps = draw(st.none() | hnp.arrays(np.float64, (count, 3), elements=values))
    return SampleTable(time_s, acc_mps2, gyr_radps)


def file_of(folder: Path, text: str | bytes) -> Path:
    path = folder / "a.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@given(table=tables())
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_round_trip_is_exact_to_the_printed_digits(tmp_path: Path, table: SampleTable) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    write_csv(first, table)
    found = read_csv(first)
    write_csv(second, found)
    assert first.read_bytes() == second.read_bytes()
    half_a_digit = 0.5e-6 * 1.001
    assert np.abs(found.time_s - table.time_s).max() <= half_a_digit
    assert np.abs(found.acc_mps2 - table.acc_mps2).max() <= half_a_digit
    assert (found.gyr_radps is None) == (table.gyr_radps is None)
    if found.gyr_radps is not None and table.gyr_radps is not None:
        assert np.rad2deg(np.abs(found.gyr_radps - table.gyr_radps)).max() <= half_a_digit


@pytest.mark.skipif(not WALKING.is_dir(), reason="the folder of real recordings is absent")
def test_real_recordings_are_read_as_they_are_printed(tmp_path: Path) -> None:
    paths = sorted(WALKING.glob("*.csv"))
    assert paths
    for path in paths:
        found = read_csv(path)
        assert found.gyr_radps is not None
        lines = path.read_text().splitlines()
        assert len(found) == len(lines) - 1
        last = [float(field) for field in lines[-1].split(",")]
        assert found.time_s[-1] == last[0]
        assert list(found.acc_mps2[-1]) == last[1:4]
        assert np.allclose(np.rad2deg(found.gyr_radps[-1]), last[4:7], rtol=1e-12)
        again = tmp_path / path.name
        write_csv(again, found)
        assert np.array_equal(read_csv(again).acc_mps2, found.acc_mps2)


@pytest.mark.parametrize("piece_bytes", [1, 7, 64, 100_000])
@pytest.mark.parametrize("ending", ["", "\n", "\n\n", "\r\n", "\n  \n"])
def test_the_size_of_the_pieces_does_not_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece_bytes: int, ending: str
) -> None:
    monkeypatch.setattr(csv_dialect, "_PIECE_BYTES", piece_bytes)
    rows = [f"{i / 100},{i},{-i},9.81,{i},0,1e-3" for i in range(50)]
    newline = "\r\n" if "\r" in ending else "\n"
    found = read_csv(file_of(tmp_path, newline.join([HEADER, *rows]) + ending))
    assert found.gyr_radps is not None
    assert np.array_equal(found.time_s, np.arange(50) / 100)
    assert np.array_equal(found.acc_mps2[:, 1], -np.arange(50.0))
    assert np.array_equal(found.gyr_radps[:, 0], np.arange(50) * (math.pi / 180))


def test_columns_come_in_any_order_and_unit_and_others_are_ignored(tmp_path: Path) -> None:
    text = (
        "\ufeffgyr_z_radps, note, acc_z_mg, time_s, acc_x_g, temperature_degc, acc_y_mps2,"
        "gyr_x_dps, gyr_y_radps\n"
        "3, Stühle, 500, 0.5, 1, , 2.5, 180, 2\n"
        "6, x, 1000, 0.6, 2, nan, 5, 360, 4\n"
    )
    found = read_csv(file_of(tmp_path, text))
    g = 9.80665
    assert found.gyr_radps is not None
    assert np.array_equal(found.time_s, [0.5, 0.6])
    assert np.allclose(found.acc_mps2, [[g, 2.5, g / 2], [2 * g, 5, g]], rtol=1e-15)
    assert np.allclose(found.gyr_radps, [[math.pi, 2, 3], [2 * math.pi, 4, 6]], rtol=1e-15)


def test_a_text_of_another_encoding_in_an_ignored_column_is_ignored(tmp_path: Path) -> None:
    data = b"time_s,acc_x_g,acc_y_g,acc_z_g,note\n0,0,0,1,R\xfccken\n"
    assert np.allclose(read_csv(file_of(tmp_path, data)).acc_mps2, [[0, 0, 9.80665]])


def test_a_table_without_gyroscope_says_none(tmp_path: Path) -> None:
    found = read_csv(file_of(tmp_path, "time_s,acc_x_g,acc_y_g,acc_z_g\n0,0,0,1\n"))
    assert found.gyr_radps is None
    assert len(found) == 1


GOOD = "0.0,1,2,3,4,5,6\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", ["is empty", "choose"]),
        ("\n" + GOOD, ["header", "is empty"]),
        (HEADER + "\n", ["holds no samples"]),
        (HEADER + "\n\n\n", ["holds no samples"]),
        (GOOD, ["line 1", "time_s", "the header has 0.0, 1"]),
        ("time_s,acc_x_g,acc_y_g\n0,0,0\n", ["line 1", "acc_z_mps2 or acc_z_g or acc_z_mg"]),
        (HEADER.replace("gyr_y_dps", "gyr_y") + "\n", ["line 1", "gyr_y_dps or gyr_y_radps"]),
        (HEADER.replace(",", ";") + "\n", ["holds no samples"]),
        (HEADER + ",acc_x_g\n", ["line 1", "'acc_x_g'", "a second time"]),
        (f"{HEADER}\n{GOOD}0.1,1,2,x,4,5,6\n", ["line 3", "acc_z_mps2", "'x'", "remove the line"]),
        (f"{HEADER}\n{GOOD}0.1,1,2,,4,5,6\n", ["line 3", "acc_z_mps2", "''"]),
        (f"{HEADER}\n{GOOD}0.1,1,2,1_0,4,5,6\n", ["line 3", "acc_z_mps2", "'1_0'"]),
        (f"{HEADER}\n{GOOD}0.1,1,2,3,4,5,NaN\n", ["line 3", "gyr_z_dps", "'NaN'"]),
        (f"{HEADER}\n0.0,1,2,3,-inf,5,6\n{GOOD}", ["line 2", "gyr_x_dps", "'-inf'"]),
        (f"{HEADER}\n{GOOD}0.1,1,2,3,4,5\n", ["line 3", "6 fields", "7"]),
        (f"{HEADER}\n{GOOD}0.1,1,2,3,4,5,6,7\n0.2,1,2,3,4,5\n", ["line 3", "8 fields", "7"]),
        (f"{HEADER}\n{GOOD}\n\n0.1,1,2,x,4,5,6\n", ["line 5", "acc_z_mps2", "'x'"]),
        (f"{HEADER}\n9.1,1,2,3,4,5,6\n{GOOD}", ["sample 2", "runs backwards", "from 9.1 to 0"]),
        (f"{HEADER}\n{GOOD}1e308,1,2,3,4,5,6\n", ["1e+308 s is no time"]),
        (f"{HEADER}\n{GOOD}1e9,1,2,3,4,5,6\n", ["sample 2 comes 1.157e+04 days after"]),
        (HEADER + "," * 70_000 + "\n" + GOOD, ["fields"]),
        (HEADER + "\n" + "1" * 3_000_000, ["a line is longer than"]),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), ["binary file"]),
        (HEADER.encode() + b"\n0.0,1,2,3,\0,5,6\n", ["binary file"]),
    ],
)
def test_an_error_names_the_place_what_stands_there_and_the_remedy(
    tmp_path: Path, text: str | bytes, said: list[str]
) -> None:
    path = file_of(tmp_path, text)
    with pytest.raises(FileError) as problem:
        read_csv(path)
    sentence = str(problem.value)
    assert sentence.startswith(str(path))
    assert sentence.endswith(".")
    assert problem.value.remedy
    for words in said:
        assert words in sentence


def test_a_lone_carriage_return_is_not_taken_for_a_line(tmp_path: Path) -> None:
    text = "time_s,acc_x_g,acc_y_g,acc_z_g,a,b,c,d\n0,0,0,1\r1,0,0,1,5\n"
    with pytest.raises(FileError, match="line 2"):
        read_csv(file_of(tmp_path, text))


@pytest.mark.parametrize("line", [1, 2, 17, 499, 500])
def test_the_line_is_right_in_a_later_piece(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: int
) -> None:
    monkeypatch.setattr(csv_dialect, "_PIECE_BYTES", 333)
    rows = [f"{i / 100},{i},{-i},9.81,{i},0,1" for i in range(500)]
    rows[line - 1] = rows[line - 1].replace("9.81", "9,81")
    with pytest.raises(FileError, match=f"line {line + 1}: the line has 8 fields"):
        read_csv(file_of(tmp_path, "\n".join([HEADER, *rows])))
    rows[line - 1] = rows[line - 1].replace("9,81", "up")
    with pytest.raises(FileError, match=f"line {line + 1}: column acc_z_mps2 holds 'up'"):
        read_csv(file_of(tmp_path, "\n".join([HEADER, *rows])))


@given(st.binary(max_size=200))
@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_any_bytes_give_samples_or_one_sentence(tmp_path: Path, tail: bytes) -> None:
    for text in (tail, f"{HEADER}\n{GOOD}".encode() + tail):
        try:
            found = read_csv(file_of(tmp_path, text))
        except FileError:
            continue
        assert np.isfinite(found.acc_mps2).all()
        assert (np.diff(found.time_s) > 0).all()


@pytest.mark.parametrize(
    "table",
    [
        SampleTable(np.array([0.0, 1.0]), np.array([[0, 0, 1], [0, 0, np.nan]]), None),
        SampleTable(np.array([0.0, 0.0]), np.zeros((2, 3)), None),
        SampleTable(np.array([1.0, 0.0]), np.zeros((2, 3)), None),
        SampleTable(np.array([0.0, 1e-9]), np.zeros((2, 3)), None),
    ],
)
def test_a_table_that_no_reader_takes_is_not_written(tmp_path: Path, table: SampleTable) -> None:
    path = file_of(tmp_path, "as it was")
    with pytest.raises(FileError, match="no number, or times that do not increase"):
        write_csv(path, table)
    assert path.read_text() == "as it was"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


def test_missing_and_impossible_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="check the name"):
        read_csv(tmp_path / "none.csv")
    with pytest.raises(FileError, match="name a file"):
        read_csv(tmp_path)
    with pytest.raises(FileError, match="check the name"):
        write_csv(tmp_path / "none" / "a.csv", SampleTable(np.zeros(1), np.zeros((1, 3)), None))


ROWS = [[f"{row / 100:.2f}", "0.1", "-0.2", "9.8", "1", "2", str(row)] for row in range(9)]


def saved(separator: str = ",", point: str = ".", quote: str = "", end: str = "\n") -> str:
    """The same table as other programs save it."""
    names = [HEADER.split(",")]
    lines = [separator.join(f"{quote}{field}{quote}" for field in row) for row in names]
    lines += [
        separator.join(f"{quote}{field.replace('.', point)}{quote}" for field in row)
        for row in ROWS
    ]
    return end.join(lines) + end


@pytest.mark.parametrize(
    "text",
    [
        saved(),
        saved(";", ","),
        saved(";"),
        saved("\t"),
        saved("\t", ",", '"'),
        saved(quote='"'),
        saved(",", ",", '"'),
        saved(";", ",", '"', "\r\n"),
        saved().replace(HEADER, HEADER.upper()),
        "sep=;\r\n" + saved(";", ",", end="\r\n"),
        '"sep=,"\n' + saved(),
        saved() + ",,,,,,\n" * 3,
        saved().replace("\n", "\n\n"),
        "\ufeff" + saved(),
        saved().encode("utf-16"),
        "\n".join(f'"{n}",{line}' for n, line in enumerate(saved().splitlines())) + "\n",
        "\n".join(f'{line},"a, ""b"" or"' for line in saved().splitlines()) + "\n",
    ],
)
def test_the_table_is_read_as_other_programs_save_it(tmp_path: Path, text: str | bytes) -> None:
    found = read_csv(file_of(tmp_path, text))
    assert found.remarks == ()
    assert found.time_s.tolist() == [row / 100 for row in range(9)]
    np.testing.assert_allclose(found.acc_mps2, [[0.1, -0.2, 9.8]] * 9)
    assert found.gyr_radps is not None
    np.testing.assert_allclose(np.rad2deg(found.gyr_radps[:, 2]), range(9))
