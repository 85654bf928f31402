"""The signal core: arrays in, arrays and events out. No clock, file, radio or screen."""

from spinesense.motion.inclination.batch import gravity_direction

__all__ = ["gravity_direction"]
