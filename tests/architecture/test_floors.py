"""No room of the house imports itself by way of another, not even for types alone."""

import pytest
from tests.architecture.floors import PACKAGE, Folder, folders

FOLDERS = folders()


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda each: str(each.path.relative_to(PACKAGE)))
def test_no_folder_holds_a_circle(folder: Folder) -> None:
    assert not folder.circle, " > ".join(folder.circle)


def test_the_outermost_folder_has_the_rooms_of_the_flow() -> None:
    outermost = FOLDERS[0]
    assert outermost.path == PACKAGE
    assert set(outermost.imports) == {
        *("model", "store", "sensors", "motion", "coaching", "runner", "app", "tui", "cli"),
        "__main__",
    }
