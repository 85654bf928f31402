"""One module a device: what its bytes mean, and how it is found, started and stopped.

To add a device, write one module here with a class that fits `spinesense.sensors.source.Decoder`
and, for a Bluetooth sensor, one that fits `spinesense.sensors.device.Device`; one test that decodes
real bytes of it; and its lines in ``_DECODERS`` and ``DEVICES``.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from spinesense.model.errors import SensorError
from spinesense.sensors.battery import DeviceStream
from spinesense.sensors.device import Device
from spinesense.sensors.devices.arduino import (
    DASHBOARD_DEVICE,
    SKETCH_DEVICE,
    UART_DEVICE,
    ArduinoDecoder,
)
from spinesense.sensors.devices.dot import DotDecoder, DotDevice
from spinesense.sensors.devices.metamotion import MetamotionDecoder, MetamotionDevice
from spinesense.sensors.devices.movesense import MovesenseDecoder, MovesenseDevice
from spinesense.sensors.devices.open_format import OpenDecoder, OpenDevice
from spinesense.sensors.devices.phyphox import PhyphoxDecoder
from spinesense.sensors.devices.polar.decoder import PolarDecoder
from spinesense.sensors.devices.polar.device import PolarDevice
from spinesense.sensors.devices.samples import SamplesDecoder
from spinesense.sensors.devices.sensorlogger import SensorLoggerDecoder
from spinesense.sensors.devices.thingy import ThingyDecoder, ThingyDevice
from spinesense.sensors.devices.upright import UprightDecoder, UprightDevice
from spinesense.sensors.devices.witmotion import WitmotionDecoder, WitmotionDevice
from spinesense.sensors.source import Decoder

_DECODERS: Mapping[str, Callable[[], Decoder]] = MappingProxyType(
    {
        "arduino": ArduinoDecoder,
        "dot": DotDecoder,
        "metamotion": MetamotionDecoder,
        "movesense": MovesenseDecoder,
        "open": OpenDecoder,
        "phyphox": PhyphoxDecoder,
        "polar": PolarDecoder,
        "samples": SamplesDecoder,
        "sensorlogger": SensorLoggerDecoder,
        "thingy": ThingyDecoder,
        "upright": UprightDecoder,
        "witmotion": WitmotionDecoder,
    }
)

DEVICES: Final[tuple[Device, ...]] = (
    OpenDevice(),
    WitmotionDevice(),
    MovesenseDevice(),
    PolarDevice(),
    DotDevice(),
    ThingyDevice(),
    MetamotionDevice(),
    UprightDevice(),
    DASHBOARD_DEVICE,
    SKETCH_DEVICE,
    UART_DEVICE,
)
"""Bluetooth sensors in the order in which they are asked whether they recognise a device."""


def decoder_for(profile: str) -> DeviceStream:
    """A fresh decoder for one stream of the device that ``DeviceProfile.profile`` names.

    Raises
    ------
    SensorError
        When no device module has this name.
    """
    if profile not in _DECODERS:
        raise SensorError(
            f"no device is called '{profile}'",
            remedy=f"use one of {', '.join(sorted(_DECODERS))}",
        )
    return DeviceStream(_DECODERS[profile]())
