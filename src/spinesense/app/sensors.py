"""Turns what ``--sensor`` and ``--link`` say into a source of packets."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing, suppress
from functools import partial
from typing import Final

from spinesense.app.bluetooth_adapter import chosen_adapter
from spinesense.model.errors import FileError, SensorError
from spinesense.model.movement import StartPosture
from spinesense.model.packets import DeviceProfile
from spinesense.model.run import Run
from spinesense.model.snapshot import SensorView
from spinesense.runner.connecting import ConnectingRun
from spinesense.sensors.bluetooth.pair import PairedSource
from spinesense.sensors.bluetooth.radio import Radio
from spinesense.sensors.bluetooth.source import BluetoothSource
from spinesense.sensors.phones.polled import PhyphoxSource
from spinesense.sensors.phones.pushed import SensorLoggerSource
from spinesense.sensors.simulated.script import Desk, KeepStill, Script, Walk
from spinesense.sensors.simulated.source import SimulatedSource
from spinesense.store import monitor
from spinesense.store.chosen_sensor import ChosenSensor, choose_sensor, chosen_sensor

DESK_DAY: Final[Script] = (
    KeepStill(StartPosture.STANDING, 5.0),
    Desk(600.0),
    Desk(1500.0, shifts_per_15min=0, fidgets_per_15min=13),
    Walk(60.0),
    Desk(900.0),
)
"""What the simulated person does for the sitting monitor: usual sitting, then 25 minutes without a
shift, so that the prompt to move can be seen, then a walk and sitting again."""

_TRIED_S = 0.5
"""A scan that can begin has begun by then."""

_NO_ADAPTER = SensorError(
    "goes with a Bluetooth sensor on this computer only",
    where="--adapter",
    remedy="add --sensor ble, or leave it out",
)

AnySource = SimulatedSource | BluetoothSource | PairedSource | SensorLoggerSource | PhyphoxSource


def open_sensor(
    sensor: str,
    *,
    link: str = "",
    seed: int = 1,
    speed: float = 1.0,
    answers: bool = False,
    at_desk: bool = False,
    upper: str = "",
) -> AnySource:
    """The source that ``--sensor`` names.

    Parameters
    ----------
    sensor
        ``sim``, a simulated person who follows the coach; ``sim:desk``, one who sits at work;
        ``ble:NAME`` or ``ble:ADDRESS``; ``ble``, the one used last; ``phone:sensorlogger``, to
        which ``=ADDRESS:PORT`` may be added, and ``phone:phyphox=URL``; empty for the one used last
        or else ``sim``.
    link
        Where a virtual radio is, if it is to be used.
    seed, speed, answers, at_desk
        For the simulated person: what varies by chance, seconds of data in a second (0 as fast as
        possible), whether it gives its own pain scores, and whether it sits at work.
    upper
        The second sensor: ``ble:NAME`` or ``ble:ADDRESS`` beside a Bluetooth sensor, ``sim`` beside
        a simulated one; empty for none.

    Raises
    ------
    SpinesenseError
        For a sensor that is written otherwise, or a choice that cannot be read.
    """
    kind, _, wanted = sensor.partition(":")
    if kind == "ble" or (not kind and (link or chosen_sensor())):
        lower = _bluetooth(wanted.strip(), link)
        return _paired(lower, wanted.strip(), upper, link) if upper else lower
    if link:
        raise SensorError(
            "goes with a Bluetooth sensor only", where="--link", remedy="add --sensor ble"
        )
    if chosen_adapter():
        raise _NO_ADAPTER
    if upper and (kind == "phone" or upper != "sim"):
        raise _no_upper(upper)
    if kind == "phone":
        return _phone(wanted.strip(), sensor)
    usual = DESK_DAY if at_desk else None
    scripts = {"": usual, "sim": usual, "sim:desk": DESK_DAY}
    if sensor not in scripts:
        raise SensorError(
            "unknown sensor",
            where=sensor,
            remedy="use ble, ble:NAME, ble:ADDRESS, phone:sensorlogger, phone:phyphox=URL, sim or "
            "sim:desk, or replay a recording",
        )
    return SimulatedSource(
        seed, speed=speed, answers=answers, script=scripts[sensor], upper=bool(upper)
    )


def upper_profile(source: AnySource) -> DeviceProfile | None:
    """The second sensor of a source; None when it has one only."""
    if isinstance(source, SimulatedSource | PairedSource):
        return source.upper_profile
    return None


def is_simulated(sensor: str, link: str = "") -> bool:
    """Whether this names a simulated sensor, without opening it."""
    kind = sensor.partition(":")[0]
    return bool(link) or kind == "sim" or (not kind and not chosen_sensor())


def sensor_words(sensor: str = "") -> str:
    """The sensor that ``--sensor`` names, in words."""
    if sensor in ("", "ble"):
        with suppress(FileError):
            chosen = chosen_sensor()
            if chosen is not None:
                return chosen.name
    if sensor.startswith("phone"):
        return "a phone"
    if sensor.startswith("ble"):
        return sensor.partition(":")[2] or "a Bluetooth sensor"
    return "the simulated sensor"


def open_radio(link: str = "") -> Radio:
    """The radio of this computer, or the virtual one at ``link``.

    Raises
    ------
    SensorError
        When the link is written otherwise, or what it needs is not installed.
    """
    from spinesense.sensors.bluetooth.bleak_radio import BleRadio

    if not link:
        return BleRadio(adapter=chosen_adapter())
    if chosen_adapter():
        raise _NO_ADAPTER
    try:
        from spinesense.sensors.virtual.backend import backends
        from spinesense.sensors.virtual.central import central_behind
        from spinesense.sensors.virtual.link import parse_link
    except ImportError as problem:
        raise needs_bumble() from problem
    central = central_behind(*parse_link(link))
    return BleRadio(backends(central), central.close)


def needs_bumble() -> SensorError:
    """What to say where the virtual radio is not installed."""
    return SensorError(
        "virtual sensors need bumble, which is not installed",
        remedy="install it with: pip install 'spinesense[sim]'",
    )


def check_sensor(source: AnySource) -> None:
    """Make sure that the radio works, before a screen is opened.

    Raises
    ------
    SensorError
        When it does not, with what to do.
    """
    if isinstance(source, PairedSource):
        check_radio(source.lower.radio)
    elif isinstance(source, BluetoothSource):
        check_radio(source.radio)


def check_radio(radio: Radio) -> None:
    """Make sure that a radio can listen, and let go of it.

    Raises
    ------
    SensorError
        When it cannot, with what to do.
    """
    asyncio.run(_try(radio))


def status_of(source: AnySource) -> Callable[[], str]:
    """What tells how the connection of a source is doing."""
    return (lambda: "") if isinstance(source, SimulatedSource) else (lambda: source.status)


def when_connected(source: AnySource, build: Callable[[], Run]) -> Run:
    """The session of a source: at once, or as soon as its sensor streams."""
    if isinstance(source, SimulatedSource):
        return build()
    if isinstance(source, BluetoothSource | PairedSource):
        lower = source.lower if isinstance(source, PairedSource) else source
        build = partial(_remembering, lower, build)
    return ConnectingRun(source, build)


def _remembering(source: BluetoothSource, build: Callable[[], Run]) -> Run:
    """Remember the sensor that was found, and build the session."""
    if not source.radio.simulated:
        choose_sensor(ChosenSensor(source.known.address, source.known.title))
    return build()


def _bluetooth(wanted: str, link: str) -> BluetoothSource:
    chosen = None if wanted or link else chosen_sensor()
    if chosen is None:
        return BluetoothSource(open_radio(link), wanted)
    return BluetoothSource(open_radio(), chosen.address, name=chosen.name)


def _paired(lower: BluetoothSource, wanted: str, upper: str, link: str) -> PairedSource:
    kind, _, name = upper.partition(":")
    name = name.strip()
    if kind != "ble" or not name or link or name.lower() == wanted.lower():
        raise _no_upper(upper)
    return PairedSource(lower, BluetoothSource(open_radio(), name))


def _no_upper(upper: str) -> SensorError:
    return SensorError(
        "this cannot be the second sensor",
        where=f"--upper {upper}",
        remedy="use another ble:NAME or ble:ADDRESS beside --sensor ble, without --link, or sim "
        "beside --sensor sim",
    )


def _phone(wanted: str, sensor: str) -> SensorLoggerSource | PhyphoxSource:
    app, _, place = wanted.partition("=")
    if app == "phyphox" and place:
        return PhyphoxSource(place)
    host, _, port = place.rpartition(":")
    if app == "sensorlogger" and not place:
        return SensorLoggerSource()
    if app == "sensorlogger" and host and port.isdecimal() and int(port) < 65536:
        return SensorLoggerSource(host, int(port))
    raise SensorError(
        "unknown phone app",
        where=sensor,
        remedy="use phone:sensorlogger, phone:sensorlogger=ADDRESS:PORT or "
        "phone:phyphox=http://ADDRESS:8080",
    )


async def _try(radio: Radio) -> None:
    """Scan for a moment: whatever is wrong with the radio is said at its beginning."""
    try:
        async with asyncio.timeout(_TRIED_S), aclosing(radio.scan()) as scan:
            await anext(scan)
    except TimeoutError:
        return
    finally:
        await radio.close()


def check_sensor_free(sensor: str, link: str = "") -> None:
    """Make sure that the sitting monitor does not have the sensor that is asked for.

    Parameters
    ----------
    sensor, link
        As they are given to ``--sensor`` and ``--link``.

    Raises
    ------
    SensorError
        When it has, with what to do.
    """
    kind, _, wanted = sensor.partition(":")
    if kind == "phone" or (is_simulated(sensor) and not link) or not monitor.is_monitored():
        return
    told = None
    with suppress(FileError):  # what it tells cannot be read: it may have any sensor
        told = monitor.told()
    its = told.snapshot.sensor if told else SensorView()
    if _is_another(wanted, its.name) or its.simulated != bool(link):
        return
    raise SensorError(
        "the sitting watch has the sensor",
        where=its.name,
        remedy="end it for as long as you exercise, with: spinesense sit --stop",
    )


def _is_another(wanted: str, name: str) -> bool:
    """Whether another sensor is asked for by name; an address is known by no name."""
    return bool(wanted and name and ":" not in wanted) and wanted.lower() not in name.lower()
