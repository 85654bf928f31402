"""Cues: one at a time, the most important first, nothing late."""

from hypothesis import given
from hypothesis import strategies as st

from spinesense.coaching.session.cues import LATEST_S, CueQueue, speech_s
from spinesense.model.events import Cue, Priority

WORDS = st.lists(st.sampled_from(["lift", "your", "hips"]), min_size=1, max_size=12).map(" ".join)
WISHES = st.lists(
    st.tuples(st.integers(0, 300), st.sampled_from(list(Priority)), WORDS), max_size=40
)


def said(wishes: list[tuple[int, Priority, str]], steps: int = 400) -> list[Cue]:
    """What is said when these wishes come up, in tenths of a second."""
    desk = CueQueue()
    cues = []
    for step in range(steps):
        for at, priority, words in wishes:
            if at == step:
                desk.request(step / 10, priority, words)
        cue = desk.next(step / 10)
        if cue:
            cues.append(cue)
    return cues


@given(WISHES)
def test_only_stop_is_said_over_something_else_and_all_over_the_pacer(
    wishes: list[tuple[int, Priority, str]],
) -> None:
    free_s, saying = 0.0, Priority.STOP
    for cue in said(wishes):
        over_pace = saying is Priority.PACE and cue.priority is not Priority.PACE
        assert cue.priority is Priority.STOP or over_pace or cue.time_s >= free_s
        free_s, saying = cue.time_s + speech_s(cue.words), cue.priority


@given(WISHES)
def test_nothing_is_said_late_or_unasked(wishes: list[tuple[int, Priority, str]]) -> None:
    for cue in said(wishes):
        asked = [at / 10 for at, *wish in wishes if wish == [cue.priority, cue.words]]
        assert any(0 <= cue.time_s - at_s <= LATEST_S for at_s in asked)


@given(WISHES)
def test_every_stop_is_said_at_once(wishes: list[tuple[int, Priority, str]]) -> None:
    cues = said(wishes)
    for at, priority, _ in wishes:
        if priority is Priority.STOP:
            assert any(one.time_s == at / 10 and one.priority is Priority.STOP for one in cues)


def test_the_most_important_goes_first() -> None:
    order = list(Priority)
    for low in range(1, len(order)):
        for high in range(low):
            cues = said([(0, order[low], "low"), (0, order[high], "high")])
            assert cues[0].words == "high"


def test_a_wish_that_waits_too_long_is_dropped() -> None:
    long = "one two three four five six seven eight nine ten"
    assert [one.words for one in said([(0, Priority.GUIDE, long), (1, Priority.COUNT, "x")])] == [
        long
    ]


def test_a_newer_count_replaces_an_older_one() -> None:
    wishes = [(0, Priority.GUIDE, "go"), (1, Priority.COUNT, "One."), (2, Priority.COUNT, "Two.")]
    assert [one.words for one in said(wishes)] == ["go", "Two."]


def test_stop_silences_what_waits() -> None:
    wishes = [
        (0, Priority.GUIDE, "go on"),
        (1, Priority.COUNT, "One."),
        (1, Priority.STOP, "Stop."),
    ]
    assert [one.words for one in said(wishes)] == ["go on", "Stop."]


def test_more_words_take_longer() -> None:
    assert 0 < speech_s("One.") < speech_s("Lift your hips.") < 2.0
