"""What other apps export."""

import csv
import io
import math
import zipfile
from pathlib import Path

import numpy as np
import pytest
from tests.paths import SHARED

from spinesense.model.errors import FileError
from spinesense.motion import gravity_direction
from spinesense.runner.batch.open_file import open_stored, read_table
from spinesense.store.tables.app_exports import is_export, read_export

DOT = SHARED / "data/fixtures/xsens_dot/Pelvis_20210820_202113_836.csv"
BEGIN_NS = 1_698_501_144_401_773_000
"""Time of the row that awesome-sensor-logger shows."""


def text(header: list[str], rows: list[list[object]], separator: str = ",") -> str:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_MINIMAL)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()


def logged(axes: tuple[float, float, float], late_ns: int = 0, rows: int = 200) -> str:
    """A table of Sensor Logger: its columns come as z, y, x."""
    x, y, z = axes
    return text(
        ["time", "seconds_elapsed", "z", "y", "x"],
        [[BEGIN_NS + late_ns + 10_000_000 * row, row / 100, z, y, x] for row in range(rows)],
    )


def zipped(path: Path, files: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


PARTS = {
    "Accelerometer.csv": logged((0.06, -0.001, -0.1)),
    "Gravity.csv": logged((0.1, 0.2, 9.8)),
    "Gyroscope.csv": logged((0.01, 0.02, 0.03), late_ns=3_000_000),
    "Annotation.csv": "time,seconds_elapsed,text\n",
}
META = ["version", "device name", "platform", "standardisation"]


def test_a_zip_of_sensor_logger(tmp_path: Path) -> None:
    path = zipped(tmp_path / "walk.zip", PARTS)
    table, remark = read_table(path)
    assert remark == "Sensor Logger"
    assert len(table) == 200
    np.testing.assert_allclose(table.acc_mps2, [[0.16, 0.199, 9.7]] * 200)
    assert table.gyr_radps is not None
    np.testing.assert_allclose(table.gyr_radps, [[0.01, 0.02, 0.03]] * 200)
    assert np.diff(table.time_s) == pytest.approx(0.01, abs=1e-6)
    stored = open_stored(path)
    assert (stored.profile.profile, stored.profile.has_gyro) == ("samples", True)
    assert stored.profile.nominal_rate_hz == pytest.approx(100.0, rel=1e-3)


def test_an_unpacked_folder_of_sensor_logger(tmp_path: Path) -> None:
    for name, content in PARTS.items():
        (tmp_path / name).write_text(content)
    assert len(read_table(tmp_path)[0]) == 200


def test_total_acceleration_is_preferred(tmp_path: Path) -> None:
    parts = {**PARTS, "TotalAcceleration.csv": logged((1.0, 2.0, 9.0))}
    table, _ = read_table(zipped(tmp_path / "a.zip", parts))
    np.testing.assert_allclose(table.acc_mps2[0], [1.0, 2.0, 9.0])


@pytest.mark.parametrize(
    ("platform", "standardised", "sign"),
    [("ios", "false", -1), ("ios", "true", 1), ("android", "false", 1)],
)
def test_the_sign_of_an_iphone_is_turned(
    platform: str, standardised: str, sign: int, tmp_path: Path
) -> None:
    meta = text(META, [[3, "Bob's, old", platform, standardised]])
    table, remark = read_table(zipped(tmp_path / "a.zip", {**PARTS, "Metadata.csv": meta}))
    np.testing.assert_allclose(table.acc_mps2[0], np.array([0.16, 0.199, 9.7]) * sign)
    assert ("turned" in remark) == (sign < 0)


def phyphox(names: list[str], axes: tuple[float, ...], separator: str, decimal: str) -> str:
    rows: list[list[object]] = [[row / 100, *axes] for row in range(100)]
    plain = text(["Time (s)", *names], rows, separator)
    return (
        plain
        if decimal == "."
        else "\n".join(
            [
                line.replace(".", decimal) if row else line
                for row, line in enumerate(plain.splitlines())
            ]
        )
    )


ACC = [f"Acceleration {axis} (m/s^2)" for axis in "xyz"] + ["Absolute acceleration (m/s^2)"]
GYR = [f"Gyroscope {axis} (rad/s)" for axis in "xyz"] + ["Absolute (rad/s)"]


@pytest.mark.parametrize(("separator", "decimal"), [(",", "."), (";", ","), ("\t", ".")])
def test_phyphox_in_any_of_its_dialects(separator: str, decimal: str, tmp_path: Path) -> None:
    files = {
        "Accelerometer.csv": phyphox(ACC, (0.1, 0.2, 9.8, 9.80255), separator, decimal),
        "Gyroscope.csv": phyphox(GYR, (0.01, 0.02, 0.03, 0.0374), separator, decimal),
        "Linear Accelerometer.csv": phyphox(ACC, (5.0, 5.0, 5.0, 8.66), separator, decimal),
        "meta/device.csv": '"property","value"\n"version","1.1"\n',
    }
    table, remark = read_table(zipped(tmp_path / "phyphox.zip", files))
    assert remark == "phyphox"
    np.testing.assert_allclose(table.acc_mps2[0], [0.1, 0.2, 9.8])
    assert table.gyr_radps is not None
    np.testing.assert_allclose(table.gyr_radps[0], [0.01, 0.02, 0.03])


def test_one_table_of_phyphox_without_a_gyroscope(tmp_path: Path) -> None:
    path = tmp_path / "Raw Data.csv"
    path.write_text(phyphox(ACC, (0.1, 0.2, 9.8, 9.8), ",", "."))
    stored = open_stored(path)
    assert not stored.profile.has_gyro


def test_a_dot_log_with_readings(tmp_path: Path) -> None:
    head = "sep=,\nDeviceTag:,Yao\nOutputRate:,60Hz\n\n"
    names = [
        "PacketCounter",
        "SampleTimeFine",
        *(f"{s}_{a}" for s in ("Acc", "Gyr") for a in "XYZ"),
    ]
    rows: list[list[object]] = [
        [row, (2**32 - 50_000 + 16_667 * row) % 2**32, 0.1, 0.2, 9.8, 90, -45, 0]
        for row in range(50)
    ]
    path = tmp_path / "log.csv"
    path.write_text(head + text(names, rows))
    table, remark = read_table(path)
    assert remark == "Xsens DOT"
    assert np.diff(table.time_s) == pytest.approx(0.016667)
    assert table.gyr_radps is not None
    np.testing.assert_allclose(np.degrees(table.gyr_radps[3]), [90, -45, 0])


def test_readings_are_worked_out_from_orientation(tmp_path: Path) -> None:
    # Turning about y at 90 °/s, and lying still otherwise: gravity turns the other way.
    names = ["PacketCounter", "SampleTimeFine", *(f"Quat_{a}" for a in "WXYZ")]
    names += [f"FreeAcc_{a}" for a in "XYZ"]
    rows: list[list[object]] = []
    for row in range(60):
        half = math.radians(90) * row / 60 / 2
        rows.append([row, 16_667 * row, math.cos(half), 0, math.sin(half), 0, 0, 0, 0])
    path = tmp_path / "log.csv"
    path.write_text(text(names, rows))
    table, remark = read_table(path)
    assert "worked out" in remark
    assert table.gyr_radps is not None
    np.testing.assert_allclose(np.degrees(table.gyr_radps[5:, 1]), 90, rtol=1e-3)
    angle = np.radians(90) * np.arange(len(table)) / 60
    expected = np.column_stack([-np.sin(angle), 0 * angle, np.cos(angle)]) * 9.80665
    np.testing.assert_allclose(table.acc_mps2, expected, atol=1e-6)


@pytest.mark.skipif(not DOT.exists(), reason="the shared recordings are not here")
def test_a_real_log_of_a_pelvis() -> None:
    table, _ = read_table(DOT)
    assert len(table) >= 379
    assert np.median(1 / np.diff(table.time_s)) == pytest.approx(60.0, rel=1e-3)
    assert np.median(np.linalg.norm(table.acc_mps2, axis=1)) == pytest.approx(9.81, rel=0.02)
    assert table.gyr_radps is not None
    # What our filter makes of the readings is the direction of gravity that the sensor logged.
    quats = np.loadtxt(DOT, delimiter=",", skiprows=12, usecols=(2, 3, 4, 5))[: len(table)]
    w, x, y, z = quats.T
    up = np.column_stack([2 * (x * z - w * y), 2 * (y * z + w * x), w * w - x * x - y * y + z * z])
    ours = gravity_direction(table.acc_mps2, table.gyr_radps, 60.0)
    apart_deg = np.degrees(np.arccos(np.clip((ours * up).sum(axis=1), -1, 1)))
    assert np.median(apart_deg) < 1.5


@pytest.mark.parametrize(
    ("files", "what"),
    [
        ({"Accelerometer.csv": PARTS["Accelerometer.csv"]}, "no acceleration with gravity"),
        ({"readme.csv": "a,b\n1,2\n"}, "no acceleration with gravity"),
        ({"Accelerometer.csv": "time,seconds_elapsed,z,y,x\n"}, "holds no samples"),
        ({"Accelerometer.csv": PARTS["Accelerometer.csv"] + "a,b,c,d,e\n"}, "not numbers"),
        ({"Accelerometer.csv": PARTS["Accelerometer.csv"] + "1,2\n"}, "not numbers"),
        (
            {
                "Accelerometer.csv": PARTS["Accelerometer.csv"],
                "Gravity.csv": logged((0, 0, 9.8), late_ns=5_000_000),
            },
            "not read at the same times",
        ),
    ],
)
def test_what_is_missing_or_broken_is_named(
    files: dict[str, str], what: str, tmp_path: Path
) -> None:
    with pytest.raises(FileError, match=what):
        read_table(zipped(tmp_path / "a.zip", files))


def test_what_is_no_zip_is_named(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    path.write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(FileError, match="is no zip file"):
        read_export(path)
    with pytest.raises(FileError, match=r"cannot be read .*check the name"):
        read_export(tmp_path / "absent.zip")


def test_our_own_dialect_is_no_export(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("time_s,acc_x_mps2,acc_y_mps2,acc_z_mps2\n0,0,0,9.8\n0.01,0,0,9.8\n")
    assert not is_export(path)
    assert len(read_table(path)[0]) == 2


@pytest.mark.parametrize("late_ns", [0, 2_000_000, 5_000_000, 9_000_000])
def test_a_gyroscope_that_is_late_by_any_part_of_a_period_is_joined(
    late_ns: int, tmp_path: Path
) -> None:
    rates: list[list[object]] = [
        [BEGIN_NS + late_ns + 10_000_000 * row, row / 100, 0, 0, math.sin(row / 10)]
        for row in range(200)
    ]
    parts = {
        "TotalAcceleration.csv": logged((0.1, 0.2, 9.8)),
        "Gyroscope.csv": text(["time", "seconds_elapsed", "z", "y", "x"], rates),
    }
    table, _ = read_table(zipped(tmp_path / "a.zip", parts))
    assert len(table) >= 199
    assert table.gyr_radps is not None
    true = np.sin((table.time_s - late_ns / 1e9) * 10)
    inner = slice(1, -1)
    np.testing.assert_allclose(table.gyr_radps[inner, 0], true[inner], atol=0.002)


def test_samples_without_gyro_are_counted(tmp_path: Path) -> None:
    parts = {
        "TotalAcceleration.csv": logged((0.1, 0.2, 9.8)),
        "Gyroscope.csv": logged((0.01, 0.02, 0.03), rows=150),
    }
    table, _ = read_table(zipped(tmp_path / "a.zip", parts))
    assert len(table) == 150
    assert table.remarks == ("50 of 200 samples without gyro were left out.",)
    parts["Gyroscope.csv"] = logged((0.01, 0.02, 0.03), rows=50)
    table, _ = read_table(zipped(tmp_path / "b.zip", parts))
    assert (len(table), table.gyr_radps) == (200, None)
    assert table.remarks[0].startswith("150 of 200 samples without gyro: the gyroscope was left")


def test_the_name_of_a_table_of_sensor_logger_does_not_matter(tmp_path: Path) -> None:
    swaying: list[list[object]] = [
        [BEGIN_NS + 10_000_000 * row, row / 100, 9.8 + 0.1 * math.sin(row), 0.2, 0.1]
        for row in range(200)
    ]
    content = text(["time", "seconds_elapsed", "z", "y", "x"], swaying)
    for name in ("TotalAcceleration.csv", "Walking_TotalAcceleration.csv", "mine.txt", "mine"):
        (tmp_path / name).write_text(content)
        assert len(open_stored(tmp_path / name).items)
        assert len(read_table(tmp_path / name)[0]) == 200


@pytest.mark.parametrize("words", ["english", "chinese"])
@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_log_of_the_witmotion_app(words: str, encoding: str, tmp_path: Path) -> None:
    if words == "english":
        head = "Time,Device name,Chip Time(),"
        head += ",".join(f"Acceleration {axis}(g)" for axis in "XYZ") + ","
        head += ",".join(f"Angular velocity {axis}(°/s)" for axis in "XYZ") + ",Temperature(℃)"
    else:
        head = "时间,设备名称,片上时间()," + ",".join(f"加速度{axis}(g)" for axis in "XYZ") + ","
        head += ",".join(f"角速度{axis}(°/s)" for axis in "XYZ") + ",温度(℃)"
    lines = []
    for row in range(240):
        second = 58 + 0.06 * (row // 6)
        clock = f" 23:59:{second:06.3f}" if second < 60 else f" 0:00:{second - 60:06.3f}"
        names = ("WT-1", "WT-2")[: 1 + (row % 2)]
        lines += [f"{clock},{name}, x, 0.1, 0.2, 1.0, 90, 0, {row}, 27.1," for name in names]
    path = tmp_path / "log.txt"
    path.write_bytes("\n".join([head, *lines]).encode(encoding))
    table, remark = read_table(path)
    assert remark == "WitMotion"
    assert len(table) == 240
    assert "240 rows of WT-1 are used; 120 rows of WT-2 are left out" in table.remarks[0]
    np.testing.assert_allclose(np.diff(table.time_s), 0.01, rtol=0.05)
    np.testing.assert_allclose(table.acc_mps2[0], np.array([0.1, 0.2, 1.0]) * 9.80665)
    assert table.gyr_radps is not None
    np.testing.assert_allclose(np.degrees(table.gyr_radps[:, 2]), range(240))


TOTAL = logged((0.1, 0.2, 9.8))


def test_zips_that_are_mistakes_get_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    for kind in (zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2):
        with zipfile.ZipFile(path, "w", kind) as archive:
            archive.writestr("TotalAcceleration.csv", TOTAL)
        with pytest.raises(FileError, match="packed in a way that no app uses"):
            read_table(path)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("TotalAcceleration.csv", TOTAL)
    data = bytearray(path.read_bytes())
    data[100:140] = bytes(40)
    path.write_bytes(data)
    with pytest.raises(FileError, match="is damaged in the zip file"):
        read_table(path)
    data = bytearray(zipped(path, {"TotalAcceleration.csv": TOTAL}).read_bytes())
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)
    with pytest.raises(FileError, match="protected by a password"):
        read_table(path)


def test_a_zip_that_grows_beyond_a_recording_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("T.csv", "time,seconds_elapsed,z,y,x\n" + "0,0,0,0,0\n" * 2_000_000)
    with pytest.raises(FileError, match=r"grows \d+ times when it is unpacked"):
        read_table(path)


@pytest.mark.parametrize("time", ["1e300", "2700000000000000000"])
def test_a_reading_of_another_century_is_refused(time: str, tmp_path: Path) -> None:
    parts = {"TotalAcceleration.csv": TOTAL + f"{time},5,9.8,0.1,0.2\n"}
    with pytest.raises(FileError, match=r"is no time|days after the one before it"):
        read_table(zipped(tmp_path / "a.zip", parts))


def test_a_folder_whose_table_is_a_folder_and_a_short_metadata_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    (tmp_path / "TotalAcceleration.csv").write_text(TOTAL)
    (tmp_path / "Metadata.csv").write_text("version,platform,standardisation\n1\n")
    assert len(read_table(tmp_path)[0]) == 200


def test_text_columns_of_a_table_do_not_matter(tmp_path: Path) -> None:
    plain = phyphox(ACC, (0.1, 0.2, 9.8, 9.8), ",", ".").splitlines()
    path = tmp_path / "labelled.csv"
    path.write_text("\n".join(f"{n},Standing,{line}" for n, line in enumerate(plain)))
    assert len(read_table(path)[0]) == 100
