"""Re-analyses days from their recordings, beside what was told at the time."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path

from spinesense.app.crash_log import report
from spinesense.model.errors import SpinesenseError
from spinesense.runner.batch.retell import ReanalysedDay, reanalyse_day
from spinesense.runner.keeping.entering import is_demo
from spinesense.store.history.days import Days, WearPeriod
from spinesense.store.places import history_path, recordings_folder
from spinesense.store.recordings.recording import finish_interrupted, is_being_recorded

Tell = Callable[[str], None]
"""Takes one sentence on how it goes."""


def refine(first: date, last: date, tell: Tell, *, simulated: bool) -> None:
    """Re-analyse these days from those of their recordings that were not yet.

    A recording of which nothing was entered counts to the day in its name and the one after, since
    it may have gone on past midnight.

    Raises
    ------
    FileError
        When the history cannot be read or written.
    """
    with Days.open(history_path()) as days:
        known = {watch.recording: watch for watch in days.watches()}  # refined ones come last
        theirs = set(days.recordings(first, last, simulated=simulated))
    begin, end = (first - timedelta(days=1)).isoformat(), last.isoformat()

    def wanted(name: str) -> bool:
        if name in known:
            return name in theirs and not known[name].refined
        return begin <= name[:10] <= end

    _tell_all([path for path in _recordings() if wanted(path.name)], tell)


def rebuild(tell: Tell) -> None:
    """Re-analyse all days from all recordings; raises as ``refine``."""
    _tell_all(_recordings(), tell)


def _recordings() -> list[Path]:
    """All of them, the newest first; those that a crash left open are finished before."""
    folder = recordings_folder()
    finish_interrupted(folder)
    return sorted((path for path in folder.glob("*.mcap") if path.is_file()), reverse=True)


def _tell_all(paths: Sequence[Path], tell: Tell) -> None:
    if not paths:
        tell("nothing to re-analyse: every recording has been.")
    for number, path in enumerate(paths, 1):
        try:
            if is_being_recorded(path):
                tell(f"{path.name} is still being recorded: re-analyse it when it is over.")
                continue
            tell(f"re-analysing {path.name}, {number} of {len(paths)}; 8 hours take some 10 s.")
            retold = reanalyse_day(path)
        except SpinesenseError as problem:
            tell(f"left as it was: {problem}")
            continue
        except Exception as problem:  # noqa: BLE001  # one odd recording never stops the others
            tell(f"{path.name} is left as it was: {report(problem)}")
            continue
        _keep(path, retold)


def _keep(path: Path, retold: ReanalysedDay) -> None:
    info = retold.info
    if is_demo(info):
        return
    watch = WearPeriod(
        recording=path.name,
        started_at=info.started_at,
        simulated=info.device.simulated,
        refined=True,
    )
    with Days.open(history_path()) as days:
        # A session that was gone on with has a recording that begins with all of the old one.
        whole = (one.recording for one in days.watches() if one.started_at == info.started_at)
        if not (info.routine and any(name > path.name for name in whole)):
            days.keep_reanalysed(watch, retold.minutes, retold.prompts)
