"""A phone as the sensor of the whole program, over real HTTP on this computer."""

import http.client
import os
import re
import socket
import subprocess
import sys
import threading
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from tests.sensors.streams import push_message

from spinesense.app.sensors import open_sensor
from spinesense.model.errors import SensorError
from spinesense.model.packets import Packet
from spinesense.sensors.phones.polled import PhyphoxSource
from spinesense.sensors.phones.pushed import SensorLoggerSource
from spinesense.store.recordings.read import read_recording


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_recording_is_made_of_what_the_phone_pushes(tmp_path: Path) -> None:
    target = tmp_path / "phone.mcap"
    words = ["record", "--sensor", f"phone:sensorlogger=127.0.0.1:{free_port()}"]
    program = subprocess.Popen(
        [sys.executable, "-m", "spinesense", *words, "--seconds", "0.6", "--to", str(target)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "SPINESENSE_HOME": str(tmp_path / "home")},
    )
    assert program.stderr
    assert program.stdout
    found = None
    while found is None:
        line = program.stderr.readline()
        assert line, "it ended without an address"
        found = re.search(r"Sensor Logger: push to (http://\S+) with Acc", line)
    parts = urlsplit(found[1])
    ended = threading.Event()

    def push() -> None:
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)
        with closing(connection), suppress(OSError, http.client.HTTPException):
            for number in range(400):
                connection.request("POST", parts.path, push_message(number))
                connection.getresponse().read()
                if ended.wait(0.05):
                    return

    phone = threading.Thread(target=push)
    phone.start()
    try:
        said, trouble = program.communicate(timeout=60)
    finally:
        ended.set()
        phone.join()
        program.kill()
    assert program.returncode == 0, trouble
    assert said.strip() == str(target)
    assert "recording Sensor Logger" in trouble
    recording = read_recording(target)
    assert recording.info.device.profile == "sensorlogger"
    assert recording.info.device.nominal_rate_hz == pytest.approx(100.0, abs=0.5)
    kept = [item for item in recording.items if isinstance(item, Packet)]
    assert len(kept) >= 10


def test_what_names_a_phone() -> None:
    assert isinstance(open_sensor("phone:sensorlogger=127.0.0.1:9000"), SensorLoggerSource)
    assert isinstance(open_sensor("phone:phyphox=http://192.168.1.7:8080"), PhyphoxSource)
    for wrong in ("phone", "phone:", "phone:phyphox", "phone:toaster", "phone:sensorlogger=9000"):
        with pytest.raises(SensorError, match=r"unknown phone app; use phone:sensorlogger"):
            open_sensor(wrong)
