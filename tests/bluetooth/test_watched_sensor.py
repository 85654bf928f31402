"""The sitting monitor with a Bluetooth sensor that goes and comes, in processes of their own."""

import signal
from pathlib import Path

from tests.bluetooth.test_bluetooth_commands import virtual
from tests.cli.monitors import run, wait_for, watching

from spinesense.model.packets import Action, Intent
from spinesense.store.recordings.read import read_recording


def test_a_sensor_that_is_gone_for_a_while_is_lost_and_then_watched_again(tmp_path: Path) -> None:
    with (
        virtual(tmp_path, "--device", "movesense") as (link, sensor),
        watching(tmp_path, sensor=("ble", "--link", link)) as process,
    ):
        wait_for(tmp_path, lambda now: str(now.get("posture")) == "standing")
        done = run(tmp_path, "coach", "bridge", "--headless", "--sensor", "ble", "--link", link)
        assert (done.returncode, "the sitting watch has the sensor" in done.stderr) == (2, True)
        sensor.send_signal(signal.SIGSTOP)
        wait_for(tmp_path, lambda now: now["text"] == "sensor lost")
        sensor.send_signal(signal.SIGCONT)
        found = wait_for(tmp_path, lambda now: now["text"] != "sensor lost")
        assert found["class"] != "lost"
        assert run(tmp_path, "sit", "--stop").returncode == 0
        assert process.wait(timeout=60) == 0
    (path,) = (tmp_path / "recordings").glob("*.mcap")
    recording = read_recording(path)
    said = [item.action for item in recording.items if isinstance(item, Intent)]
    assert said.index(Action.SENSOR_BACK) > said.index(Action.SENSOR_LOST)
    assert recording.damage == ""
