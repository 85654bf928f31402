"""JSON that every program can read."""

import json
import math

import pytest

from spinesense.cli.output import say_json


@pytest.mark.parametrize(("value", "read"), [
    ({"a": [1, 2.5, True, None, "x"]}, {"a": [1, 2.5, True, None, "x"]}),
    (math.nan, None),
    ({"a": (1.0, math.inf, {"b": [-math.inf]})}, {"a": [1.0, None, {"b": [None]}]}),
])  # fmt: skip
def test_what_is_no_number_is_null(
    value: object, read: object, capsys: pytest.CaptureFixture[str]
) -> None:
    say_json(value)
    said = capsys.readouterr().out
    assert "NaN" not in said and "Infinity" not in said  # noqa: PT018
    assert json.loads(said) == read
