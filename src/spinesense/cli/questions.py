"""The pages before a session in a plain terminal, or from a pipe: a question, a line of answer."""

import click

from spinesense.cli.output import ask_line, say, say_wrapped
from spinesense.coaching.progression.red_flags import RED_FLAGS
from spinesense.model.asking import Ask, AskKind
from spinesense.model.errors import SpinesenseError
from spinesense.tui.launch import Consult

WIDTH = 79
ANSWERS = {"y": True, "yes": True, "n": False, "no": False}


def ask_all(consult: Consult) -> bool:
    """Go through all pages; gives whether the session may begin.

    Questions go to stderr, answers come from stdin.

    Raises
    ------
    SpinesenseError
        When the answers end before the questions do.
    """
    while ask := consult.next():
        value = ask_page(ask)
        if value is None:
            return False
        consult.answer(ask, value)
    return True


def rehearse(consult: Consult) -> None:
    """Go through all pages for a simulated person, who takes the first answer to everything."""
    while (ask := consult.next()) and ask.options:
        consult.answer(ask, ask.options[0].value)


def ask_page(ask: Ask) -> str | None:
    """Show one page and take its answer; None when it has none, or the person wants to leave."""
    for line in ("", ask.title, ""):
        say(line, err=True)
    for paragraph in ask.text:
        say_wrapped(paragraph, WIDTH, err=True)
        say(err=True)
    if ask.kind is AskKind.CLOSED:
        return None
    return " ".join(_flags()) if ask.kind is AskKind.FLAGS else _choice(ask)


def _flags() -> list[str]:
    """Ask each of the first questions; gives the ids of those with yes."""
    flags = []
    for number, flag in enumerate(RED_FLAGS, start=1):
        question = f"{number} of {len(RED_FLAGS)}. {flag.question} [y/n] "
        while (answer := ANSWERS.get(_line(question).lower())) is None:
            say("Please type y for yes or n for no.", err=True)
        if answer:
            flags.append(flag.id)
    return flags


def _choice(ask: Ask) -> str | None:
    """Ask for one of the options; None when the person wants none of them."""
    keys = {option.key: option for option in ask.options}
    for option in ask.options:
        say(f"  {option.key:<6} {option.words}", err=True)
    say(f"  {'q':<6} Leave", err=True)
    while True:
        answer = _line("Your choice: ").lower()
        if answer in ("q", "quit"):
            return None
        if (chosen := keys.get(answer or "enter")) is not None:
            return chosen.value
        known = ", ".join([*keys, "q"])
        say(f"Please type one of {known}.", err=True)


def _line(question: str) -> str:
    """One line of answer.

    Raises
    ------
    SpinesenseError
        At the end of the input.
    """
    try:
        answer = ask_line(question)
    except click.Abort as problem:
        raise SpinesenseError(
            "the questions before a session were not all answered",
            remedy="answer them in a terminal with spinesense safety",
        ) from problem
    return answer.strip()
