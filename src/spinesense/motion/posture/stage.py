"""Posture, transitions, walking and postural shifts, tick by tick.

Lying is told by gravity alone; sitting and standing, which differ at the pelvis hardly more than
a slouch does, by the vertical travel of the movement between them fused with the tilt that
follows. Without a calibration the direction of the spine is guessed from the first moments and
corrected by walking and by rising from a seat, at a lower confidence.
"""

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.events import LyingSide, MotionEvent, Posture
from spinesense.model.samples import Floats
from spinesense.model.units import STANDARD_GRAVITY_MPS2
from spinesense.motion.maths.vectors import angle_between, mean_direction, parts, row_dot
from spinesense.motion.maths.windows import mean_window
from spinesense.motion.mounting.sensor_moved import LARGEST_RAD, SHORTEST_S
from spinesense.motion.posture.bulk import Columns, LastingPostureSkipper
from spinesense.motion.posture.params import PostureParams
from spinesense.motion.posture.shifts import PosturalShifts
from spinesense.motion.posture.sit_or_stand import SURE, SitStandClassifier, certainty
from spinesense.motion.posture.sit_stand.acc_offset import OffsetEstimator
from spinesense.motion.posture.sit_stand.belief import STOPPED_ODDS
from spinesense.motion.posture.sit_stand.evidence import sway_logs, sway_window
from spinesense.motion.posture.sit_stand.rest_tracker import RestTracker, most_rows
from spinesense.motion.posture.state import UPRIGHT, PostureState
from spinesense.motion.posture.upright_axis import AxisFrom
from spinesense.motion.posture.vehicle import VehicleDetector
from spinesense.motion.ticks import TICK_RATE_HZ, Ticks
from spinesense.motion.walking.steps import Gait

TICKS_AT_ONCE = 32_768
"""Of a long recording: as Python numbers their columns take some 10 MB."""
TICKS_BETWEEN = 8
"""Taken one by one before it is tried again whether the posture lasts."""
FEWEST_IN_BULK = 32
"""With fewer ticks, as in a live session, looking for runs costs more than it saves."""


class PostureStage:
    """Turns ticks into posture events.

    Parameters
    ----------
    params
        Thresholds.
    tick_rate_hz
        Rate of the tick grid: the sample rate divided by ``samples_per_tick``.
    """

    def __init__(
        self, params: PostureParams | None = None, tick_rate_hz: float = TICK_RATE_HZ
    ) -> None:
        self.params = params or PostureParams()
        self._tick_s = 1.0 / tick_rate_hz
        self._gait = Gait(self.params.gait, tick_rate_hz)
        self._shifts = PosturalShifts(self.params.stillness)
        self._riding = VehicleDetector(self.params.riding, tick_rate_hz)
        rest_s = self.params.rest_window_s
        still_s = self.params.stillness.still_window_s
        self._state = PostureState(
            self._gait.state,
            self._shifts.state,
            mean_window(still_s, tick_rate_hz),
            mean_window(rest_s, tick_rate_hz),
            mean_window(rest_s, tick_rate_hz),
            self._riding.state,
            sway_window(tick_rate_hz),
            RestTracker(acc_offset=OffsetEstimator(self.params.offset)),
        )
        self._rest_rows = round((rest_s + self.params.settled_s) / self._tick_s)
        self._most_rows = most_rows(self.params.longest_movement_s, self._tick_s)
        self._judge = SitStandClassifier(self.params, self._state, self._tick_s)

    @property
    def state(self) -> PostureState:
        """Everything that what follows depends on."""
        self._state.gait = self._gait.state
        self._state.shifts = self._shifts.state
        return self._state

    @state.setter
    def state(self, state: PostureState) -> None:
        self._state = self._judge.state = state
        self._gait.state = state.gait
        self._shifts.state = state.shifts
        self._riding.state = state.riding

    @property
    def posture(self) -> Posture:
        """The present posture."""
        return self._state.log.posture

    @property
    def lying_side(self) -> LyingSide | None:
        """The side a lying person is on; None unless lying with a calibrated sensor."""
        return self._state.log.lying_side

    @property
    def confidence(self) -> float:
        """Confidence in the present posture, 0 to 1."""
        return self._state.log.confidence

    @property
    def since_s(self) -> float:
        """When the present posture began."""
        return self._state.log.since_s

    @property
    def steps(self) -> int:
        """Steps since the start; never falls."""
        return self._gait.steps

    @property
    def still(self) -> bool:
        """Whether the trunk has not moved noticeably for the last half second."""
        return self._state.still

    def feed(self, ticks: Ticks, up_trunk: Floats | None) -> list[MotionEvent]:
        """Take the next ticks; gives what they show.

        Parameters
        ----------
        ticks
            Ticks in order; a new ``segment`` is a gap.
        up_trunk
            (m, 3) up in the trunk frame, or None while there is no calibration.
        """
        if len(ticks) and (up_trunk is not None) != self._state.calibrated:
            self._change_frame(up_trunk is not None)
        for start, stop in parts(ticks.segment, TICKS_AT_ONCE):
            part = ticks.rows(start, stop)
            self._join(int(part.segment[0]), float(part.time_s[0]))
            self._take(part, part.up_sensor if up_trunk is None else up_trunk[start:stop])
        return self._state.log.take()

    def set_upright_axis(self, axis: Vector) -> None:
        """Be told up along the upright spine in the sensor frame, where no calibration tells it."""
        self._state.axis.know(axis)

    def finish(self) -> list[MotionEvent]:
        """End of the stream: close the walking bout under way."""
        bout = self._gait.close(self._state.time_s)
        return [] if bout is None else [bout]

    def _change_frame(self, calibrated: bool) -> None:
        """A calibration came or went: no direction kept so far is valid in the new frame."""
        state = self._state
        state.calibrated = calibrated
        state.axis.change_frame(calibrated=calibrated)
        state.belief.forget_person()
        state.rest.change_frame()
        self._shifts.restart()

    def _join(self, segment: int, time_s: float) -> None:
        """Begin a segment if this is a new one. Only a posture outlasts a gap, and a short one."""
        state = self._state
        if segment == state.segment:
            return
        first = state.segment is None
        state.segment = segment
        if first:
            state.time_s = state.log.since_s = state.log.waiting_s = time_s
            state.axis.first_s = None if state.calibrated else time_s
            return
        bout = self._gait.restart(state.time_s)
        if bout is not None:
            state.log.events.append(bout)
        for window in (state.turn, state.vertical, state.vertical_square, state.sway):
            window.restart()
        state.rest.restart()
        state.axis.first_ups, state.log.waiting_s = [], None
        self._shifts.restart()
        gap_s = time_s - state.time_s
        if gap_s > self.params.long_gap_s:
            begun_s, state.time_s = state.time_s, time_s
            self._judge.begin(Posture.UNKNOWN, begun_s, 0.0)

    def _take(self, ticks: Ticks, up: Floats) -> None:
        """Ticks of one segment: everything that can be done in bulk, then tick by tick."""
        state, params = self._state, self.params
        # v = a · u - g; over half a second, rms of |w| and the variance of v as mean square less
        # squared mean.
        vertical = row_dot(ticks.acc_sensor_mps2, ticks.up_sensor) - STANDARD_GRAVITY_MPS2
        turn_square = row_dot(ticks.gyr_sensor_radps, ticks.gyr_sensor_radps)
        turn = np.sqrt(state.turn.feed(turn_square))
        mean = state.vertical.feed(vertical)
        spread = state.vertical_square.feed(vertical * vertical) - mean * mean
        # ω = w · u, of which the sway is ln |ω(t) - ω(t - 0.5 s)|.
        turning = row_dot(ticks.gyr_sensor_radps, ticks.up_sensor)
        columns = Columns(
            ticks.time_s,
            up,
            vertical,
            self._gait.wave(ticks, vertical),
            mean,
            (turn < params.rest_radps) & (spread < params.rest_mps2**2),
            turn < params.stillness.still_radps,
            self._riding.feed(np.sqrt(np.maximum(spread, 0.0)), turn),
            sway_logs(state.sway.feed(turning)),
        )
        skipper = None
        if len(columns) > FEWEST_IN_BULK:
            skipper = LastingPostureSkipper(
                columns, state, self._gait, self._shifts, params, self._tick_s
            )
        row = 0
        while row < len(columns):
            skipped = skipper.skip(row) if skipper else 0
            row += skipped
            for each in range(row, min(row + TICKS_BETWEEN, len(columns))):
                self._tick(columns, each)
            row = min(row + TICKS_BETWEEN, len(columns))

    def _tick(self, columns: Columns, row: int) -> None:
        state = self._state
        seen = columns.row(row)
        up = seen.up
        state.time_s, state.still = seen.time_s, columns.still[row]
        state.in_vehicle = columns.in_vehicle[row]
        state.rest.rows.append(seen)
        resting = state.rest.rests(columns.calm[row], state.time_s, self.params.settled_s)
        if not state.calibrated and state.axis.guessed:
            self._guess_axis(up, resting)
        tilt_rad = state.axis.tilt_rad(up)
        tipped = tilt_rad > self.params.lying_rad
        # Bridges and kicks on the floor are no steps, if it is certain that this is the floor.
        wave_mps2 = 0.0 if tipped and state.calibrated else columns.wave_mps2[row]
        bout = self._gait.tick(state.time_s, wave_mps2)
        if bout is not None:
            state.log.events.append(bout)
        since_s = state.log.since_s
        if self._gait.walking(state.time_s) and not (tipped and self._trusted()):
            self._walk(up, tipped)
        else:
            if state.log.posture is Posture.WALKING:
                self._stop_walking()
            if state.axis.up is not None:
                self._judge.step(tilt_rad, resting, columns.mean_mps2[row], up)
        state.rest.trim(
            resting and state.log.posture is not Posture.WALKING,
            rest_rows=self._rest_rows,
            most=self._most_rows,
        )
        if resting and not state.in_vehicle and state.log.posture in UPRIGHT:
            self._judge.add_sway(columns.sway_log[row])
        if state.log.since_s != since_s:
            self._shifts.restart()
        if state.log.posture in UPRIGHT:
            shift = self._shifts.tick(state.time_s, up, self._tick_s)
            if shift is not None and not state.in_vehicle:
                state.log.events.append(shift)

    def _guess_axis(self, up: Vector, resting: bool) -> None:
        """Take the spine to be upright in the first rest, for want of anything better.

        While the sensor may still be being put on, a later rest corrects an earlier one.
        """
        state, params = self._state, self.params
        axis = state.axis
        if axis.first_s is None:
            axis.begin(state.time_s)
        if not resting or (not self._judge.donning and axis.up is not None):
            axis.first_ups = []
            return
        guess = axis.guess(up, self._tick_s, params.axis_s)
        if guess is None:
            return
        if axis.up is not None and angle_between(guess, axis.up) > params.upright_rad:
            self._judge.begin(Posture.UNKNOWN, state.time_s, 0.0)
        if axis.up is None or state.log.posture is Posture.UNKNOWN:
            axis.up = guess

    def _trusted(self) -> bool:
        """Whether the axis of the spine is to be believed when walking contradicts it.

        Getting into a bed shakes the trunk as a few steps do.
        """
        if self._state.axis.known_from is AxisFrom.CALIBRATION:
            return True
        return len(self._gait.state.bout) < self.params.gait.convincing_steps

    def _walk(self, up: Vector, tipped: bool) -> None:
        """The last step is fresh: walking, and so upright."""
        log = self._state.log
        began = log.posture is not Posture.WALKING
        start_s = self._gait.stretch_start_s - self._gait.step_s if began else log.since_s
        self._learn_axis(up, start_s, tipped)
        if not began:
            return
        if log.posture in (Posture.SITTING, Posture.LYING):
            rise = self._judge.measure_travel(None, start_s)
            start_s = max(start_s, rise.end_s)
            self._judge.begin_transition(rise, Posture.STANDING, SURE)
        self._judge.begin(Posture.WALKING, start_s, SURE)
        log.waiting_s = None

    def _learn_axis(self, up: Vector, start_s: float, tipped: bool) -> None:
        """Take upright from a walk since ``start_s``, or correct it by the walk."""
        state, axis = self._state, self._state.axis
        if axis.up is not None and not tipped and not axis.weak:
            # A low-pass of first order with 30 s: n follows u.
            axis.follow(up, self._tick_s / self.params.walking_axis_s)
            self._reset_axis_if_sensor_turned(up)
            return
        # Hands that put a sensor on shake it as steps do, but not for so long.
        convincing = len(self._gait.state.bout) >= self.params.gait.convincing_steps
        donning = self._judge.donning
        if convincing or axis.up is None or not donning:
            if tipped:
                state.belief.forget_person()
            axis.walked([row.up for row in state.rest.rows if row.time_s >= start_s] or [up])
        if donning and not convincing:
            axis.known_from = AxisFrom.FIRST_REST

    def _reset_axis_if_sensor_turned(self, up: Vector) -> None:
        """Take it from the newest of a walk that leans as nobody does: the sensor has turned."""
        state, log = self._state, self._state.log
        walked = log.posture is Posture.WALKING and state.time_s - log.since_s >= SHORTEST_S
        if not walked or state.axis.tilt_rad(up) <= LARGEST_RAD:
            return
        newest = [row.up for row in state.rest.rows if row.time_s > state.time_s - SHORTEST_S]
        mean = mean_direction(newest)
        if state.axis.tilt_rad(mean) > LARGEST_RAD:
            state.axis.up = mean
            state.belief.forget_person()

    def _stop_walking(self) -> None:
        """No step for too long: standing, until something else shows."""
        state = self._state
        bout = bool(self._gait.state.bout)
        last_s = self._gait.last_step_s if bout else state.time_s
        end_s = last_s + self._gait.step_s if bout else state.time_s
        state.rest.step_at(last_s)
        state.belief.stop_walking()
        self._judge.begin(Posture.STANDING, end_s, certainty(STOPPED_ODDS))
