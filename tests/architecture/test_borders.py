"""New ways to the terminal: each must go through what makes words plain."""

import ast
from pathlib import Path

import spinesense

SOURCE = Path(spinesense.__file__).parent
PRINTING = {
    "echo", "secho", "print", "echo_via_pager", "prompt", "confirm", "from_markup", "print_exc",
}  # fmt: skip
ALLOWED = {
    ("cli/output.py", "echo"),
    ("cli/output.py", "prompt"),
    ("__main__.py", "print"),  # the line of a bar, bare already
    ("tui/widgets/keyline.py", "from_markup"),  # keys and their names, which are ours
}
DRAWING = {"assemble", "styled"}


def calls() -> list[tuple[str, str, ast.Call]]:
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                target = node.func
                name = target.attr if isinstance(target, ast.Attribute) else ""
                name = target.id if isinstance(target, ast.Name) else name
                found.append((path.relative_to(SOURCE).as_posix(), name, node))
    return found


def test_one_module_prints() -> None:
    around = {(path, name) for path, name, _ in calls() if name in PRINTING}
    assert around - ALLOWED == set()


def test_no_stream_is_written_to_directly() -> None:
    around = [
        (path, node.lineno)
        for path, name, node in calls()
        if name in {"write", "writelines"} and "sys.std" in ast.unparse(node.func)
        if path != "cli/output.py"
    ]
    assert around == []


def test_screens_draw_plain_words() -> None:
    around = []
    for path, name, node in calls():
        if not path.startswith("tui/") or path == "tui/widgets/plain_content.py":
            continue
        variable = bool(node.args) and not isinstance(node.args[0], ast.Constant)
        drawn = name == "Content" and variable
        markup = (
            name in {"Static", "Label"} and variable and isinstance(node.args[0], ast.JoinedStr)
        )
        if name in DRAWING or drawn or markup:
            around.append((path, name, node.lineno))
    assert around == []
