"""``spinesense settings``: where the limits are, and what they say."""

import json

import click
import msgspec

from spinesense.cli.output import say, say_json
from spinesense.coaching.settings import Settings, chosen, parse_settings, settings_template
from spinesense.store.files import read_text, write_text
from spinesense.store.places import settings_path


@click.command()
@click.option("--edit", is_flag=True, help="Open the file in your editor and check it afterwards.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(edit: bool, as_json: bool) -> None:
    """Show where the limits are kept and what they are; * marks what you have changed."""
    from spinesense.app.person import load_settings

    path = settings_path()
    if edit:
        from spinesense.cli.editor import open_editor

        if not path.exists():
            write_text(path, settings_template())
        open_editor(path)
        parse_settings(read_text(path), str(path))
    settings = load_settings()
    if as_json:
        say_json(msgspec.to_builtins(settings), indent=2)
        return
    there = "" if path.exists() else " (not there: all is as usual; --edit writes it)"
    say(f"{path}{there}", err=True)
    for line in _lines(settings):
        say(line)


def _lines(settings: Settings) -> list[str]:
    lines: list[str] = []
    for (section, key), value, usual in chosen(settings):
        if f"[{section}]" not in lines:
            lines += [*([""] if lines else []), f"[{section}]"]
        line = f"{key} = {_shown(value)}"
        lines.append(line if value == usual else f"{line:<24} * usual: {_shown(usual)}")
    return lines


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else json.dumps(value, ensure_ascii=False)
