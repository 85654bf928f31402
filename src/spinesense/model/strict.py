"""A check of records before they are stored: each value is exactly of the type that it says."""

from typing import TypeVar

import msgspec

Record = TypeVar("Record")


def strictly(record: Record) -> Record:
    """Return a record as it is, after a look at every value in it.

    A truth where a number is meant, None where nothing may be missing, or a number of another
    library would be stored as something else than what is read back.

    Raises
    ------
    TypeError
        Naming the first value that is not of the type of its field, or not within its limits.
    """
    try:
        msgspec.convert(msgspec.to_builtins(record), type(record))
    except (msgspec.ValidationError, TypeError) as problem:
        raise TypeError(f"{type(record).__name__} cannot be stored: {problem}") from problem
    return record
