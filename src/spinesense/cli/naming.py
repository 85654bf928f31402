"""What a person calls something of theirs, as the name of a file and as a title."""

import re

from spinesense.model.errors import FileError
from spinesense.model.plain_text import plain

LONGEST_ID = 60
"""Characters of an id: it is the name of a file, and part of the names of recordings."""


def id_and_title(name: str, what: str, example: str) -> tuple[str, str]:
    """The id and the title of what is called so; ``what`` it is, and an ``example``, for errors.

    Raises
    ------
    FileError
        For a name that makes no id.
    """
    title = " ".join(plain(name).replace("_", " ").split())
    made = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
    if len(made) > LONGEST_ID:
        raise FileError(
            f"a name has at most {LONGEST_ID} letters and digits",
            where=name[:LONGEST_ID] + "…",
            remedy="write a shorter one",
        )
    if not re.match(r"[a-z]", made):
        raise FileError(
            f"{what} needs a name that begins with a letter",
            where=repr(name),
            remedy=f'write something like "{example}"',
        )
    return made, title[:1].upper() + title[1:]
