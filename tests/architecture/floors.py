"""Rooms and floors of each folder of the package, by its imports, also those for types alone.

A room is a file or a folder; it stands one floor above the highest room that it imports from.
Run ``uv run python -m tests.architecture.floors`` for the table.
"""

import ast
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

from tests.paths import ROOT

PACKAGE = ROOT / "src" / "spinesense"


@dataclass(frozen=True)
class Folder:
    """The rooms of one folder, and for each the rooms beside it that it imports from."""

    path: Path
    imports: dict[str, set[str]]

    @property
    def floors(self) -> int:
        """How many rooms the longest way down passes; raises CycleError for a circle."""
        height: dict[str, int] = {}
        for room in TopologicalSorter(self.imports).static_order():
            height[room] = 1 + max((height[each] for each in self.imports[room]), default=0)
        return max(height.values(), default=0)

    @property
    def circle(self) -> list[str]:
        """Rooms that import each other in a ring; empty when there are none."""
        try:
            TopologicalSorter(self.imports).prepare()
        except CycleError as error:
            return list(error.args[1])
        return []


def folders() -> list[Folder]:
    """All folders that hold code, outermost first."""
    inside = sorted({path.parent for path in PACKAGE.rglob("*.py")})
    return [_folder(path) for path in inside]


def _folder(path: Path) -> Folder:
    rooms = {each.stem for each in path.glob("*.py") if each.stem != "__init__"}
    rooms |= {each.parent.name for each in path.glob("*/__init__.py")}
    prefix = ".".join(path.relative_to(PACKAGE.parent).parts)
    imports: dict[str, set[str]] = {room: set() for room in rooms}
    for room in rooms:
        files = [path / f"{room}.py"] if (path / f"{room}.py").exists() else []
        for file in [*files, *(path / room).rglob("*.py")]:
            imports[room] |= {
                rest[0]
                for module in _imported(file)
                if module.startswith(prefix + ".")
                and (rest := module.removeprefix(prefix + ".").split("."))
                and rest[0] in rooms - {room}
            }
    return Folder(path, imports)


def _imported(file: Path) -> set[str]:
    """Full names of what a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def main() -> None:
    print(f"{'folder':44} {'rooms':>5} {'floors':>6}")
    for folder in folders():
        name = str(folder.path.relative_to(PACKAGE.parent))
        floors = "circle" if folder.circle else folder.floors
        print(f"{name:44} {len(folder.imports):5} {floors:>6} {' > '.join(folder.circle)}")


if __name__ == "__main__":
    main()
