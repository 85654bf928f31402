"""The one way to the terminal and into pipes: whatever is printed is made plain here."""

import json
import math
import os
import sys
import textwrap
import warnings
from collections.abc import Callable

import click

from spinesense.model.plain_text import plain


def say(line: object = "", *, err: bool = False) -> None:
    """Print one line, to stderr where it is talk; line breaks in it are spaces."""
    click.echo(plain(line), err=err)


def say_wrapped(text: object, width: int, *, indent: str = "", err: bool = False) -> None:
    """Print a paragraph folded at ``width``, its later lines behind ``indent``."""
    for line in textwrap.wrap(plain(text), width, subsequent_indent=indent) or [""]:
        say(line, err=err)


def say_json(value: object, *, indent: int | None = None) -> None:
    """Print a value as JSON in ASCII; DEL is what JSON leaves as it is and a terminal does not.

    A number that is none is null, since JSON knows no NaN.
    """
    try:
        text = json.dumps(value, indent=indent, allow_nan=False)
    except ValueError:
        text = json.dumps(_finite(value), indent=indent, allow_nan=False)
    click.echo(text.replace("\x7f", "\\u007f"))


def _finite(value: object) -> object:
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, list | tuple) else value


def say_error(error: object) -> None:
    """Print what is wrong; a sentence may be followed by lines that name each mistake."""
    for line in f"spinesense: {error}".split("\n"):
        say(line, err=True)


def say_usage(error: click.ClickException) -> None:
    """Print what is wrong with the words of a command, and how it is used."""
    context = error.ctx if isinstance(error, click.UsageError) else None
    if context is not None:
        for line in context.get_usage().split("\n"):
            say(line, err=True)
        say(f"Try '{context.command_path} --help' for help.", err=True)
        say(err=True)
    say(f"Error: {error.format_message()}", err=True)


def ask_line(question: str) -> str:
    """Ask for one line on stderr; raises `click.Abort` at the end of the input."""
    answer: str = click.prompt(
        plain(question), default="", show_default=False, prompt_suffix="", err=True
    )
    return answer


def ring() -> None:
    """Ring the terminal bell on stderr, which is not data."""
    sys.stderr.write("\a")
    sys.stderr.flush()


def speaker(quiet: bool) -> Callable[[str], None] | None:
    """What says a cue aloud, or rings where no program can speak; None when quiet is wanted."""
    from spinesense.app.desktop.voice import Voice, speech_program

    if quiet:
        return None
    return Voice().say if speech_program() else lambda _: ring()


def complain(sentence: str) -> None:
    """Say what does not work but ends nothing."""
    say(f"spinesense: {sentence}", err=True)


def prepare() -> None:
    """Make ready for any terminal: what its encoding has not is shown as ``?``, never as escapes.

    Warnings of libraries are for programmers, who ask for them with ``-W``.
    """
    for stream in (sys.stdout, sys.stderr, sys.__stderr__):
        if stream is not None and hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if not sys.warnoptions and "PYTHONWARNINGS" not in os.environ:
        warnings.simplefilter("ignore")
