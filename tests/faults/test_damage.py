"""What the question of damage finds: faults that were planted, and none in the program."""

from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from benchmarks.faults import damage
from benchmarks.faults.damage import Readers, Try
from benchmarks.faults.table import Row, Run

from spinesense.store.recordings.read import Recording, read_recording
from spinesense.store.recordings.recording import finish_interrupted


@pytest.fixture(scope="module")
def wholes(tmp_path_factory: pytest.TempPathFactory) -> tuple[damage.Whole, damage.Whole]:
    return damage.made(tmp_path_factory.mktemp("made"), Random(1))


def tried(folder: Path, whole: damage.Whole, one: Try, by: Readers) -> Row:
    row = Row("damage")
    damage.try_one(folder / "home", whole.items, one, row, by)
    return row


def in_the_body(whole: damage.Whole, number: int) -> Try:
    """Change the last byte of an item's record."""
    place = whole.needs[number][0].end - 1
    data = bytearray(whole.data)
    data[place] ^= 0x10
    return Try(f"byte {place}", bytes(data), whole.apart_from(place), torn=False)


def test_a_changed_byte_costs_only_its_own_record(
    tmp_path: Path, wholes: tuple[damage.Whole, damage.Whole]
) -> None:
    for whole in wholes:
        for number in (5, 300, 699):
            assert not list(
                tried(tmp_path, whole, in_the_body(whole, number), Readers()).findings()
            )


def drops_one(path: Path) -> Recording:
    found = read_recording(path)
    return replace(found, items=found.items[:10] + found.items[11:])


def repeats_one(path: Path) -> Recording:
    found = read_recording(path)
    return replace(found, items=found.items[:10] + found.items[9:])


def swaps_two(path: Path) -> Recording:
    found = read_recording(path)
    return replace(found, items=(found.items[1], found.items[0], *found.items[2:]))


def says_nothing(path: Path) -> Recording:
    return replace(read_recording(path), damage="")


def fails(path: Path) -> Recording:
    raise IndexError(path)


def cuts_off(folder: Path) -> list[Path]:
    """Take a damaged file for a torn one, and keep only what stands before the middle."""
    (path,) = folder.glob("*.mcap")
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    return finish_interrupted(folder)


@pytest.mark.parametrize(
    ("by", "kind"),
    [
        (Readers(read=drops_one), "lost"),
        (Readers(read=repeats_one), "doubled"),
        (Readers(read=swaps_two), "untrue"),
        (Readers(read=says_nothing), "untrue"),
        (Readers(read=fails), "untrue"),
        (Readers(finish=cuts_off), "lost"),
    ],
    ids=["drops", "repeats", "swaps", "is silent", "fails", "cuts off"],
)
def test_a_planted_fault_is_found(
    by: Readers, kind: str, tmp_path: Path, wholes: tuple[damage.Whole, damage.Whole]
) -> None:
    live, _ = wholes
    assert getattr(tried(tmp_path, live, in_the_body(live, 300), by), kind)


@pytest.mark.slow
def test_hundreds_of_damages_cost_nothing_beside_the_damaged_record(tmp_path: Path) -> None:
    rows = list(damage.ask(Run(tmp_path, Random(2), full=False)))
    assert [sentence for row in rows for sentence in row.findings()] == []
