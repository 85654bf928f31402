"""Values as TOML writes them: what is written can be read, and as what it was."""

import json
import math


def toml_value(value: object) -> str:
    """A text, truth, finite number, or list of them as TOML.

    Exactly these types are taken, so that ``True`` never stands where a number was meant and no
    number of another library slips in.

    Raises
    ------
    TypeError
        When the value is of another type.
    ValueError
        When a number is not finite.
    """
    kind = type(value)
    if isinstance(value, list | tuple) and kind in (list, tuple):
        return f"[{', '.join(map(toml_value, value))}]"
    if kind is float and not math.isfinite(value):  # type: ignore[arg-type]
        raise ValueError(f"{value!r} is no number that a text can hold")
    if kind not in (str, bool, int, float):
        raise TypeError(f"{kind.__name__} {value!r} cannot be written as TOML")
    # TOML writes these as JSON does; DEL is what JSON leaves as it is and TOML does not.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
