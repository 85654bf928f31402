"""Stand tall, bow twice: finding how the sensor sits on the trunk, whatever its orientation."""

import math
from dataclasses import dataclass, field

import numpy as np

from spinesense.model.calibration import Calibration, CalibrationMethod, Vector
from spinesense.model.events import CalibrationFound, CalibrationRefused
from spinesense.model.samples import Floats
from spinesense.model.snapshot import CalibrationStep, CalibrationView
from spinesense.motion.maths.vectors import angle_between
from spinesense.motion.mounting.axes import principal_axis, quaternion_from_axes
from spinesense.motion.ticks import Ticks

CalibrationEvent = CalibrationFound | CalibrationRefused

STAND_WORDS = "Stand tall and still."
BOW_WORDS = "Bow forward and come back, twice."
ONCE_MORE_WORDS = "Good. Once more: bow forward and come back."
DONE_WORDS = "Thank you, that worked."

MOVED = "you moved while standing; stand tall and still for three seconds"
SMALL = "the bow was smaller than 10 degrees; bow a little deeper"
NO_BOW = "no bow was seen; bow forward and come back, twice"
ONE_BOW = "only one bow was seen; bow forward and come back, twice"
NOT_BACK = "you did not come back up; come back to standing tall after each bow"
TURNED = "you turned while bowing; bow straight forward"


@dataclass(frozen=True, slots=True)
class CalibrationParams:
    """Tunables of the stand-and-bow."""

    stand_s: float = 3.0
    """A breath takes about four seconds and sways the trunk by less than a degree."""
    still_radps: float = math.radians(8.0)
    """Quick sway of a standing person stays below."""
    still_rad: float = math.radians(3.0)
    patience_s: float = 30.0
    """For each of the two steps."""
    lean_rad: float = math.radians(5.0)
    """Leaning from the stand further than this is an attempt to bow."""
    smallest_bow_rad: float = math.radians(10.0)
    """Smaller ones leave the axis to breathing and sway."""
    back_share: float = 0.4
    """Of the bow: back to here is back up."""
    largest_scatter_rad: float = math.radians(12.0)
    """Turning left or right by this part of the bow: a forward bend of 30° would show a lateral
    bend of 6°."""
    refusal_s: float = 3.0
    """Time for which the reason of a refusal stays on the screen."""


@dataclass(slots=True)
class Lean:
    """One way down and up again."""

    peak_rad: float = 0.0
    peak_up: Vector = (0.0, 0.0, 1.0)
    moment: list[float] = field(default_factory=lambda: [0.0] * 6)
    """Sums of xx, yy, zz, xy, xz, yz of the angular rate."""


@dataclass(slots=True)
class CalibratorState:
    """Where the stand-and-bow stands."""

    step: CalibrationStep = CalibrationStep.NONE
    message: str = ""
    step_s: float = 0.0
    """Time spent in this step."""
    stand: list[Vector] = field(default_factory=list)
    """Up during the present stillness."""
    up: Vector = (0.0, 0.0, 1.0)
    """Mean up while standing, in the sensor frame."""
    stillness_rad: float = 0.0
    lean: Lean | None = None
    leans: list[Lean] = field(default_factory=list)
    lowest_rad: float = 0.0
    """Smallest angle from the stand since the last lean."""
    scatter_rad: float | None = None
    segment: int = -1


class Calibrator:
    """Watches for a stand-and-bow once started, and starts again after a refusal.

    Parameters
    ----------
    tick_s
        Length of a tick.
    params
        Tunables.
    """

    def __init__(self, tick_s: float, params: CalibrationParams | None = None) -> None:
        self._tick_s = tick_s
        self._params = params or CalibrationParams()
        self.state = CalibratorState()

    @property
    def active(self) -> bool:
        """Whether a stand-and-bow is being looked for."""
        return self.state.step not in (CalibrationStep.NONE, CalibrationStep.DONE)

    def start(self) -> None:
        """Look for a stand-and-bow from the next tick on."""
        self.state = CalibratorState(CalibrationStep.STAND, STAND_WORDS)

    def view(self) -> CalibrationView:
        """What to show of it."""
        state = self.state
        progress = {
            CalibrationStep.STAND: len(state.stand) * self._tick_s / self._params.stand_s,
            CalibrationStep.BOW: (len(state.leans) + (0.5 if state.lean else 0.0)) / 2.0,
            CalibrationStep.DONE: 1.0,
        }
        return CalibrationView(
            step=state.step,
            bows=len(state.leans),
            progress=min(1.0, progress.get(state.step, 0.0)),
            message=state.message,
            axis_scatter_rad=state.scatter_rad,
        )

    def feed(self, ticks: Ticks) -> tuple[int, list[CalibrationEvent]]:
        """Take ticks up to and including the one at which a calibration is found.

        Returns
        -------
        taken, events
            Number of ticks taken; all of them when nothing was found or looked for.
        """
        events: list[CalibrationEvent] = []
        if not self.active:
            return len(ticks), events
        columns = (ticks.time_s, ticks.segment, ticks.up_sensor, ticks.gyr_sensor_radps)
        rows = zip(*(column.tolist() for column in columns), strict=True)
        for place, (time_s, segment, up, rate) in enumerate(rows):
            event = self._step(time_s, segment, (up[0], up[1], up[2]), (rate[0], rate[1], rate[2]))
            if event is not None:
                events.append(event)
            if isinstance(event, CalibrationFound):
                return place + 1, events
        return len(ticks), events

    def _step(
        self, time_s: float, segment: int, up: Vector, rate: Vector
    ) -> CalibrationEvent | None:
        state, params = self.state, self._params
        if segment != state.segment and state.step is CalibrationStep.BOW:
            self.start()
        self.state.segment = segment
        state = self.state
        state.step_s += self._tick_s
        if state.step is CalibrationStep.BOW:
            return self._bow(time_s, up, rate)
        if state.step is CalibrationStep.REFUSED:
            if state.step_s < params.refusal_s:
                return None
            self.start()
            self.state.segment = segment
        return self._stand(time_s, up, rate)

    def _stand(self, time_s: float, up: Vector, rate: Vector) -> CalibrationEvent | None:
        """Three seconds of stillness lead on to the bows."""
        state, params = self.state, self._params
        self._keep_standing(up, rate)
        if len(state.stand) * self._tick_s >= params.stand_s:
            state.up, state.stillness_rad = _mean_direction(state.stand)
            state.step, state.message, state.step_s = CalibrationStep.BOW, BOW_WORDS, 0.0
            return None
        return self._refuse(time_s, MOVED) if state.step_s > params.patience_s else None

    def _keep_standing(self, up: Vector, rate: Vector) -> None:
        """Lengthen the present stillness, or end it."""
        state, params = self.state, self._params
        # Still: |w| below 8 °/s, and up within 3° of where the stillness began.
        quick = math.sqrt(rate[0] ** 2 + rate[1] ** 2 + rate[2] ** 2) > params.still_radps
        if quick or (state.stand and angle_between(up, state.stand[0]) > params.still_rad):
            state.stand = []
            return
        state.stand.append(up)
        del state.stand[: -math.ceil(params.stand_s / self._tick_s)]

    def _bow(self, time_s: float, up: Vector, rate: Vector) -> CalibrationEvent | None:
        """Follow the leans; judge them when two have been seen."""
        state, params = self.state, self._params
        tip_rad = angle_between(up, state.up)
        # A lean begins at ``lean_rad`` more than the least tip since the last one, for few come
        # back quite upright.
        state.lowest_rad = min(state.lowest_rad, tip_rad)
        if state.lean is None and tip_rad > state.lowest_rad + params.lean_rad:
            state.lean = Lean()
        if state.lean is None:
            if not state.leans:
                self._keep_standing(up, rate)
                if len(state.stand) * self._tick_s >= params.stand_s:
                    state.up, state.stillness_rad = _mean_direction(state.stand)
        else:
            self._follow(state.lean, up, rate, tip_rad)
        if len(state.leans) == 2:
            return self._judge(time_s)
        return self._refuse(time_s, self._missing()) if state.step_s > params.patience_s else None

    def _follow(self, lean: Lean, up: Vector, rate: Vector, tip_rad: float) -> None:
        """Add a tick to the lean under way, and finish it when the person is back up."""
        state = self.state
        x, y, z = rate
        # w wᵀ, which is symmetric: six sums.
        products = (x * x, y * y, z * z, x * y, x * z, y * z)
        lean.moment = [total + part for total, part in zip(lean.moment, products, strict=True)]
        if tip_rad > lean.peak_rad:
            lean.peak_rad, lean.peak_up = tip_rad, up
        # Back up: below 40 % of the deepest tip.
        if tip_rad < self._params.back_share * lean.peak_rad:
            state.lean, state.lowest_rad = None, tip_rad
            if not self._swung_past(lean):
                state.leans.append(lean)
                state.message = ONCE_MORE_WORDS

    def _swung_past(self, lean: Lean) -> bool:
        """Whether this small lean is only the end of the bow before, past upright."""
        if not self.state.leans or lean.peak_rad >= self._params.smallest_bow_rad:
            return False
        # (u - z) of the bow before · (u - z) of this lean: below 0 they go to opposite sides.
        a, b, up = self.state.leans[-1].peak_up, lean.peak_up, self.state.up
        return sum((p - r) * (q - r) for p, q, r in zip(a, b, up, strict=True)) < 0.0

    def _missing(self) -> str:
        """What the time was not enough for."""
        state = self.state
        if state.lean is not None and state.lean.peak_rad >= self._params.smallest_bow_rad:
            return NOT_BACK
        return ONE_BOW if state.leans else NO_BOW

    def _judge(self, time_s: float) -> CalibrationEvent:
        state, params = self.state, self._params
        if min(lean.peak_rad for lean in state.leans) < params.smallest_bow_rad:
            return self._refuse(time_s, SMALL)
        up = np.array(state.up)
        axis, scatter = _bow_axis(state.leans, up)
        state.scatter_rad = scatter
        if scatter > params.largest_scatter_rad:
            return self._refuse(time_s, TURNED)
        calibration = Calibration(
            quaternion_from_axes(2, up, 1, axis),
            CalibrationMethod.STAND_AND_BOW,
            0.5 * (state.leans[0].peak_rad + state.leans[1].peak_rad),
            scatter,
            state.stillness_rad,
        )
        state.step, state.message = CalibrationStep.DONE, DONE_WORDS
        return CalibrationFound(time_s, calibration)

    def _refuse(self, time_s: float, reason: str) -> CalibrationRefused:
        scatter = self.state.scatter_rad
        message = f"{reason[0].upper()}{reason[1:]}."
        self.state = CalibratorState(
            CalibrationStep.REFUSED, message, scatter_rad=scatter, segment=self.state.segment
        )
        return CalibrationRefused(time_s, reason)


def _bow_axis(leans: list[Lean], up: Floats) -> tuple[Floats, float]:
    """The trunk's y axis in the sensor frame, and the uncertainty of its direction.

    The principal axis of turning, with the sign that makes the bows positive: bowing moves up, as
    the sensor sees it, towards the back.
    """
    xx, yy, zz, xy, xz, yz = (
        sum(values) for values in zip(*(lean.moment for lean in leans), strict=True)
    )
    # M = Σ w wᵀ over both bows; its principal axis is ±y.
    axis, scatter = principal_axis(np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]]))
    # Σ (u - z) at the deepest points must point to the back, so against y × z, which is forward.
    back = sum(np.array(lean.peak_up) for lean in leans) - len(leans) * up
    if float(np.cross(axis, up) @ back) > 0.0:
        axis = -axis
    # y should be level while z is up: its slant joins the scatter.
    slant = math.asin(min(1.0, abs(float(axis @ up))))
    return axis, math.hypot(scatter, slant)


def _mean_direction(ups: list[Vector]) -> tuple[Vector, float]:
    """Mean unit vector and root mean square angle from it."""
    x, y, z = (math.fsum(values) for values in zip(*ups, strict=True))
    size = math.sqrt(x * x + y * y + z * z)
    mean = (x / size, y / size, z / size)
    # The rms angle from z.
    return mean, math.sqrt(math.fsum(angle_between(up, mean) ** 2 for up in ups) / len(ups))


SEARCHED_S = 180.0
"""A guided session begins with its stand-and-bow."""
SEARCHED_BOW_RAD = math.radians(20.0)
"""Unasked, only clear bows count: sitting down also leans the trunk forward and back."""


def search(ticks: Ticks, tick_s: float) -> CalibrationFound | None:
    """The first stand-and-bow in the opening minutes of a recording, or None."""
    params = CalibrationParams(smallest_bow_rad=SEARCHED_BOW_RAD, refusal_s=0.0)
    calibrator = Calibrator(tick_s, params)
    calibrator.start()
    end_s = ticks.time_s[0] + SEARCHED_S if len(ticks) else 0.0
    _, events = calibrator.feed(ticks.rows(0, int(np.searchsorted(ticks.time_s, end_s))))
    last = events[-1] if events else None
    return last if isinstance(last, CalibrationFound) else None
