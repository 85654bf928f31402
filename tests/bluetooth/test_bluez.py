"""The whole command line over the Linux backend of bleak, unmodified."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.bluetooth.band import listening, until
from tests.bluetooth.bluez import DAEMON, Bluez, Device, bluetooth_service, bus, environment

from spinesense.model.errors import SensorError
from spinesense.model.packets import Action, Intent, Item, Packet
from spinesense.sensors.bluetooth.bleak_radio import BleRadio
from spinesense.sensors.bluetooth.source import BluetoothSource
from spinesense.sensors.virtual.open_board import OpenBoard
from spinesense.sensors.virtual.wt901 import NOTIFY_UUID, Wt901
from spinesense.store.recordings.read import read_recording

pytestmark = pytest.mark.skipif(DAEMON is None, reason="dbus-daemon is not installed")


@dataclass
class Done:
    code: int
    out: str
    err: str


@asynccontextmanager
async def started(env: dict[str, str], *words: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """The program, for a minute at most."""
    program = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "spinesense", *words),
        env=env,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(60):
            yield program
    finally:
        if program.returncode is None:
            program.kill()
            await program.communicate()


async def run(env: dict[str, str], *words: str) -> Done:
    async with started(env, *words) as program:
        out, err = await program.communicate()
    return Done(program.returncode or 0, out.decode(), err.decode())


def recorded(out: str) -> list[Item]:
    return list(read_recording(Path(out.strip())).items)


def data(items: list[Item], channel: str) -> list[bytes]:
    return [i.payload for i in items if isinstance(i, Packet) and i.channel == channel]


def sent(device: Device, uuid: str) -> list[bytes]:
    return [payload for at, payload in device.sent if at == uuid]


async def test_a_sensor_that_comes_back_is_recorded_on_whole_and_once(tmp_path: Path) -> None:
    bluez = Bluez()
    async with bluetooth_service(tmp_path, bluez) as env:
        device = bluez.add(Wt901())
        words = ("record", "--sensor", "ble:" + device.address, "--seconds", "5")
        async with started(env, *words) as program:
            assert program.stderr is not None
            await program.stderr.readuntil(b"recording WT901BLE67")
            await asyncio.sleep(1)
            device.vanish()
            await program.stderr.readuntil(b"is lost")
            await asyncio.sleep(1)
            device.in_reach = True
            await program.stderr.readuntil(b"recording WT901BLE67")
            out, err = await program.communicate()
        assert program.returncode == 0, err
    items = recorded(out.decode())
    said = [item.action for item in items if isinstance(item, Intent)]
    assert said == [Action.SENSOR_LOST, Action.SENSOR_BACK]
    found = data(items, "ffe4")
    assert found == sent(device, NOTIFY_UUID)[: len(found)]
    # Before and after the break it was set to 100 Hz: four frames in a notification.
    assert sum(len(payload) == 80 for payload in found) >= 20


async def test_the_sensor_used_last_is_remembered(tmp_path: Path) -> None:
    bluez = Bluez()
    async with bluetooth_service(tmp_path, bluez) as env:
        device = bluez.add(OpenBoard())
        bluez.add(OpenBoard(), seed=2)
        words = ("record", "--seconds", "0.5")
        named = await run(env, *words, "--sensor", "ble:" + device.address)
        assert named.code == 0, named.err
        again = await run(env, *words)
        assert again.code == 0, again.err
        assert "recording Virtual Spine" in again.err
    (chosen,) = json.loads((tmp_path / "home/sensors.json").read_text()).values()
    assert chosen == {"address": device.address, "name": "Virtual Spine"}


async def test_a_machine_without_bluetooth_is_told_so_in_one_sentence(tmp_path: Path) -> None:
    env = environment(tmp_path, f"unix:path={tmp_path}/nothing")
    for words in (("record", "--sensor", "ble:"), ("coach", "--sensor", "ble:")):
        done = await run(env, *words)
        assert done.code == 2
        (line,) = done.err.splitlines()
        assert "this machine has no Bluetooth service" in line
    assert not list((tmp_path / "home").glob("recordings/*"))


async def test_the_loss_of_the_bus_is_told_without_noise_and_survived(tmp_path: Path) -> None:
    address = f"unix:path={tmp_path}/bus"
    words = ("record", "--sensor", "ble:C0:11:22:33:44:00", "--seconds", "6")
    async with AsyncExitStack() as running:
        async with bus(tmp_path):
            bluez = Bluez()
            await bluez.start(address)
            bluez.add(OpenBoard())
            env = environment(tmp_path, address)
            program = await running.enter_async_context(started(env, *words))
            assert program.stderr is not None
            said = await program.stderr.readuntil(b"ends it.\n")
            await asyncio.sleep(0.5)
        # The bus comes back only after the program has met its absence.
        said += await program.stderr.readuntil(b"no Bluetooth service")
        await bluez.close()
        bluez = Bluez()
        async with bus(tmp_path):
            await bluez.start(address)
            bluez.add(OpenBoard())
            said += await program.stderr.read()
            await program.wait()
            await bluez.close()
    assert program.returncode == 0, said
    assert all(line.startswith("spinesense: ") for line in said.decode().splitlines())


@pytest.fixture
async def bluez(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bluez]:
    """The service for this process."""
    service = Bluez()
    async with bluetooth_service(tmp_path, service) as env:
        monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", env["DBUS_SYSTEM_BUS_ADDRESS"])
        yield service


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        ("org.bluez.Error.NotReady", "Bluetooth is switched off; switch it on"),
        ("org.freedesktop.DBus.Error.AccessDenied", "this program may not use Bluetooth"),
        ("org.freedesktop.DBus.Error.ServiceUnknown", "the Bluetooth service .* does not run"),
        ("org.bluez.Error.Failed", "the Bluetooth connection failed"),
    ],
)
async def test_what_the_service_refuses_is_one_sentence(
    bluez: Bluez, refusal: str, words: str
) -> None:
    bluez.refusal = refusal
    with pytest.raises(SensorError, match=words):
        await BluetoothSource(BleRadio()).open()


@pytest.mark.parametrize(
    ("missing", "words"),
    [("adapter", "has no Bluetooth adapter"), ("powered", "Bluetooth is switched off")],
)
async def test_an_adapter_that_is_missing_or_off_is_one_sentence(
    bluez: Bluez, missing: str, words: str
) -> None:
    setattr(bluez, missing, False)
    with pytest.raises(SensorError, match=words):
        await BluetoothSource(BleRadio()).open()


async def test_a_scan_of_another_program_is_waited_for(bluez: Bluez) -> None:
    bluez.refusal = "org.bluez.Error.InProgress"
    device = bluez.add(OpenBoard())
    source = BluetoothSource(BleRadio(), device.address)
    opening = asyncio.create_task(source.open())
    await asyncio.sleep(0.5)
    bluez.refusal = ""
    await opening
    await source.close()


async def test_copies_of_notifications_are_left_out(bluez: Bluez) -> None:
    bluez.copies = 2
    device = bluez.add(Wt901())
    source = BluetoothSource(BleRadio(), device.address)
    async with listening(source) as listener:
        await until(lambda: len(listener.packets) > 30)
        assert "twice" in source.status
        found = listener.payloads("ffe4")
    assert found == sent(device, NOTIFY_UUID)[: len(found)]


async def test_what_the_system_believes_of_a_device_is_forgotten(bluez: Bluez) -> None:
    device = bluez.add(OpenBoard())
    device.stale = True
    async with listening(BluetoothSource(BleRadio(), device.address)) as listener:
        await until(lambda: len(listener.packets) > 5)
    assert not device.stale


async def test_a_device_that_does_not_answer_is_told_so(bluez: Bluez) -> None:
    device = bluez.add(OpenBoard())
    device.answers = False
    with pytest.raises(SensorError, match="does not answer; switch it"):
        await BluetoothSource(BleRadio(), device.address).open()


async def test_the_adapter_that_is_named_is_used(tmp_path: Path) -> None:
    bluez = Bluez(("hci0", "hci1"))
    async with bluetooth_service(tmp_path, bluez) as env:
        device = bluez.add(OpenBoard())
        words = ("record", "--seconds", "0.5", "--sensor", "ble:" + device.address)
        scan = ("scan", "--json", "--seconds", "1")
        other = await run(env, *scan, "--adapter", "hci0")
        assert (other.code, json.loads(other.out)["sensors"]) == (1, [])
        named = await run(env, *scan, "--adapter", "hci1")
        assert [each["address"] for each in json.loads(named.out)["sensors"]] == [device.address]
        done = await run(env, *words, "--adapter", "hci1")
        assert done.code == 0, done.err
        assert len(data(recorded(done.out), "imu")) > 1
        again = await run(env, "record", "--seconds", "0.5", "--adapter", "hci1")
        assert again.code == 0, again.err


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--sensor", "ble", "--adapter", "hci7"), "hci7: this machine has no such Bluetooth"),
        (("--sensor", "ble", "--adapter", "usb\x1b[1m"), "this is no Bluetooth adapter"),
        (("--sensor", "sim", "--adapter", "hci0"), "goes with a Bluetooth sensor"),
        (("--sensor", "ble", "--link", "tcp:1", "--adapter", "hci0"), "goes with a Bluetooth"),
    ],
)
async def test_an_adapter_that_cannot_be_used_is_one_sentence(
    tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    async with bluetooth_service(tmp_path, Bluez()) as env:
        done = await run(env, "record", "--seconds", "1", *words)
    assert done.code == 2
    (line,) = done.err.splitlines()
    assert sentence in line
    assert "\x1b" not in line
