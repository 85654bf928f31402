"""``spinesense import``: a CSV file of samples becomes a recording."""

from datetime import UTC, datetime
from pathlib import Path

import click


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--to", "target", type=click.Path(path_type=Path), help="Where to write it.")
@click.option("--notes", default="", help="A remark to keep with the recording.")
def command(file: Path, target: Path | None, notes: str) -> None:
    """Turn FILE (the CSV dialect: time_s, acc_x_mps2 ... gyr_z_dps) into a recording."""
    from spinesense.model.recording import RecordingInfo
    from spinesense.runner.files import profile_of_table
    from spinesense.sensors.devices.samples import encode
    from spinesense.store.csv_dialect import read_csv
    from spinesense.store.places import new_recording_path
    from spinesense.store.recording import RecordingWriter

    table = read_csv(file)
    profile = profile_of_table(file, table)
    started_at = datetime.now(UTC).astimezone().isoformat(timespec="seconds")
    info = RecordingInfo(device=profile, started_at=started_at, notes=notes)
    path = target or new_recording_path(started_at, file.stem)
    writer = RecordingWriter.create(path, info)
    for packet in encode(table.time_s, table.acc_mps2, table.gyr_radps):
        writer.append(packet)
    writer.close()
    click.echo(path)
    click.echo(
        f"spinesense: {len(table.time_s)} samples at {profile.nominal_rate_hz:.2f} Hz kept; "
        f"see them with: spinesense replay {path}",
        err=True,
    )
