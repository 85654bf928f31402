"""The judgement between lying, sitting and standing at the rests between movements."""

import math

import numpy as np

from spinesense.model.calibration import Vector
from spinesense.model.events import (
    LyingSide,
    MotionEvent,
    Posture,
    PostureChanged,
    TransitionKind,
    TransitionMade,
)
from spinesense.model.samples import Floats
from spinesense.motion.posture.evidence import sway_log_odds, tilt_log_odds
from spinesense.motion.posture.params import PostureParams
from spinesense.motion.posture.state import AxisFrom, PostureState
from spinesense.motion.posture.transitions import Rows, Travel, columns_of, hmm_forward_step, travel
from spinesense.motion.posture.worn import tipped_fastest_radps

SURE = 0.95
"""Confidence where gravity or the steps leave little doubt."""
UPRIGHT = (Posture.SITTING, Posture.STANDING)
OWN_SURE = 0.9
"""So sure a posture shows how the person takes it."""
FIRST_SWAY_S = 2.0
"""The sway of a rest is looked at after so long, and whenever twice as much has been seen."""
KINDS = {
    (Posture.SITTING, Posture.STANDING): TransitionKind.SIT_TO_STAND,
    (Posture.STANDING, Posture.SITTING): TransitionKind.STAND_TO_SIT,
    (Posture.LYING, Posture.SITTING): TransitionKind.LIE_TO_SIT,
    (Posture.SITTING, Posture.LYING): TransitionKind.SIT_TO_LIE,
    (Posture.STANDING, Posture.LYING): TransitionKind.STAND_TO_LIE,
    (Posture.LYING, Posture.STANDING): TransitionKind.LIE_TO_STAND,
}


class SitStandClassifier:
    """Decides on postures other than walking, and writes every change down."""

    def __init__(self, params: PostureParams, state: PostureState, tick_s: float) -> None:
        self.params = params
        self.state = state
        self.out: list[MotionEvent] = []
        self._tick_s = tick_s
        self._half_rest = max(1, round(0.5 * params.rest_window_s / tick_s))

    def update_rest(self, calm: bool) -> bool:
        """Take whether the rest window is calm; gives whether the person rests."""
        state = self.state
        if not calm:
            state.calm_s = None
            return False
        if state.calm_s is None:
            state.calm_s = state.time_s
        return state.time_s - state.calm_s >= self.params.settled_s

    def step(self, tilt_rad: float, resting: bool, mean_mps2: float, up: Vector) -> None:
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
        elif (
            resting
            and not state.in_vehicle
            and len(state.rows) * self._tick_s >= self._shortest_s()
        ):
            self._weigh(mean_mps2, up)

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
        lies = tilt_rad > params.lying_rad
        gets_up = state.posture is Posture.LYING and not lies
        longest_s = params.get_up_s if gets_up else params.decide_s
        if waited_s < params.turned_s or not (resting or waited_s >= longest_s):
            return
        hand = params.hand
        in_hand = tipped_fastest_radps(state.rows, hand.window_s, self._tick_s) > hand.turned_radps
        # Without a rest the movement has gone over into another.
        until_s = None if resting else state.waiting_s + params.decide_s
        movement = self.measure_travel(mean_mps2 if resting else None, until_s)
        if in_hand and state.axis_from is AxisFrom.FIRST_REST:
            # Whoever turned it over puts it on anew, and otherwise.
            state.first_s = state.time_s
        if lies and in_hand and state.posture is not Posture.UNKNOWN:
            self.emit_posture(Posture.UNKNOWN, movement.start_s, 0.0)
        elif lies:
            self._settle(movement, Posture.LYING, self._lying_confidence(), lying_side(up))
        else:
            self._sit_or_stand(movement, up)
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
            self.emit_posture(posture, since_s, confidence, side)
        else:
            self.emit_transition(movement, posture, confidence)
            self.emit_posture(posture, movement.end_s, confidence, side)

    def _sit_or_stand(self, movement: Travel, up: Vector) -> None:
        """Upright after lying, or for the first time: the tilt of the pelvis must tell."""
        state = self.state
        state.moved_odds = 0.0
        first = state.posture is Posture.UNKNOWN
        state.nothing_seen = first and state.axis_from is AxisFrom.FIRST_REST
        if first and state.axis_from is AxisFrom.WALKING:
            state.moved_odds = -self.params.put_on_standing
        if state.posture is Posture.LYING:
            sat_up, got_up = self.params.seat.left_lying(movement.rise_m, self._error_m(movement))
            state.moved_odds = sat_up - got_up + self.params.seat.sits_up_first
        state.tilt_odds = self._tilt_odds(up)
        odds = state.moved_odds + state.tilt_odds
        self._settle(movement, upright(odds), certainty(odds))

    def _start_upright(self, up: Vector) -> None:
        """Judge an upright rest as the first one."""
        state = self.state
        state.moved_odds, state.tilt_odds = -self.params.put_on_standing, self._tilt_odds(up)
        odds = state.moved_odds + state.tilt_odds
        state.confidence = certainty(odds)
        if upright(odds) is not state.posture:
            self.emit_posture(upright(odds), state.time_s, state.confidence)

    def _tilt_odds(self, up: Vector) -> float:
        """What the tilt says, by how people and this person sit and stand."""
        state = self.state
        guessed = state.axis_from is AxisFrom.FIRST_REST
        odds = tilt_log_odds(
            up,
            None if guessed else state.axis,
            (state.personal_sitting, state.personal_standing),
            self.params.tilt,
            bent_forward=state.calibrated and up[0] < 0.0,
        )
        most = self.params.seat.most_log_odds
        return max(-most, min(most, odds))

    def _sway_odds(self) -> float:
        """What the sway says in all rests of the present posture.

        Until anything is seen of the person, standing and sitting are even; but less than 3 to 1
        of sway is not enough to tell a seat from the stand in which a belt is put on.
        """
        state = self.state
        if not state.sway_ticks:
            return 0.0
        mean_log = state.sway_sum / state.sway_ticks
        odds = sway_log_odds(mean_log, state.sway_ticks * self._tick_s, self.params.sway)
        return odds - self.params.put_on_standing if odds and state.nothing_seen else odds

    def add_sway(self, sway_log: float) -> None:
        """Take the sway at one tick of an upright rest; a posture that it contradicts was another.

        Such a posture began as what it is now: nothing moved.
        """
        state = self.state
        state.sway_due = state.sway_due or round(FIRST_SWAY_S / self._tick_s)
        state.sway_sum += sway_log
        state.sway_ticks += 1
        if state.sway_ticks < state.sway_due:
            return
        state.sway_due *= 2
        odds = state.moved_odds + state.tilt_odds + self._sway_odds()
        state.confidence = certainty(odds)
        posture = upright(odds)
        if posture is not state.posture:
            seen = state.sway_sum, state.sway_ticks, state.sway_due
            self.emit_posture(posture, state.since_s, state.confidence)
            state.sway_sum, state.sway_ticks, state.sway_due = seen

    def _weigh(self, mean_mps2: float, up: Vector) -> None:
        """Judge a movement between two rests, upright before and after for a change."""
        state = self.state
        if self.donning() and state.axis_from is AxisFrom.WALKING:
            # The hands that put it on moved it; how it sits is known, so the tilt can tell.
            self._start_upright(up)
            return
        movement = self.measure_travel(mean_mps2) if state.anchored else None
        travelled = (0.0, 0.0)
        if movement is not None:
            travelled = movement.rise_m, self._error_m(movement)
        tilt_odds, sway_odds = self._tilt_odds(up), self._sway_odds()
        before_odds = state.tilt_odds + sway_odds
        change = hmm_forward_step(
            state.moved_odds, before_odds, tilt_odds, travelled, self.params.seat
        )
        if tilt_odds == 0.0 and change.former is None:
            # A bend says nothing: what the tilt said before it is still the best there is.
            tilt_odds = state.tilt_odds
        state.moved_odds, state.tilt_odds = change.moved_odds, tilt_odds
        odds = state.moved_odds + tilt_odds + (sway_odds if change.former is None else 0.0)
        state.nothing_seen &= change.former is None
        state.confidence = certainty(odds)
        posture = upright(odds)
        former = change.former or (state.posture if posture is not state.posture else None)
        if movement is not None and former is not None:
            self.emit_transition(movement, posture, state.confidence, former)
            self.emit_posture(posture, movement.end_s, state.confidence)
            if posture is Posture.STANDING and state.axis_from is AxisFrom.FIRST_REST:
                state.axis, state.axis_from = state.rows[-1].up, AxisFrom.RISING
        elif posture is not state.posture:
            self.emit_posture(posture, state.time_s, state.confidence)

    def measure_travel(self, rest_mps2: float | None, until_s: float | None = None) -> Travel:
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
        kept = columns_of(state.rows)
        if rest_mps2 is not None:
            self._mind_zero(kept.up[-1], rest_mps2)
        if state.rested:
            window = kept.cut(0, 2 * self._half_rest)
            self._mind_zero(window.up[0], float(window.vertical_mps2.mean()))
        zero = state.acc_offset.estimate()
        kept = Rows(kept.time_s, kept.vertical_mps2 - zero.along(kept.up), kept.up)
        rows = kept
        if state.rested:
            before_mps2 = float(kept.vertical_mps2[: 2 * self._half_rest].mean())
            rows = rows.cut(self._half_rest, len(rows.time_s))
        if until_s is None:
            rows = rows.cut(0, max(0, len(rows.time_s) - self._half_rest))
        else:
            rows = rows.cut(0, int(np.searchsorted(rows.time_s, until_s, side="right")))
        state.offset_mps2 = before_mps2
        if rest_mps2 is not None:
            state.offset_mps2 = rest_mps2 - float(zero.along(kept.up[-1:])[0])
        if len(rows.time_s) < 2:
            return Travel(state.time_s, state.time_s, 0.0)
        found = travel(rows, before_mps2, state.offset_mps2, self._tick_s)
        return found if state.anchored else Travel(found.start_s, found.end_s, 0.0)

    def _mind_zero(self, up: Floats, rest_mps2: float) -> None:
        """Learn from a rest what the accelerometer shows too much."""
        if abs(rest_mps2) < self.params.offset.most_mps2:
            self.state.acc_offset.add(up[None], np.array([rest_mps2]))

    def _error_m(self, movement: Travel) -> float:
        """Error of the travel of a movement."""
        length_s = movement.end_s - movement.start_s + self.params.rest_window_s
        return self.params.seat.error_m(length_s, among_steps=not self.state.rested)

    def trim_history(self, resting: bool) -> None:
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
            self.emit_posture(Posture.LYING, state.rolling_s, state.confidence, side)

    def emit_transition(
        self, movement: Travel, posture: Posture, confidence: float, former: Posture | None = None
    ) -> None:
        """Write down the transition into a posture; walking comes from and goes to standing."""
        state = self.state
        before = former or state.posture
        kind = KINDS.get((Posture.STANDING if before is Posture.WALKING else before, posture))
        start_s = max(state.since_s, movement.start_s)
        end_s = max(start_s, movement.end_s)
        self.emit_posture(Posture.TRANSITION, start_s, confidence)
        # A sensor that is being put on seems to lie first.
        worn = Posture.LYING not in (before, posture) or not self.donning()
        if kind is not None and worn:
            self.out.append(TransitionMade(state.time_s, start_s, end_s, kind))

    def donning(self) -> bool:
        """Whether, without a calibration, the sensor may still be being put on."""
        state = self.state
        if state.calibrated or state.first_s is None:
            return False
        return state.time_s - state.first_s <= self.params.put_on_s

    def _learn(self) -> None:
        """Remember how the person took the upright posture that ends, where it was sure."""
        state = self.state
        if state.posture not in UPRIGHT or state.confidence < OWN_SURE or not state.rested:
            return
        rested_s = state.rows[0].time_s - state.since_s
        share = max(0.0, min(1.0, rested_s / self.params.tilt.own_stay_s))
        own = (
            state.personal_sitting if state.posture is Posture.SITTING else state.personal_standing
        )
        own.add(state.rows[0].up, share)

    def emit_posture(
        self, posture: Posture, start_s: float, confidence: float, side: LyingSide | None = None
    ) -> None:
        """Write down a new posture. Postures never begin before the one before them."""
        state = self.state
        if posture is not Posture.LYING or state.posture is not posture:
            self._learn()
        start_s = max(state.since_s, start_s)
        state.sway_sum, state.sway_ticks, state.sway_due = 0.0, 0, 0
        state.posture, state.since_s = posture, start_s
        state.confidence, state.lying_side = confidence, side
        self.out.append(PostureChanged(state.time_s, start_s, posture, confidence, side))


def upright(log_odds: float) -> Posture:
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
