"""The model person who wears a software sensor: does the same things again and again, for ever."""

import itertools
from collections.abc import Callable, Sequence

import numpy as np

from spinesense.model.errors import SensorError
from spinesense.model.movement import StartPosture
from spinesense.model.packets import Intent
from spinesense.model.samples import Floats
from spinesense.model.snapshot import CoachView
from spinesense.sensors.simulated import rotations
from spinesense.sensors.simulated.exercises import EXERCISES
from spinesense.sensors.simulated.imu import Imu, ImuErrors
from spinesense.sensors.simulated.person import SimulatedPerson
from spinesense.sensors.simulated.script import (
    Desk,
    ExerciseSet,
    KeepStill,
    Script,
    StandAndBow,
    act,
)
from spinesense.sensors.simulated.truth import Performed

AT_DESK: Script = (KeepStill(StartPosture.STANDING, 4.0), StandAndBow(), Desk(300.0))
"""What the person does who was given no exercise."""

LARGEST_SKEW = 0.007
"""A WT901BLE set to 100 Hz gives 99.26 Hz (RGu0/WT901)."""

_AHEAD_S = 5.0
"""The person knows what comes next by so much."""


def exercising(exercise: str, repetitions: int = 10, hold_s: float = 0.0) -> Script:
    """Stand, bow, and do a set, with breaks in which a coach can say what comes next.

    Raises
    ------
    SensorError
        For an exercise that the model person does not know.
    """
    if exercise not in EXERCISES:
        raise SensorError(
            "the simulated person does not know this exercise",
            where=exercise,
            remedy=f"choose one of {', '.join(sorted(EXERCISES))}",
        )
    return (
        KeepStill(StartPosture.STANDING, 4.0),
        StandAndBow(),
        KeepStill(StartPosture.STANDING, 4.0),
        ExerciseSet(exercise, repetitions, hold_s),
    )


class Wearer:
    """A person and the sensor on the lower back, which samples at whatever rate it is set to.

    Parameters
    ----------
    seed
        Fixes the person, the sensor, its mounting, and how far its oscillator is off.
    script
        Done over and over; None for a person who follows the coach (``hear``).
    say
        Takes what a person who follows the coach answers.
    """

    def __init__(
        self,
        seed: int,
        script: Script | None = AT_DESK,
        *,
        say: Callable[[Intent], None] = lambda _: None,
    ) -> None:
        person, errors, mounting = np.random.SeedSequence(seed).spawn(3)
        self._person = SimulatedPerson(
            np.random.default_rng(person), script=() if script is not None else None
        )
        self._script = itertools.cycle(script) if script else None
        self._say = say
        self._errors = errors
        rng = np.random.default_rng(mounting)
        self._mounting = rotations.random_quaternion(rng)
        self._skew = float(rng.uniform(-LARGEST_SKEW, LARGEST_SKEW))
        self._imu: Imu | None = None
        self._now_s = 0.0

    @property
    def performed(self) -> Sequence[Performed]:
        """What was done, and is about to be."""
        return self._person.performed

    def hear(self, view: CoachView) -> None:
        """Let the person hear what the coach says now."""
        self._person.hear(view)

    def begin(self, rate_hz: float, time_s: float) -> float:
        """Sample from now on at this rate by the sensor's own clock; gives the true rate.

        What the person was to do while nobody looked is still to be done.
        """
        performance = self._person.performance
        if self._script:
            performance.wait(max(0.0, time_s - performance.at_s))
        true_rate_hz = rate_hz * (1 + self._skew)
        self._imu = Imu(
            performance.body,
            true_rate_hz,
            self._mounting,
            np.random.default_rng(self._errors),
            ImuErrors(),
            begin_s=max(time_s, self._now_s),
        )
        return true_rate_hz

    def sample(self, count: int) -> tuple[Floats, Floats]:
        """The next (n, 3) specific forces and (n, 3) angular rates; ``begin`` comes first."""
        if self._imu is None:
            raise SensorError("the sensor is not set to any rate", remedy="begin first")
        time_s, acc_mps2, gyr_radps = self._imu.sample(count)
        self._now_s = float(time_s[-1])
        while self._script and self._now_s + _AHEAD_S > self._person.done_s:
            act(self._person.performance, next(self._script))
        for intent in self._person.live_until(self._now_s):
            self._say(intent)
        return acc_mps2, gyr_radps
