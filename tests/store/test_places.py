import stat
from pathlib import Path

import platformdirs
import pytest

from spinesense.model.errors import FileError
from spinesense.store import places


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "some" / "home"
    monkeypatch.setenv(places.HOME_VARIABLE, str(folder))
    return folder


def test_everything_is_below_the_chosen_folder(home: Path) -> None:
    assert places.data_folder() == home
    assert places.recordings_folder() == home / "recordings"
    assert places.history_path().parent == home


def test_folders_are_made_on_first_use_and_open_to_their_owner_only(home: Path) -> None:
    assert not home.exists()
    places.recordings_folder()
    for folder in (home.parent, home, home / "recordings"):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_exists_keeps_its_rights(home: Path) -> None:
    home.mkdir(parents=True)
    home.chmod(0o750)
    places.data_folder()
    assert stat.S_IMODE(home.stat().st_mode) == 0o750


def test_without_a_choice_it_is_the_data_folder_of_the_user(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(places.HOME_VARIABLE, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    folder = places.data_folder()
    assert folder == platformdirs.user_data_path("spinesense", appauthor=False)
    assert folder.is_relative_to(tmp_path)


def test_a_chosen_folder_that_is_a_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    for chosen in ("file", "file/below"):
        monkeypatch.setenv(places.HOME_VARIABLE, str(tmp_path / chosen))
        with pytest.raises(FileError, match="choose a folder"):
            places.data_folder()


def test_a_new_recording_has_a_name_of_its_own_that_sorts_by_time(home: Path) -> None:
    first = places.new_recording_path("2026-01-31T09:30:00+01:00", "Morning: hips & back/..")
    assert first == home / "recordings" / "2026-01-31_09-30-00_morning-hips-back.mcap"
    first.touch()
    second = places.new_recording_path("2026-01-31T09:30:00+01:00", "Morning: hips & back/..")
    second.touch()
    third = places.new_recording_path("2026-01-31T09:30:00+01:00", "Morning: hips & back/..")
    assert len({first, second, third}) == 3
    later = places.new_recording_path("2026-02-01T08:00:00.250", "")
    assert later.name == "2026-02-01_08-00-00.mcap"
    assert sorted([later, first]) == [first, later]


def test_a_start_that_is_no_time_is_named(home: Path) -> None:
    with pytest.raises(FileError, match="'yesterday': is no date and time"):
        places.new_recording_path("yesterday", "x")
