"""The judgement between lying, sitting and standing at the rests between movements."""

import math

from spinesense.model.calibration import Vector
from spinesense.model.events import (
    LyingSide,
    MotionEvent,
    Posture,
    PostureChanged,
    TransitionKind,
    TransitionMade,
)
from spinesense.motion.posture_state import AxisFrom, PostureParams, PostureState
from spinesense.motion.transitions import (
    Travel,
    columns_of,
    rose_log_odds,
    tilt_log_odds,
    travel,
    weigh,
)

SURE = 0.95
"""Confidence where gravity or the steps leave little doubt."""
_SITS_UP_FIRST = 0.7
"""Log odds that somebody who rests after lying sits: one sits up before one stands up."""
KINDS = {
    (Posture.SITTING, Posture.STANDING): TransitionKind.SIT_TO_STAND,
    (Posture.STANDING, Posture.SITTING): TransitionKind.STAND_TO_SIT,
    (Posture.LYING, Posture.SITTING): TransitionKind.LIE_TO_SIT,
    (Posture.SITTING, Posture.LYING): TransitionKind.SIT_TO_LIE,
    (Posture.STANDING, Posture.LYING): TransitionKind.STAND_TO_LIE,
    (Posture.LYING, Posture.STANDING): TransitionKind.LIE_TO_STAND,
}


class Judge:
    """Decides on postures other than walking, and writes every change down."""

    def __init__(self, params: PostureParams, state: PostureState, tick_s: float) -> None:
        self.params = params
        self.state = state
        self.out: list[MotionEvent] = []
        self._tick_s = tick_s
        self._half_rest = max(1, round(0.5 * params.rest_window_s / tick_s))

    def rests(self, calm: bool) -> bool:
        """Take whether the rest window is calm; gives whether the person rests."""
        state = self.state
        if not calm:
            state.calm_s = None
            return False
        if state.calm_s is None:
            state.calm_s = state.time_s
        return state.time_s - state.calm_s >= self.params.settled_s

    def judge(self, tilt_rad: float, resting: bool, mean_mps2: float, up: Vector) -> None:
        """Take one tick of a person who does not walk.

        Parameters
        ----------
        tilt_rad
            Angle between up and the upright spine.
        resting, mean_mps2
            Whether the person rests, and the vertical acceleration shown over the rest window.
        up
            Unit vector, in the trunk frame when calibrated.
        """
        state = self.state
        lying = state.posture is Posture.LYING
        beyond = tilt_rad < self.params.upright_rad if lying else tilt_rad > self.params.lying_rad
        if state.posture is Posture.UNKNOWN or beyond:
            self._wait(tilt_rad, resting, mean_mps2, up)
            return
        state.waiting_s = None
        if lying:
            self._mind_side(up)
        elif resting and not state.rides and len(state.rows) * self._tick_s >= self._shortest_s():
            self._weigh(tilt_rad, mean_mps2, up)

    def _shortest_s(self) -> float:
        """Ticks kept between two rests with the shortest movement between them."""
        params = self.params
        return params.shortest_movement_s + 2.0 * (params.rest_window_s + params.settled_s)

    def _wait(self, tilt_rad: float, resting: bool, mean_mps2: float, up: Vector) -> None:
        """The posture is changing or unknown: decide at the next rest, or when time is up."""
        state, params = self.state, self.params
        if state.waiting_s is None:
            state.waiting_s = state.time_s
        waited_s = state.time_s - state.waiting_s
        if waited_s < params.turned_s or not (resting or waited_s >= params.decide_s):
            return
        movement = self.movement(mean_mps2 if resting else None)
        if tilt_rad > params.lying_rad:
            self._settle(movement, Posture.LYING, self._lying_confidence(), lying_side(up))
        else:
            self._sit_or_stand(movement, tilt_rad, up)
        state.waiting_s = None

    def _lying_confidence(self) -> float:
        """Gravity tells lying for certain where the axis of the spine is known."""
        return 0.7 if self.state.axis_from is AxisFrom.FIRST_REST else SURE

    def _settle(
        self, movement: Travel, posture: Posture, confidence: float, side: LyingSide | None = None
    ) -> None:
        """Enter a posture, by a transition if the one before is known."""
        state = self.state
        side = side if state.calibrated and posture is Posture.LYING else None
        if state.posture is Posture.UNKNOWN:
            since_s = state.since_s if state.waiting_s is None else state.waiting_s
            self.change(posture, since_s, confidence, side)
        else:
            self.move(movement, posture, confidence)
            self.change(posture, movement.end_s, confidence, side)

    def _sit_or_stand(self, movement: Travel, tilt_rad: float, up: Vector) -> None:
        """Upright after lying, or for the first time: the tilt of the pelvis must tell."""
        state = self.state
        state.moved_odds = 0.0
        if state.posture is Posture.LYING:
            # Sitting up leaves the hips on the bed. Only a rise speaks: its absence may be the
            # error that a turn by 90° leaves in the integration.
            state.moved_odds = -max(0.0, rose_log_odds(movement.rise_m, self.params.seat))
            state.moved_odds += _SITS_UP_FIRST
        state.tilt_odds = self._tilt_odds(tilt_rad, up)
        odds = state.moved_odds + state.tilt_odds
        self._settle(movement, _upright(odds), certainty(odds))

    def _tilt_odds(self, tilt_rad: float, up: Vector) -> float:
        """What the tilt says, if it is known what standing looks like."""
        if self.state.axis_from is AxisFrom.FIRST_REST:
            return 0.0
        odds = tilt_log_odds(tilt_rad, self.params.seat)
        # A pelvis rolls back on sitting down: bent forward it may be on a seat or on the feet.
        return min(0.0, odds) if self.state.calibrated and up[0] < 0.0 else odds

    def _weigh(self, tilt_rad: float, mean_mps2: float, up: Vector) -> None:
        """Judge a movement between two rests, upright before and after for a change."""
        state = self.state
        movement = self.movement(mean_mps2) if state.anchored else None
        rise_m = 0.0 if movement is None else movement.rise_m
        tilt_odds = self._tilt_odds(tilt_rad, up)
        change = weigh(state.moved_odds, state.tilt_odds, tilt_odds, rise_m, self.params.seat)
        if tilt_odds == 0.0 and change.former is None:
            # A bend says nothing: what the tilt said before it is still the best there is.
            tilt_odds = state.tilt_odds
        state.moved_odds, state.tilt_odds = change.moved_odds, tilt_odds
        odds = state.moved_odds + tilt_odds
        state.confidence = certainty(odds)
        posture = _upright(odds)
        former = change.former or (state.posture if posture is not state.posture else None)
        if movement is not None and former is not None:
            self.move(movement, posture, state.confidence, former)
            self.change(posture, movement.end_s, state.confidence)
            if posture is Posture.STANDING and state.axis_from is AxisFrom.FIRST_REST:
                state.axis, state.axis_from = state.rows[-1].up, AxisFrom.RISING
        elif posture is not state.posture:
            self.change(posture, state.time_s, state.confidence)

    def movement(self, rest_mps2: float | None, until_s: float | None = None) -> Travel:
        """The movement since the last rest; of no rise where it did not begin at one.

        Parameters
        ----------
        rest_mps2
            Vertical acceleration shown at the rest after it, or None where there is none.
        until_s
            Its end, where that is known; else it ends in the middle of the newest rest window.
        """
        state = self.state
        before_mps2 = state.offset_mps2
        rows = state.rows
        if state.rested:
            window = rows[: 2 * self._half_rest]
            before_mps2 = sum(row.vertical_mps2 for row in window) / len(window)
            rows = rows[self._half_rest :]
        if until_s is None:
            rows = rows[: -self._half_rest]
        else:
            rows = [row for row in rows if row.time_s <= until_s]
        state.offset_mps2 = before_mps2 if rest_mps2 is None else rest_mps2
        if len(rows) < 2:
            return Travel(state.time_s, state.time_s, 0.0)
        found = travel(columns_of(rows), before_mps2, state.offset_mps2, self._tick_s)
        return found if state.anchored else Travel(found.start_s, found.end_s, 0.0)

    def mind_rest(self, resting: bool) -> None:
        """Keep the ticks since the last rest began to end.

        The rest window notices a movement late: the ticks of one rest before it are kept, of
        which the first half are surely at rest.
        """
        state, params = self.state, self.params
        if resting and state.posture is not Posture.WALKING:
            del state.rows[: -round((params.rest_window_s + params.settled_s) / self._tick_s)]
            state.anchored = state.rested = True
        elif len(state.rows) * self._tick_s > params.longest_movement_s:
            del state.rows[0]
            state.anchored = state.rested = False

    def _mind_side(self, up: Vector) -> None:
        """Notice rolling over; between the sides it waits for the new one to last."""
        state = self.state
        side = lying_side(up) if state.calibrated else None
        if side is state.lying_side:
            state.rolling_to = None
        elif side is not state.rolling_to:
            state.rolling_to, state.rolling_s = side, state.time_s
        elif state.time_s - state.rolling_s >= self.params.turned_s:
            state.rolling_to = None
            self.change(Posture.LYING, state.rolling_s, state.confidence, side)

    def move(
        self, movement: Travel, posture: Posture, confidence: float, former: Posture | None = None
    ) -> None:
        """Write down the transition into a posture; walking comes from and goes to standing."""
        state = self.state
        before = former or state.posture
        kind = KINDS.get((Posture.STANDING if before is Posture.WALKING else before, posture))
        start_s = max(state.since_s, movement.start_s)
        end_s = max(start_s, movement.end_s)
        self.change(Posture.TRANSITION, start_s, confidence)
        if kind is not None:
            self.out.append(TransitionMade(state.time_s, start_s, end_s, kind))

    def change(
        self, posture: Posture, start_s: float, confidence: float, side: LyingSide | None = None
    ) -> None:
        """Write down a new posture. Postures never begin before the one before them."""
        state = self.state
        start_s = max(state.since_s, start_s)
        state.posture, state.since_s = posture, start_s
        state.confidence, state.lying_side = confidence, side
        self.out.append(PostureChanged(state.time_s, start_s, posture, confidence, side))


def _upright(log_odds: float) -> Posture:
    """The likelier upright posture; standing when even, for a start is mostly made on foot."""
    return Posture.SITTING if log_odds > 0 else Posture.STANDING


def certainty(log_odds: float) -> float:
    """Confidence in the likelier of two, given their log odds."""
    return 1.0 / (1.0 + math.exp(-abs(log_odds)))


def lying_side(up: Vector) -> LyingSide:
    """Which side a lying trunk is on, from up in the trunk frame (x forward, y left)."""
    if abs(up[0]) >= abs(up[1]):
        return LyingSide.SUPINE if up[0] > 0 else LyingSide.PRONE
    return LyingSide.RIGHT if up[1] > 0 else LyingSide.LEFT
