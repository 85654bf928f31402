"""A simulated day for the picture of the day's page: to watch one takes longer than a picture may.

Written into the history as the sitting watch and a session would have.
"""

from datetime import timedelta

from spinesense.app.desktop.context import local_now
from spinesense.model.day import Minute, Stay
from spinesense.model.events import PainMoment, PainReported
from spinesense.store.history.days import Days, Watch
from spinesense.store.history.sessions import History, SessionRecord
from spinesense.store.places import history_path

DAY = (
    (Stay.STANDING, 9),
    (Stay.SITTING, 48),
    (Stay.WALKING, 4),
    (Stay.SITTING, 71),
    (Stay.STANDING, 14),
    (Stay.SITTING, 38),
    (Stay.WALKING, 9),
    (Stay.NOT_WORN, 31),
    (Stay.LYING, 18),
    (Stay.WALKING, 6),
    (Stay.SITTING, 52),
    (Stay.STANDING, 33),
    (Stay.SITTING, 44),
    (Stay.WALKING, 3),
    (Stay.SITTING, 63),
    (Stay.WALKING, 5),
    (Stay.STANDING, 8),
)
"""What was done, and its minutes."""
SECONDS = {
    Stay.LYING: "lying_s",
    Stay.SITTING: "sitting_s",
    Stay.STANDING: "standing_s",
    Stay.WALKING: "walking_s",
    Stay.NOT_WORN: "not_worn_s",
}
SESSION_MIN = 224
"""When the session while lying began, from the beginning of the day."""
PAIN = ((60.0, 3, PainMoment.BEFORE), (1000.0, 2, PainMoment.AFTER))


def keep_day_at_work() -> None:
    """Put the day into the history, from a quarter past eight of today on."""
    begin = local_now().replace(hour=8, minute=14, second=0, microsecond=0)
    stays = [stay for stay, length in DAY for _ in range(length)]
    minutes = [
        Minute(
            at=(begin + timedelta(minutes=k)).isoformat(timespec="minutes"),
            shifts=int(stay is Stay.SITTING and k % 6 == 0),
            stand_ups=int(stay is not Stay.SITTING and before is Stay.SITTING),
            steps=104 if stay is Stay.WALKING else 0,
            bends=int(k % 29 == 0),
            deep_bends=int(k % 145 == 0),
            **{SECONDS[stay]: 60.0},
        )
        for k, (before, stay) in enumerate(zip([stays[0], *stays], stays, strict=False))
    ]
    session = SessionRecord(
        started_at=(begin + timedelta(minutes=SESSION_MIN)).isoformat(),
        routine="desk_break",
        device="Simulated spine",
        simulated=True,
        recording="",
        duration_s=1000.0,
        finished=True,
        reason="",
        pain=tuple(PainReported(at_s, score, when, "", None) for at_s, score, when in PAIN),
    )
    watch = Watch(recording="day.mcap", started_at=begin.isoformat(), simulated=True)
    with Days.open(history_path()) as days:
        days.keep(watch, minutes, ())
    with History.open(history_path()) as history:
        history.add_session(session)
