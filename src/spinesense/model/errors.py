"""What can go wrong, each said in one sentence: what is wrong, where, and what to do."""


class SpinesenseError(Exception):
    """A failure that a person can act on. Its text is one sentence, ready to be shown.

    Parameters
    ----------
    what
        What is wrong, in lower case and without a full stop.
    where
        The file, line, key or device that it concerns; empty when there is none.
    remedy
        What the person can do about it, in lower case and without a full stop.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str) -> None:
        self.what = what
        self.where = where
        self.remedy = remedy
        super().__init__(what)

    def __reduce__(self) -> tuple[object, ...]:
        """Errors cross processes whole: by default only ``what`` would."""
        return _error_again, (type(self), self.what, self.where, self.remedy)

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        return f"{place}{self.what}; {self.remedy}."


def _error_again(
    kind: type[SpinesenseError], what: str, where: str, remedy: str
) -> SpinesenseError:
    return kind(what, where=where, remedy=remedy)


class FileError(SpinesenseError):
    """A file that cannot be read or written, or that holds something else than it should."""


class TextError(SpinesenseError):
    """A text written by a person (exercise, routine, settings) that breaks its schema."""


class SensorError(SpinesenseError):
    """A sensor that cannot be found, started or understood."""


class CalibrationError(SpinesenseError):
    """A calibration that cannot be used."""
