"""A Bluetooth sensor as a source of packets that survives what Bluetooth does to programs.

One task keeps the connection: it notices when the sensor is gone, and looks for it, connects a
fresh client and starts the stream again until it succeeds or the source is closed. The stream
itself only ever sees packets, and the word that the sensor is lost.
"""

import asyncio
import itertools
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import Final

from spinesense.model.errors import SensorError
from spinesense.model.packets import BATTERY_CHANNEL, Action, DeviceProfile, Intent, Item, Packet
from spinesense.sensors.bluetooth.duplicates import Doubled
from spinesense.sensors.bluetooth.finding import ADDRESS, GATHER_S, Known, Namesakes, find
from spinesense.sensors.bluetooth.gatt_channels import Channels
from spinesense.sensors.bluetooth.radio import Connection, Radio, ServicesError
from spinesense.sensors.bluetooth.sleep_clock import slept_s
from spinesense.sensors.bluetooth.stream_watch import StreamWatch
from spinesense.sensors.cancelling import cancelled
from spinesense.sensors.device import Device, Haptic
from spinesense.sensors.devices import DEVICES

RATE_HZ: Final = 100.0
"""Asked for; a device takes the nearest it has."""

SILENCE_S: Final = 4.0
"""Without a packet for so long a connection is given up, whatever the system says about it: its
own supervision timeout can take 20 s, and a sensor that has come back would wait for it."""

START_S: Final = 15.0
"""Unlocking, negotiating settings and storing them takes a sensor two or three seconds."""

FIRST_TRIES: Final = 3
"""A first connection that fails so often is the person's to look into."""

BACK_OFF_S: Final = (0.5, 1.0, 2.0, 3.0)
"""Pauses between tries; the last one again and again. Short, since a sensor that has come back is
to be streaming within 5 s; long enough not to keep the radio from hearing it."""

LISTEN_S: Final = 10.0
"""A scan is begun again after so long: systems end one without saying so when Bluetooth is switched
off and on."""

BATTERY_EVERY_S: Final = 300.0
"""A battery that lasts ten hours falls by a percent in six minutes."""

NOTICE_S: Final = 30.0
"""Time to read that the sensor has another address."""

_NOT_OPEN = SensorError("no sensor is connected yet", remedy="open the source first")
_POLL_S = 0.25
_STOP_S = 2.0


class BluetoothSource:
    """Fits `spinesense.sensors.source.Connectable`; ``open`` it before anything else.

    Parameters
    ----------
    radio
        Closed together with the source.
    wanted
        Address or name of the sensor, or empty for the only one around (see `find`).
    name
        What it is called, where that is known: to say so while it is looked for, and to find it at
        another address.
    devices
        The kinds of sensors that are known.
    """

    def __init__(
        self,
        radio: Radio,
        wanted: str = "",
        *,
        name: str = "",
        devices: Sequence[Device] = DEVICES,
    ) -> None:
        self.radio = radio
        self._wanted = wanted
        self._called = name
        self._name = name or wanted or "a sensor"
        self._devices = devices
        self._known: Known | None = None
        self._profile: DeviceProfile | None = None
        self._connection: Connection | None = None
        self._channels: Channels | None = None
        self._doubled = Doubled()
        self._watch = StreamWatch()
        self._early: list[Packet] = []
        """What comes while a sensor is being started: part of the stream only if it starts."""
        self._started = False
        self._items: asyncio.Queue[Item | None] = asyncio.Queue()
        self._keeper: asyncio.Task[None] | None = None
        self._asking: asyncio.Task[None] | None = None
        self._buzzing: asyncio.Task[None] | None = None
        self._lost = asyncio.Event()
        self._closed = False
        self._begun_s: float | None = None
        self._slept_s = 0.0
        """Sleep of the machine before arrival 0."""
        self._heard_s = 0.0
        self._battery_due_s = 0.0
        self._doing = ""
        self._notice, self._notice_until_s = "", 0.0
        self.others: tuple[BluetoothSource, ...] = ()
        """Sources of the same run, whose sensors are not to be taken for this one."""

    @property
    def profile(self) -> DeviceProfile:
        """The connected sensor.

        Raises
        ------
        SensorError
            Before ``open`` has succeeded.
        """
        if self._profile is None:
            raise _NOT_OPEN
        return self._profile

    @property
    def known(self) -> Known:
        """The sensor that was found.

        Raises
        ------
        SensorError
            Before ``open`` has found it.
        """
        if self._known is None:
            raise _NOT_OPEN
        return self._known

    @property
    def status(self) -> str:
        """What is going on with the connection, in one sentence; empty when all is well."""
        if self._doing:
            return self._doing
        if self._watch.fault:
            return f"{self.known.title} {self._watch.fault}: switch it off and on."
        return self._doubled.message or (
            self._notice if self._heard_s < self._notice_until_s else ""
        )

    def begun_s(self) -> float:
        """Arrival 0 by the clock of the running loop: now, when nothing has come so far."""
        if self._begun_s is None:
            self._begun_s = asyncio.get_running_loop().time()
            self._slept_s = slept_s()
        return self._begun_s

    async def open(self) -> None:
        """Find the sensor, connect and start it; its packets are kept until they are asked for.

        Raises
        ------
        SensorError
            When it cannot be found, connected or started.
        """
        self._say(f"Looking for {self._name}: switch it on and keep it near.")
        known = self._known = await find(self.radio, self._wanted, self._devices, name=self._called)
        if ADDRESS.fullmatch(self._wanted) and known.address.lower() != self._wanted.lower():
            self._notify(known)
        for pause_s in BACK_OFF_S[: FIRST_TRIES - 1]:
            try:
                await self._connect(known)
            except SensorError as problem:
                await self._after(problem, known, pause_s)
                known = await find(self.radio, known.address, self._devices)
            else:
                return
        await self._connect(known)

    async def items(self) -> AsyncGenerator[Item]:
        """Packets as they arrive, and a `SENSOR_LOST` whenever the connection breaks."""
        self._keeper = asyncio.create_task(self._keep())
        self._keeper.add_done_callback(lambda _: self._items.put_nowait(None))
        try:
            while (item := await self._items.get()) is not None:
                for passed in self._sift(item):
                    yield passed
            if not self._closed:
                self._keeper.result()  # raises what has ended it
        finally:
            self._keeper.cancel()

    def buzz(self) -> None:
        """Let the sensor vibrate once, where it has a motor and nothing else is in its way."""
        device = self._known.device if self._known else None
        busy = self._buzzing is not None and not self._buzzing.done()
        if isinstance(device, Haptic) and self._channels and not busy:
            self._buzzing = asyncio.create_task(self._buzz(device, self._channels))

    async def close(self) -> None:
        """Stop the sensor, disconnect, and end ``items``."""
        if self._closed:
            return
        self._closed = True
        if self._keeper is not None:
            await cancelled(self._keeper)
        if self._buzzing is not None and not self._lost.is_set():
            # Cut short, it would leave the motor switched on.
            await asyncio.wait({self._buzzing}, timeout=_STOP_S)
        if self._channels and self._known and not self._lost.is_set():
            await self._stop(self._known, self._channels)
        await self._let_go()
        await self.radio.close()
        self._say("")
        self._items.put_nowait(None)

    def _say(self, sentence: str) -> None:
        self._doing = sentence

    async def _connect(self, known: Known) -> None:
        """Connect and start; afterwards packets come."""
        self._say(f"Connecting to {known.title} …")
        lost = self._lost = asyncio.Event()
        self._connection = await self.radio.connect(known.address, lost.set)
        channels = self._channels = Channels(self._connection, self._take, self._now_s)
        self._early, self._started = [], False
        self._say(f"Starting {known.title} …")
        try:
            async with asyncio.timeout(START_S):
                profile = await known.device.start(channels, RATE_HZ)
        except TimeoutError:
            await self._let_go()
            raise SensorError(
                "is connected but sends nothing that can be read",
                where=known.title,
                remedy="switch it off and on, and check its firmware",
            ) from None
        except BaseException:
            await self._let_go()
            raise
        self._profile = replace(profile, name=known.title, simulated=self.radio.simulated)
        self._heard_s = self._battery_due_s = asyncio.get_running_loop().time()
        self._started = True
        self._watch.begin(profile)
        for packet in self._early:
            self._watch.take(packet)
            self._items.put_nowait(packet)
        self._say("")

    def _sift(self, item: Item) -> Sequence[Item]:
        """Leave out copies of packets."""
        if isinstance(item, Intent):
            ended, self._doubled = self._doubled, Doubled()
            return [*ended.judge(), item]
        if item.channel == BATTERY_CHANNEL:
            return [item]
        return self._doubled.take(item)

    def _take(self, packet: Packet) -> None:
        self._heard_s = asyncio.get_running_loop().time()
        if self._started:
            self._watch.take(packet)
            self._items.put_nowait(packet)
        else:
            self._early.append(packet)

    def _now_s(self) -> float:
        """Seconds since the first packet, those included in which the machine slept."""
        awake_s = asyncio.get_running_loop().time() - self.begun_s()
        # Two clocks of the system, read one after the other, are some microseconds apart.
        return max(0.0, awake_s + slept_s() - self._slept_s)

    async def _keep(self) -> None:
        """Keep the connection, until cancelled."""
        while True:
            why = await self._end_of_stream(self.known)
            self._say(why)
            self._items.put_nowait(Intent(self._now_s(), Action.SENSOR_LOST, why))
            await self._let_go()
            await self._come_back(self.known)

    async def _end_of_stream(self, known: Known) -> str:
        """Wait until the stream has ended; tells why."""
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(_POLL_S):
                    await self._lost.wait()
            if self._lost.is_set():
                return f"The connection to {known.title} is lost: bring it near, check its battery."
            if self._asking is not None and self._asking.done():
                self._asking.result()  # raises what has ended it
                self._asking = None
            now_s = asyncio.get_running_loop().time()
            if now_s - self._heard_s > SILENCE_S:
                return f"{known.title} is connected but silent: connecting again."
            if self._watch.gives_up(self._now_s()):
                return f"{known.title} {self._watch.fault}: connecting again."
            if now_s >= self._battery_due_s and self._channels:
                self._battery_due_s = now_s + BATTERY_EVERY_S
                asking = self._ask_battery(known, self._channels)
                self._asking = asyncio.create_task(asking)

    async def _ask_battery(self, known: Known, channels: Channels) -> None:
        """Let the battery level join the stream; without an answer there is none to show."""
        with suppress(SensorError):
            level = await known.device.battery_percent(channels)
            if level is not None and 0 <= level <= 100:
                self._items.put_nowait(Packet(self._now_s(), BATTERY_CHANNEL, bytes([level])))

    async def _buzz(self, device: Haptic, channels: Channels) -> None:
        """A cue that cannot be given is let go."""
        with suppress(SensorError):
            await device.buzz(channels)

    async def _come_back(self, known: Known) -> None:
        """Find, connect and start the sensor again, however long it takes."""
        for tries in itertools.count():
            heard = known
            try:
                heard = await self._hear_again(known)
                await self._connect(heard)
            except SensorError as problem:
                await self._after(problem, heard, BACK_OFF_S[min(tries, len(BACK_OFF_S) - 1)])
            else:
                if heard.address != known.address:
                    self._known = heard
                    self._notify(heard)
                return

    def _notify(self, known: Known) -> None:
        """Say for a while that the sensor has another address."""
        self._notice = f"{known.title} now has the address {known.address}."
        self._notice_until_s = asyncio.get_running_loop().time() + NOTICE_S

    async def _hear_again(self, known: Known) -> Known:
        """Wait until the sensor is heard: by its address, or as the only one of its name and kind.

        A board may take another address at each start.
        """
        while True:
            namesakes = Namesakes(known, self._devices, [one.known.address for one in self.others])
            with suppress(TimeoutError):
                async with asyncio.timeout(LISTEN_S) as limit, aclosing(self.radio.scan()) as scan:
                    async for seen in scan:
                        if seen.address == known.address:
                            return known
                        if namesakes.add(seen) == 1:
                            limit.reschedule(asyncio.get_running_loop().time() + GATHER_S)
            if (only := namesakes.only) is not None:
                return only
            self._say(f"{known.title} cannot be heard: {namesakes.what_to_do}.")

    async def _after(self, problem: SensorError, known: Known, pause_s: float) -> None:
        """Say what failed, forget what may be stale, and wait a little."""
        self._say(f"{problem} Trying again.")
        if isinstance(problem, ServicesError):
            await self.radio.forget(known.address)
        await asyncio.sleep(pause_s)

    async def _stop(self, known: Known, channels: Channels) -> None:
        """End the stream politely: some sensors would run flat otherwise."""
        with suppress(SensorError, TimeoutError):
            async with asyncio.timeout(_STOP_S):
                await known.device.stop(channels)

    async def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        for aside in (self._asking, self._buzzing):
            if aside is not None:
                aside.cancel()
        self._asking = self._buzzing = None
        if self._channels is not None:
            self._channels.close()
            self._channels = None
        if connection is not None:
            await connection.close()
