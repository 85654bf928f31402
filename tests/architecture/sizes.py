"""Sizes of the package: files, functions, and code lines per comment.

Run ``uv run python -m tests.architecture.sizes`` for the table.
"""

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.floors import PACKAGE

_NO_CODE = (
    tokenize.NL,
    tokenize.NEWLINE,
    tokenize.INDENT,
    tokenize.DEDENT,
    tokenize.COMMENT,
    tokenize.ENDMARKER,
)


def function_lines(path: Path) -> Iterator[int]:
    """Lines of each function of a file, with its docstring."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield node.end_lineno - node.lineno + 1


def code_and_comments(path: Path) -> tuple[int, int]:
    """Lines with code, docstrings left out, and lines with a comment."""
    code, comments = set[int](), set[int]()
    for token in tokenize.generate_tokens(io.StringIO(path.read_text("utf-8")).readline):
        if token.type == tokenize.COMMENT:
            comments.add(token.start[0])
        elif token.type not in _NO_CODE and not token.string.startswith('"""'):
            code.update(range(token.start[0], token.end[0] + 1))
    return len(code), len(comments)


def _spread(sizes: list[int]) -> str:
    ordered = sorted(sizes)
    middle, ninth = (ordered[int(share * len(ordered))] for share in (0.5, 0.9))
    return f"{len(ordered):6} {middle:8} {ninth:16} {ordered[-1]:8}"


def main() -> None:
    files = sorted(PACKAGE.rglob("*.py"))
    lines = [len(path.read_text("utf-8").splitlines()) for path in files]
    print(f"{'':10} {'count':>6} {'median':>8} {'90th percentile':>16} {'longest':>8}")
    print(f"{'files':10} {_spread(lines)}")
    print(f"{'functions':10} {_spread([n for path in files for n in function_lines(path)])}")
    print(f"lines in all: {sum(lines)}")
    for name, folder in (("the package", PACKAGE), ("motion", PACKAGE / "motion")):
        counted = [code_and_comments(path) for path in folder.rglob("*.py")]
        code, comments = (sum(each) for each in zip(*counted, strict=True))
        print(f"code lines per line of comment in {name}: {code / comments:.1f}")


if __name__ == "__main__":
    main()
