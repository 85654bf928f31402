"""Plans what the model person does, and keeps the truth about it."""

import math
from typing import Final

import numpy as np

from spinesense.model.movement import Side, StartPosture
from spinesense.sensors.simulated.body import Body
from spinesense.sensors.simulated.exercises import (
    EXERCISES,
    GOOD_FORM,
    Flaw,
    MeantExcursion,
    ModelExercise,
    Repeating,
)
from spinesense.sensors.simulated.poses import (
    LYING,
    SITTING_ON_THE_FLOOR,
    UPRIGHT,
    Pose,
    pose_of,
)
from spinesense.sensors.simulated.trajectory import Channel, Move, Trajectory
from spinesense.sensors.simulated.truth import Performed, Truth, Walked

_LEAN_RAD: Final = math.radians(35)
"""How far the trunk leans forward while it rises from a chair or sits down on one."""
_BOW_RAD: Final = math.radians(40)
_SLIP_S: Final = 1.5
"""Losing a position, noticing it, and taking it up again."""
_FADE_S: Final = 0.8
"""A walk begins and ends within about one stride."""
_ANGLES: Final = (Channel.FLEXION, Channel.LATERAL, Channel.ROTATION)


class Performance:
    """Adds one action after the other to a person's trajectory.

    ``at_s`` is the time up to which everything is planned; ``truth`` says what it comes to, and
    ``rng`` draws all that varies.
    """

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self._posture = StartPosture.STANDING
        self._pose = pose_of(self._posture)
        self._trajectory = Trajectory(self._pose)
        # Nobody moves in one plane: a few per cent of each movement go astray.
        self._astray = rng.normal(0.0, 0.04, size=(3, 3))
        self.body = Body(self._trajectory, rng)
        self.truth = Truth()
        self.at_s = 0.0
        self.truth.stay(self._posture, self.at_s)

    @property
    def posture(self) -> StartPosture:
        """The posture that all that is planned ends in."""
        return self._posture

    def wait(self, duration_s: float) -> None:
        """Stay as still as a person can."""
        self.at_s += duration_s
        self.truth.stay(self._posture, self.at_s)

    def begin_in(self, posture: StartPosture, pose: Pose) -> None:
        """Be in a pose from the very start, before anything is planned."""
        self._posture, self._pose = posture, pose_of(posture)
        self._trajectory = Trajectory({**self._pose, **pose})
        self.body.follow(self._trajectory)
        self.truth.spans.clear()
        self.truth.stay(posture, self.at_s)

    def arrive(self, posture: StartPosture, time_s: float) -> None:
        """Note that what was planned ends in a posture at ``time_s``, in a pose of its own."""
        self.at_s = time_s
        self._posture, self._pose = posture, pose_of(posture)
        self.truth.stay(posture, time_s)

    def interrupt(self, time_s: float) -> None:
        """Drop what has not begun at ``time_s``, and come back to the start posture."""
        self._trajectory.drop_from(time_s)
        self.truth.forget_from(time_s)
        self.at_s = max(time_s, self._trajectory.busy_until_s())
        self._settle()
        self.truth.stay(self._posture, self.at_s)

    def take(self, posture: StartPosture, side: str = "") -> None:
        """Change to a posture; the side is the one that will work."""
        self._settle()
        pose = pose_of(posture, side)
        if pose == self._pose:
            return
        before, self._pose, self._posture = self._posture, pose, posture
        if before in UPRIGHT and posture in LYING:
            self._change(SITTING_ON_THE_FLOOR, 2.0, lean_rad=_LEAN_RAD)
            self._change(pose, 2.0)
        elif before in LYING and posture in UPRIGHT:
            self._change(SITTING_ON_THE_FLOOR, 2.0)
            self._change(pose, 2.0, lean_rad=_LEAN_RAD)
        elif before in UPRIGHT and posture in UPRIGHT:
            self._change(pose, 2.4, lean_rad=_LEAN_RAD)
        else:
            self._change(pose, 3.5)
        self.truth.stay(posture, self.at_s)

    def stand_and_bow(self) -> None:
        """Stand still for four seconds, then bow twice."""
        self.take(StartPosture.STANDING)
        self.wait(4.0)
        for _ in range(2):
            self._bend(MeantExcursion(Channel.FLEXION, _BOW_RAD * self.about_one()), 1.6)
            self.wait(0.3)
            self._come_back(1.6)
            self.wait(1.0)

    def walk(self, duration_s: float) -> None:
        """Walk about, with a turn every few steps."""
        self.take(StartPosture.STANDING)
        begin_s = self.at_s
        end_s = begin_s + max(duration_s, 3 * _FADE_S)
        self.move(Channel.WALK, 1.0, begin_s, _FADE_S)
        self.move(Channel.WALK, -1.0, end_s - _FADE_S, _FADE_S)
        turn_s = begin_s + self.rng.uniform(6.0, 14.0)
        while turn_s + 2.5 < end_s:
            angle_rad = math.radians(self.rng.uniform(40, 110)) * self.rng.choice((-1, 1))
            self.move(Channel.HEADING, angle_rad, turn_s, self.rng.uniform(1.5, 2.5))
            turn_s += self.rng.uniform(6.0, 14.0)
        bout_s = (begin_s + _FADE_S / 2, end_s - _FADE_S / 2)
        self.truth.walks.append(Walked(*bout_s, self.body.steps(*bout_s)))
        self.wait(end_s - begin_s)

    def perform(
        self,
        exercise: str,
        repetitions: int,
        hold_s: float,
        side: str = "",
        *,
        level: int = 0,
        fault: str = "",
        fault_share: float = 1.0,
    ) -> None:
        """Do repetitions of an exercise from its start posture.

        Parameters
        ----------
        exercise
            A key of ``EXERCISES``.
        repetitions
            How many; an exercise of sway or walking goes on for ``hold_s`` instead.
        hold_s
            Time at each peak; 0 for the exercise's own short stay.
        side
            ``left``, ``right`` or empty. Sides alternate from there where the exercise wants it.
        level
            Which of the exercise's levels, from 0.
        fault
            A key of the exercise's flaws, or empty for good form.
        fault_share
            Share of the repetitions that show it, each by chance.
        """
        model = EXERCISES[exercise]
        self.take(model.posture, side)
        if model.kind is Repeating.WALK:
            self.walk(hold_s)
        elif model.kind is Repeating.RHYTHM:
            shown = fault if fault and self.rng.random() < fault_share else ""
            self._go_to_and_fro(exercise, model, hold_s, shown)
        else:
            left = side != "right"
            for _ in range(repetitions):
                shown = fault if fault and self.rng.random() < fault_share else ""
                usual = not shown or model.flaws[shown].scale == 1.0
                size = model.levels[min(level, len(model.levels) - 1)] if usual else 1.0
                self._repeat(exercise, model, hold_s or model.stay_s, shown, size=size, left=left)
                left ^= model.alternates

    def _repeat(
        self,
        exercise: str,
        model: ModelExercise,
        stay_s: float,
        fault: str,
        *,
        size: float,
        left: bool,
    ) -> None:
        flaw = model.flaws[fault] if fault else GOOD_FORM
        begin_s = self.at_s
        sizes_rad, peaks_s, returns_s = [], [], begin_s
        for excursion in model.excursions[: flaw.ways]:
            scale = size * self.about_one() * (1 if left or not model.sided else -1) * flaw.scale
            size_rad = excursion.size_rad * scale
            rise_m = excursion.rise_m * abs(scale)
            meant = MeantExcursion(excursion.channel, size_rad, rise_m)
            self._bend(meant, model.out_s * self.about_one() * flaw.pace, flaw.astray)
            sizes_rad.append(size_rad)
            peaks_s.append(self.at_s + stay_s / 2)
            self._stay(stay_s, flaw)
            returns_s = self.at_s
            self._come_back(model.back_s * self.about_one() * flaw.pace)
        side = Side.POSITIVE if sizes_rad[0] > 0 else Side.NEGATIVE
        self.truth.performed.append(
            Performed(
                exercise,
                start_s=begin_s,
                peak_s=peaks_s[0],
                end_s=self.at_s,
                range_rad=max(*sizes_rad, 0.0) - min(*sizes_rad, 0.0),
                hold_s=stay_s,
                side=side if len(sizes_rad) == 1 else Side.BOTH,
                returns_s=returns_s,
                fault=fault,
            )
        )
        self.wait(model.pause_s * self.about_one())

    def _stay(self, stay_s: float, flaw: Flaw) -> None:
        """Stay at the peak, with a slip about half-way where the flaw has one."""
        if flaw.slip and stay_s > _SLIP_S:
            size = self.about_one()
            begin_s = self.at_s + (stay_s - _SLIP_S) * 0.5
            for sign, at_s in ((size, begin_s), (-size, begin_s + _SLIP_S * 0.7)):
                for channel, change in (
                    (flaw.slip.channel, flaw.slip.size_rad),
                    (Channel.HEIGHT, flaw.slip.rise_m),
                ):
                    self.move(channel, sign * change, at_s, _SLIP_S * 0.3)
        self.wait(stay_s)

    def _go_to_and_fro(
        self, exercise: str, model: ModelExercise, duration_s: float, fault: str
    ) -> None:
        flaw = model.flaws[fault] if fault else GOOD_FORM
        begin_s = self.at_s
        flawed_s = begin_s + 0.3 * duration_s if fault else math.inf
        while self.at_s < begin_s + duration_s:
            if self.at_s >= flawed_s:
                flawed_s = math.inf
                self._stay(_SLIP_S * 1.5 if flaw.slip else flaw.rests_s, flaw)
            for excursion in model.excursions:
                self._bend(excursion, model.out_s)
                self._come_back(model.back_s)
        self.truth.performed.append(
            Performed(
                exercise,
                start_s=begin_s,
                peak_s=(begin_s + self.at_s) / 2,
                end_s=self.at_s,
                range_rad=sum(abs(excursion.size_rad) for excursion in model.excursions),
                hold_s=self.at_s - begin_s,
                side=Side.BOTH,
                returns_s=self.at_s,
                fault=fault,
            )
        )

    def about_one(self) -> float:
        """Nobody repeats a movement exactly: some 6 % from one repetition to the next."""
        return 1.0 + 0.06 * float(np.clip(self.rng.normal(), -2, 2))

    def _bend(
        self, excursion: MeantExcursion, duration_s: float, more: MeantExcursion | None = None
    ) -> None:
        """Leave the start posture about one axis, a little astray about the others, or more."""
        row = _ANGLES.index(excursion.channel)
        for column, channel in enumerate(_ANGLES):
            share = 1.0 if column == row else float(self._astray[row, column])
            self.move(channel, excursion.size_rad * share, self.at_s, duration_s)
        if more:
            self.move(more.channel, more.size_rad * self.about_one(), self.at_s, duration_s)
        self.move(Channel.HEIGHT, excursion.rise_m, self.at_s, duration_s)
        self.at_s += duration_s

    def _come_back(self, duration_s: float) -> None:
        """Come back to the start posture."""
        self._change(self._pose, duration_s)
        self.truth.stay(self._posture, self.at_s)

    def _settle(self) -> None:
        """Come back to the start posture if away from it."""
        away = max(
            abs(self._trajectory.target(channel) - self._pose[channel]) for channel in self._pose
        )
        if away > 1e-6:
            self._come_back(2.5)

    def _change(self, pose: Pose, duration_s: float, lean_rad: float = 0.0) -> None:
        """Move all channels to a pose, leaning forward and back on the way."""
        for channel, value in pose.items():
            self.bring(channel, value, self.at_s, duration_s)
        # The trunk is furthest forward when the hips leave the seat, a little before half-way.
        forward_s = 0.45 * duration_s
        self.move(Channel.FLEXION, lean_rad, self.at_s, forward_s)
        self.move(Channel.FLEXION, -lean_rad, self.at_s + forward_s, duration_s - forward_s)
        self.at_s += duration_s

    def bring(self, channel: Channel, value: float, start_s: float, duration_s: float) -> None:
        """Bring a channel to a value."""
        self.move(channel, value - self.target(channel), start_s, duration_s)

    def target(self, channel: Channel) -> float:
        """Value of a channel once all that is planned is done."""
        return self._trajectory.target(channel)

    def move(self, channel: Channel, change: float, start_s: float, duration_s: float) -> None:
        """Change a channel, without a jerk at either end."""
        if change:
            self._trajectory.add(Move(start_s, duration_s, channel, change))
