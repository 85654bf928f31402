"""``spinesense safety``: the questions before the first use, and what was answered."""

import click

from spinesense.cli.output import say
from spinesense.cli.questions import ask_page
from spinesense.coaching.pain_limits import NOTICE
from spinesense.coaching.progression.red_flags import advice_for, flag_words
from spinesense.model.care import Screening
from spinesense.store.history.diary import Diary
from spinesense.store.places import history_path


@click.command()
@click.option("--again", is_flag=True, help="Answer the questions again.")
@click.option(
    "--cleared",
    is_flag=True,
    help="A doctor or physiotherapist has said that you may exercise: unlock the coach.",
)
def command(again: bool, cleared: bool) -> int:
    """Answer the questions before the first use, or see what was answered.

    Any yes locks the coach until a doctor or physiotherapist has cleared you. Exit code 1 while it
    is locked.
    """
    from spinesense.app.person import local_now
    from spinesense.runner.care import FirstQuestions

    path = history_path()
    stamp = local_now().isoformat(timespec="seconds")
    with Diary.open(path) as diary:
        if again:
            diary.forget_screening()
        if cleared:
            diary.clear_screening(stamp)
        screening = diary.screening()
    if screening is None:
        say(NOTICE, err=True)
        questions = FirstQuestions(path, local_now)
        if ask := questions.next():
            questions.answer(ask, ask_page(ask) or "")
        with Diary.open(path) as diary:
            screening = diary.screening()
    if screening is not None:
        for line in _words(screening):
            say(line)
    return 1 if screening is None or screening.locks else 0


def _words(screening: Screening) -> list[str]:
    """What was answered, and what follows from it."""
    answered = f"Answered on {screening.answered_at[:10]}"
    if not screening.flags:
        return [f"{answered}: no to all. The coach is open."]
    lines = [f"{answered}, yes to:", *(f"  {one}" for one in flag_words(screening.flags))]
    if screening.locks:
        return [
            *lines,
            advice_for(screening.flags),
            "The coach is locked until then; afterwards: spinesense safety --cleared",
        ]
    return [*lines, f"Cleared on {screening.cleared_at[:10]}. The coach is open."]
