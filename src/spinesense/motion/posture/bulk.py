"""Many ticks at once in which a posture just lasts: the bulk of a day.

While nobody walks, nothing turns over and no rest follows a movement, the posture stage only keeps
its newest ticks and looks for shifts. ``LastingPostureSkipper`` does just that for a run of ticks,
with the same operations, and leaves the stage in the state in which tick by tick would have left
it. Comparisons that are made in another way here keep clear of their thresholds; what is not clear
ends the run.
"""

import math

import numpy as np

from spinesense.model.events import LyingSide, Posture
from spinesense.model.samples import Flags, Floats, Ints
from spinesense.motion.maths.vectors import chord_square
from spinesense.motion.posture.params import PostureParams
from spinesense.motion.posture.shifts import PosturalShifts
from spinesense.motion.posture.sit_stand.rest_tracker import most_rows
from spinesense.motion.posture.sit_stand.transitions import TickRow
from spinesense.motion.posture.state import UPRIGHT, PostureState
from spinesense.motion.walking.steps import Gait

ROWS_AT_ONCE = 512
"""Looked at together: some 20 s, about as long as people go without a fidget."""
_SIDES = (LyingSide.SUPINE, LyingSide.PRONE, LyingSide.RIGHT, LyingSide.LEFT)
_MARGIN = 1e-9
"""Beyond the rounding of a comparison."""


class Columns:
    """What the posture stage reads of each tick, for consecutive ticks of one segment."""

    def __init__(
        self,
        time_s: Floats,
        up: Floats,
        vertical_mps2: Floats,
        wave_mps2: Floats,
        mean_mps2: Floats,
        calm: Flags,
        still: Flags,
        rides: Flags,
        sway_log: Floats,
    ) -> None:
        self.up = up.T
        self.waves = wave_mps2
        self.times = time_s
        self.calm, self.still, self.in_vehicle = calm.tolist(), still.tolist(), rides.tolist()
        self.time_s, self.vertical_mps2, self.wave_mps2, self.mean_mps2 = (
            column.tolist() for column in (time_s, vertical_mps2, wave_mps2, mean_mps2)
        )
        self.sway_log: list[float] = sway_log.tolist()
        self.x, self.y, self.z = (column.tolist() for column in self.up)

    def __len__(self) -> int:
        return len(self.time_s)

    def row(self, row: int) -> TickRow:
        """What is kept of one tick."""
        up = (self.x[row], self.y[row], self.z[row])
        return TickRow(self.time_s[row], self.vertical_mps2[row], up)


class LastingPostureSkipper:
    """The runs of ticks in which a posture lasts.

    Parameters
    ----------
    columns
        The ticks, to be stepped through in their order.
    state
        The state of the posture stage.
    gait, shifts
        Its parts.
    params
        Thresholds.
    tick_s
        Time from tick to tick.
    """

    def __init__(
        self,
        columns: Columns,
        state: PostureState,
        gait: Gait,
        shifts: PosturalShifts,
        params: PostureParams,
        tick_s: float,
    ) -> None:
        self._columns, self._state, self._gait, self._shifts = columns, state, gait, shifts
        self._params = params
        self._tick_s = tick_s
        self._calm_since = calm_since_s(columns, state.rest.calm_s)
        self._resting = columns.times - self._calm_since >= params.settled_s
        self._turns = [*(np.flatnonzero(np.diff(self._resting)) + 1).tolist(), len(columns)]
        """Rows at which rest begins or ends."""
        self._next_turn = 0
        self._rest_rows = round((params.rest_window_s + params.settled_s) / tick_s)
        self._most_rows = most_rows(params.longest_movement_s, tick_s)
        self._fewest_weighed_s = params.shortest_movement_s + 2.0 * (
            params.rest_window_s + params.settled_s
        )

    def skip(self, row: int) -> int:
        """Take the rows in which the posture lasts from ``row`` on; gives how many they were."""
        state = self._state
        if not self._settled(self._columns.time_s[row]):
            return 0
        while self._turns[self._next_turn] <= row:
            self._next_turn += 1
        stop = min(row + ROWS_AT_ONCE, self._turns[self._next_turn])
        resting = bool(self._resting[row])
        upright = state.log.posture in UPRIGHT
        if (
            resting
            and upright
            and (len(state.rest.rows) + 1) * self._tick_s >= self._fewest_weighed_s
        ):
            return 0
        if resting and upright:
            stop = min(stop, row + state.belief.sway_due - state.belief.sway_ticks - 1)
        if stop > row:
            stop = self._while_in_posture(row, stop, upright=upright)
        if stop > row:
            stop = self._while_no_peak(row, stop)
        if stop > row:
            self._last(row, stop, resting=resting)
            if upright and resting:
                self._mind_sway(row, stop)
            if upright:
                columns = self._columns
                parts = (columns.time_s, columns.x, columns.y, columns.z)
                cut = slice(row, stop)
                shifts = self._shifts.ticks([part[cut] for part in parts], self._tick_s)
                rows = [columns.time_s.index(each.time_s, row, stop) for each in shifts]
                state.log.events += [
                    s for s, at in zip(shifts, rows, strict=True) if not columns.in_vehicle[at]
                ]
        return max(0, stop - row)

    def _mind_sway(self, row: int, stop: int) -> None:
        """Add up the sway of rest, one tick after the other."""
        columns = self._columns
        logs = [columns.sway_log[each] for each in range(row, stop) if not columns.in_vehicle[each]]
        self._state.belief.add_sways(logs)

    def _settled(self, time_s: float) -> bool:
        """Whether the posture is known and nothing is under way that might change it."""
        state = self._state
        if state.log.posture not in (*UPRIGHT, Posture.LYING) or state.axis.up is None:
            return False
        if self._gait.state.bout or len(state.rest.rows) > self._most_rows:
            return False
        if state.calibrated or not state.axis.guessed:
            return True
        first_s = state.axis.first_s
        late = first_s is not None and time_s - first_s > self._params.put_on_s
        return late and not state.axis.first_ups

    def _while_in_posture(self, row: int, stop: int, *, upright: bool) -> int:
        """End of the rows in which gravity shows the present posture."""
        state, params = self._state, self._params
        # θ as the square of a chord, |u - n|², against that of 70° or 50°.
        x, y, z = self._columns.up[:, row:stop]
        ax, ay, az = state.axis.up or (0.0, 0.0, 1.0)
        dx, dy, dz = x - ax, y - ay, z - az
        chord = dx * dx + dy * dy + dz * dz
        lying = chord_square(params.lying_rad)
        if upright:
            ends = chord > lying - _MARGIN
        else:
            # Between the two thresholds a person still lies, but steps would be seen.
            ends = chord < max(lying, chord_square(params.upright_rad)) + _MARGIN
            if state.calibrated:
                ends |= sides(x, y) != _side_number(state.log.lying_side)
        return row + int(ends.argmax()) if ends.any() else stop

    def _while_no_peak(self, row: int, stop: int) -> int:
        """End of the rows in which the wave of steps neither falls nor rises far; follows it."""
        state = self._gait.state
        if self._state.calibrated and self._state.log.posture is Posture.LYING:
            wave = np.zeros(stop - row)
        else:
            wave = self._columns.waves[row:stop]
        least = self._gait.params.smallest_peak_mps2
        # As ``Gait`` follows the wave: its extreme so far, and how far it has come from there.
        if state.rising:
            extreme = np.maximum.accumulate(np.maximum(wave, state.high_mps2))
            far = extreme - wave > least
        else:
            extreme = np.minimum.accumulate(np.minimum(wave, state.low_mps2))
            far = wave - extreme > least
        count = int(far.argmax()) if far.any() else stop - row
        if count and not state.rising:
            state.low_mps2 = float(extreme[count - 1])
        elif count and extreme[count - 1] > state.high_mps2:
            top = int((wave[:count] == extreme[count - 1]).argmax())
            state.high_mps2 = float(wave[top])
            state.high_s = self._columns.time_s[row + top] - self._gait.delay_s
        return row + count

    def _last(self, row: int, stop: int, *, resting: bool) -> None:
        """Bring the state to the end of a run."""
        state, columns = self._state, self._columns
        state.time_s, state.still = columns.time_s[stop - 1], columns.still[stop - 1]
        state.in_vehicle = columns.in_vehicle[stop - 1]
        calm = columns.calm[stop - 1]
        state.rest.calm_s = float(self._calm_since[stop - 1]) if calm else None
        state.log.waiting_s = None
        if not state.calibrated and state.axis.guessed:
            state.axis.first_ups = []
        if state.log.posture is Posture.LYING:
            state.log.rolling_to = None
        most = self._rest_rows if resting else self._most_rows
        kept = [columns.row(each) for each in range(max(row, stop - most), stop)]
        state.rest.extend(kept, stop - row, most, resting=resting)


def calm_since_s(columns: Columns, calm_s: float | None) -> Floats:
    """Time since which the rest window is calm at each row; infinite where it is not.

    ``calm_s`` is this time at the row before the first, if it was calm.
    """
    calm = np.array(columns.calm)
    rows = np.arange(len(calm))
    # The newest row at or before each at which calm began, and its time.
    begins = calm & ~np.concatenate([[calm_s is not None], calm[:-1]])
    newest = np.maximum.accumulate(np.where(begins, rows, -1))
    since_s = np.where(newest >= 0, columns.times[newest], -math.inf if calm_s is None else calm_s)
    return np.where(calm, since_s, math.inf)


def sides(x: Floats, y: Floats) -> Ints:
    """Which side a lying trunk is on, as a place in ``_SIDES``; the same as ``lying_side``."""
    along_x = np.where(x > 0.0, 0, 1)
    along_y = np.where(y > 0.0, 2, 3)
    return np.where(np.abs(x) >= np.abs(y), along_x, along_y)


def _side_number(side: LyingSide | None) -> int:
    return -1 if side is None else _SIDES.index(side)
