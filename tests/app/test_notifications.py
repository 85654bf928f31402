"""Desktop notifications on a real D-Bus that only this test is on."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Annotated, Any

import pytest
from dbus_fast.aio import MessageBus
from dbus_fast.annotations import DBusSignature
from dbus_fast.service import ServiceInterface, dbus_method

from spinesense.app.desktop.notifications import TITLE, Notifier, notifier

DAEMON = shutil.which("dbus-daemon")
pytestmark = pytest.mark.skipif(DAEMON is None, reason="dbus-daemon is not installed")

Text = Annotated[str, DBusSignature("s")]
Texts = Annotated[list[str], DBusSignature("as")]
Number = Annotated[int, DBusSignature("u")]
Whole = Annotated[int, DBusSignature("i")]
Hints = Annotated[dict[str, Any], DBusSignature("a{sv}")]
Server = Annotated[tuple[str, str, str, str], DBusSignature("ssss")]


class Desktop(ServiceInterface):
    """The notification service that a desktop has (freedesktop.org, version 1.2)."""

    def __init__(self) -> None:
        super().__init__("org.freedesktop.Notifications")
        self.shown: list[tuple[str, str, str]] = []

    @dbus_method()
    def Notify(  # noqa: N802  # named by the specification
        self,
        app: Text,
        replaces: Number,
        icon: Text,
        summary: Text,
        body: Text,
        actions: Texts,
        hints: Hints,
        expires_ms: Whole,
    ) -> Number:
        self.shown.append((app, summary, body))
        return len(self.shown)

    @dbus_method()
    def GetCapabilities(self) -> Texts:  # noqa: N802
        return ["body"]

    @dbus_method()
    def GetServerInformation(self) -> Server:  # noqa: N802
        return ("a desktop", "nobody", "1", "1.2")

    @dbus_method()
    def CloseNotification(self, number: Number) -> None:  # noqa: N802
        self.shown.pop()


@asynccontextmanager
async def session_bus(folder: Path) -> AsyncIterator[str]:
    """A session bus of our own, and its address."""
    assert DAEMON is not None
    address = f"unix:path={folder / 'bus'}"
    words = ("--session", f"--address={address}", "--nofork", "--nopidfile", "--print-address")
    process = await asyncio.create_subprocess_exec(
        DAEMON, *words, stdout=asyncio.subprocess.PIPE, env={**os.environ}
    )
    assert process.stdout is not None
    await process.stdout.readline()
    try:
        yield address
    finally:
        process.terminate()
        await process.wait()


async def test_a_prompt_appears_on_the_desktop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints: list[str] = []
    assert notifier(print) is not None
    async with session_bus(tmp_path) as address:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
        bus = await MessageBus(bus_address=address).connect()
        desktop = Desktop()
        bus.export("/org/freedesktop/Notifications", desktop)
        await bus.request_name("org.freedesktop.Notifications")
        await asyncio.wrap_future(
            Notifier(complaints.append).show("You have sat still for 20 minutes.")
        )
        bus.disconnect()
    assert desktop.shown == [("spinesense", TITLE, "You have sat still for 20 minutes.")]
    assert complaints == []


async def test_without_a_desktop_that_is_said_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaints: list[str] = []
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", f"unix:path={tmp_path / 'nobody'}")
    here = Notifier(complaints.append)
    for words in ("once", "twice"):
        await asyncio.wrap_future(here.show(words))
    (complaint,) = complaints
    assert complaint.startswith("the desktop shows no notifications: ")
