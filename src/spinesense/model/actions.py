"""The words that can be said to a session. Apart from the packets, so that a face loads little."""

from enum import StrEnum


class Action(StrEnum):
    """What a person, or the watchdog that stands in for the sensor, can say to the session."""

    CALIBRATE = "calibrate"
    START = "start"
    SKIP = "skip"
    REPEAT = "repeat"
    PAUSE = "pause"
    RESUME = "resume"
    STOP = "stop"
    PAIN = "pain"
    MARK = "mark"
    SENSOR_LOST = "sensor_lost"
    SENSOR_BACK = "sensor_back"
    CLOCK = "clock"
    """What the clock on the wall shows, from time to time: ISO 8601 with an offset."""
    HOLD_OFF = "hold_off"
    """The person is not to be disturbed, and why, in a word or two; empty when it is over."""
    LEARN_SLOUCH = "learn_slouch"
    OWN_SLOUCH = "own_slouch"
    """How the person sits tall and how they slump, in radians, as they showed earlier
    ("-0.0873 0.2618")."""
    OWN_RANGE = "own_range"
    """How far the person usually goes in an exercise, each way, in radians, as earlier sessions
    showed ("bridge 0.5236")."""
    BREAK_OFF = "break_off"
    """The program ends before the session does, and why, in a few words."""
    CONTINUE = "continue"
    """What follows was recorded after the program had been closed or broken off."""
