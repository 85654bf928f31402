"""``spinesense import``: a table of samples, or what another app exported, becomes a recording."""

from datetime import UTC, datetime
from pathlib import Path

import click

from spinesense.cli.output import say


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "target", type=click.Path(path_type=Path), help="Where to write it.")
@click.option("--notes", default="", help="A remark to keep with the recording.")
def command(file: Path, target: Path | None, notes: str) -> None:
    """Turn FILE into a recording.

    FILE is a table (time_s, acc_x_mps2 ... gyr_z_dps) or what an app exported: a zip file or folder
    of Sensor Logger or phyphox, or a log of the Xsens DOT app.
    """
    from spinesense.cli.analysis_formats import left_out_words
    from spinesense.model.recording import RecordingInfo
    from spinesense.runner.batch.open_file import (
        left_out_of,
        profile_of_table,
        read_table,
        refuse_no_table,
    )
    from spinesense.sensors.devices.samples import encode
    from spinesense.store.places import new_recording_path
    from spinesense.store.tables.imported import remove_broken_imports, write_imported

    refuse_no_table(file)
    table, remark = read_table(file)
    profile = profile_of_table(file, table)
    started_at = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    notes = "; ".join(each for each in (notes, remark, *table.remarks) if each)
    info = RecordingInfo(device=profile, started_at=started_at, notes=notes)
    path = target or new_recording_path(started_at, file.stem)
    for broken in remove_broken_imports(path.parent):
        broken_off = f"an import of {broken} was broken off and is removed; import that file again"
        say(f"spinesense: {broken_off}", err=True)
    write_imported(path, info, encode(table.time_s, table.acc_mps2, table.gyr_radps))
    say(path)
    for sentence in table.remarks:
        say(f"spinesense: {sentence}", err=True)
    if (left_out := left_out_of(table, profile.nominal_rate_hz)).total:
        say(f"spinesense: kept but not used: {left_out_words(left_out)}", err=True)
    say(
        f"spinesense: {len(table.time_s)} samples at {profile.nominal_rate_hz:.2f} Hz kept; "
        f"see them with: spinesense replay {path}",
        err=True,
    )
