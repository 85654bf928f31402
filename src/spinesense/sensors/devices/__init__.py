"""One module a device: what its bytes mean.

To add a device, write one module here with a class that fits `spinesense.sensors.source.Decoder`,
one test that decodes real bytes of it, and one line in ``_DECODERS``.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from spinesense.model.errors import SensorError
from spinesense.sensors.devices.open_format import OpenDecoder
from spinesense.sensors.devices.samples import SamplesDecoder
from spinesense.sensors.devices.witmotion import WitmotionDecoder
from spinesense.sensors.source import Decoder

_DECODERS: Mapping[str, Callable[[], Decoder]] = MappingProxyType(
    {
        "open": OpenDecoder,
        "samples": SamplesDecoder,
        "witmotion": WitmotionDecoder,
    }
)


def decoder_for(profile: str) -> Decoder:
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
    return _DECODERS[profile]()
