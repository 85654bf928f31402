"""The judgement between lying, sitting and standing at the rests between movements."""

import math

from spinesense.model.calibration import Vector
from spinesense.model.events import LyingSide, Posture
from spinesense.motion.posture.params import PostureParams
from spinesense.motion.posture.sit_stand.evidence import tilt_log_odds
from spinesense.motion.posture.sit_stand.transitions import Travel, hmm_forward_step
from spinesense.motion.posture.state import UPRIGHT, PostureState
from spinesense.motion.posture.upright_axis import AxisFrom
from spinesense.motion.posture.worn import tipped_fastest_radps

SURE = 0.95
"""Confidence where gravity or the steps leave little doubt."""
OWN_SURE = 0.9
"""So sure a posture shows how the person takes it."""
FIRST_SWAY_S = 2.0
"""The sway of a rest is looked at after so long, and whenever twice as much has been seen."""


class SitStandClassifier:
    """Decides on postures other than walking, and has every change told."""

    def __init__(self, params: PostureParams, state: PostureState, tick_s: float) -> None:
        self.params = params
        self.state = state
        self._tick_s = tick_s
        self._half_rest = max(1, round(0.5 * params.rest_window_s / tick_s))
        self._shortest_s = params.shortest_movement_s + 2.0 * (
            params.rest_window_s + params.settled_s
        )
        """Ticks kept between two rests with the shortest movement between them."""

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
        state, log = self.state, self.state.log
        lying = log.posture is Posture.LYING
        # Hysteresis: θ > 70° is lying, θ < 50° upright.
        beyond = tilt_rad < self.params.upright_rad if lying else tilt_rad > self.params.lying_rad
        if log.posture is Posture.UNKNOWN or beyond:
            self._wait(tilt_rad, resting, mean_mps2, up)
            return
        log.waiting_s = None
        if lying:
            side = lying_side(up) if state.calibrated else None
            if log.roll(side, state.time_s, self.params.turned_s):
                self.begin(Posture.LYING, log.rolling_s, log.confidence, side)
        elif (
            resting
            and not state.in_vehicle
            and len(state.rest.rows) * self._tick_s >= self._shortest_s
        ):
            self._weigh(mean_mps2, up)

    def _wait(self, tilt_rad: float, resting: bool, mean_mps2: float, up: Vector) -> None:
        """The posture is changing or unknown: decide at the next rest, or when time is up."""
        state, log, params = self.state, self.state.log, self.params
        begun_s = log.wait(state.time_s)
        waited_s = state.time_s - begun_s
        lies = tilt_rad > params.lying_rad
        gets_up = log.posture is Posture.LYING and not lies
        longest_s = params.get_up_s if gets_up else params.decide_s
        if waited_s < params.turned_s or not (resting or waited_s >= longest_s):
            return
        turned_radps = tipped_fastest_radps(state.rest.rows, params.hand.window_s, self._tick_s)
        in_hand = turned_radps > params.hand.turned_radps
        # Without a rest the movement has gone over into another.
        until_s = None if resting else begun_s + params.decide_s
        movement = self.measure_travel(mean_mps2 if resting else None, until_s)
        if in_hand and state.axis.guessed:
            # Whoever turned it over puts it on again, and otherwise.
            state.axis.begin(state.time_s)
        if lies and in_hand and log.posture is not Posture.UNKNOWN:
            self.begin(Posture.UNKNOWN, movement.start_s, 0.0)
        elif lies:
            # Gravity tells lying for certain where the axis of the spine is known.
            confidence = 0.7 if state.axis.guessed else SURE
            side = lying_side(up) if state.calibrated else None
            self._settle(movement, Posture.LYING, confidence, side)
        else:
            self._sit_or_stand(movement, up)
        log.waiting_s = None

    def _settle(
        self, movement: Travel, posture: Posture, confidence: float, side: LyingSide | None = None
    ) -> None:
        """Enter a posture, by a transition if the one before is known."""
        log = self.state.log
        if log.posture is Posture.UNKNOWN:
            since_s = log.since_s if log.waiting_s is None else log.waiting_s
            self.begin(posture, since_s, confidence, side)
        else:
            self.begin_transition(movement, posture, confidence)
            self.begin(posture, movement.end_s, confidence, side)

    def _sit_or_stand(self, movement: Travel, up: Vector) -> None:
        """Upright after lying, or for the first time: the tilt of the pelvis must tell."""
        state, params = self.state, self.params
        first = state.log.posture is Posture.UNKNOWN
        moved_odds = 0.0
        if first and state.axis.known_from is AxisFrom.WALKING:
            moved_odds = -params.put_on_standing
        if state.log.posture is Posture.LYING:
            sat_up, got_up = params.seat.left_lying(movement.rise_m, self._error_m(movement))
            # L_m from the travel after lying, and the odds of 2 : 1 that one sits up first.
            moved_odds = sat_up - got_up + params.seat.sits_up_first
        tilt_odds = self._tilt_odds(up)
        state.belief.set(moved_odds, tilt_odds, nothing_seen=first and state.axis.guessed)
        odds = state.belief.odds
        self._settle(movement, upright(odds), certainty(odds))

    def _start_upright(self, up: Vector) -> None:
        """Judge an upright rest as the first one."""
        belief = self.state.belief
        belief.set(
            -self.params.put_on_standing, self._tilt_odds(up), nothing_seen=belief.nothing_seen
        )
        self._believe(belief.odds, self.state.time_s)

    def _believe(self, odds: float, start_s: float) -> None:
        """Take the likelier upright posture, without a transition where it is another."""
        log = self.state.log
        log.confidence = certainty(odds)
        if upright(odds) is not log.posture:
            self.begin(upright(odds), start_s, log.confidence)

    def _tilt_odds(self, up: Vector) -> float:
        """What the tilt says, by how people and this person sit and stand."""
        axis, belief = self.state.axis, self.state.belief
        odds = tilt_log_odds(
            up,
            None if axis.guessed else axis.up,
            (belief.personal_sitting, belief.personal_standing),
            self.params.tilt,
            bent_forward=self.state.calibrated and up[0] < 0.0,
        )
        most = self.params.seat.most_log_odds
        return max(-most, min(most, odds))

    def _sway_odds(self) -> float:
        params = self.params
        return self.state.belief.sway_odds(params.sway, self._tick_s, params.put_on_standing)

    def add_sway(self, sway_log: float) -> None:
        """Take the sway at one tick of an upright rest; a posture that it contradicts was another.

        Such a posture began as what it is now: nothing moved.
        """
        belief = self.state.belief
        if not belief.add_sway(sway_log, round(FIRST_SWAY_S / self._tick_s)):
            return
        seen = belief.sway_sum, belief.sway_ticks, belief.sway_due
        self._believe(belief.odds + self._sway_odds(), self.state.log.since_s)
        belief.sway_sum, belief.sway_ticks, belief.sway_due = seen

    def _weigh(self, mean_mps2: float, up: Vector) -> None:
        """Judge a movement between two rests, upright before and after for a change."""
        state, belief, log = self.state, self.state.belief, self.state.log
        if self.donning and state.axis.known_from is AxisFrom.WALKING:
            # The hands that put it on moved it; how it sits is known, so the tilt can tell.
            self._start_upright(up)
            return
        movement = self.measure_travel(mean_mps2) if state.rest.anchored else None
        travelled = (0.0, 0.0)
        if movement is not None:
            travelled = movement.rise_m, self._error_m(movement)
        tilt_odds, sway_odds = self._tilt_odds(up), self._sway_odds()
        # Forward step from L_m, with L_t + L_s before and L_t after.
        change = hmm_forward_step(
            belief.moved_odds,
            belief.tilt_odds + sway_odds,
            tilt_odds,
            travelled,
            self.params.seat,
        )
        if tilt_odds == 0.0 and change.former is None:
            # A bend says nothing: what the tilt said before it is still the best there is.
            tilt_odds = belief.tilt_odds
        nothing_seen = belief.nothing_seen and change.former is None
        belief.set(change.moved_odds, tilt_odds, nothing_seen=nothing_seen)
        # L_m + L_t + L_s; the sway of a posture that was left says nothing of the new one.
        odds = change.moved_odds + tilt_odds + (sway_odds if change.former is None else 0.0)
        posture = upright(odds)
        former = change.former or (log.posture if posture is not log.posture else None)
        if movement is None or former is None:
            self._believe(odds, state.time_s)
            return
        log.confidence = certainty(odds)
        self.begin_transition(movement, posture, log.confidence, former)
        self.begin(posture, movement.end_s, log.confidence)
        if posture is Posture.STANDING and state.axis.guessed:
            state.axis.rose(state.rest.rows[-1].up)

    def measure_travel(self, rest_mps2: float | None, until_s: float | None = None) -> Travel:
        """The movement since the last rest; see `RestTracker.measure_travel`."""
        found = self.state.rest.measure_travel(rest_mps2, until_s, self._half_rest, self._tick_s)
        return found or Travel(self.state.time_s, self.state.time_s, 0.0)

    def _error_m(self, movement: Travel) -> float:
        """Error of the travel of a movement."""
        # T: the time that moved, and half a rest window at either end.
        length_s = movement.end_s - movement.start_s + self.params.rest_window_s
        return self.params.seat.error_m(length_s, among_steps=not self.state.rest.rested)

    @property
    def donning(self) -> bool:
        """Whether, without a calibration, the sensor may still be being put on."""
        return self.state.donning(self.params.put_on_s)

    def begin_transition(
        self, movement: Travel, posture: Posture, confidence: float, former: Posture | None = None
    ) -> None:
        """Tell the transition into a posture, and the time that it takes."""
        log = self.state.log
        before = former or log.posture
        start_s = max(log.since_s, movement.start_s)
        spanned = Travel(start_s, max(start_s, movement.end_s), movement.rise_m)
        self.begin(Posture.TRANSITION, start_s, confidence)
        # A sensor that is being put on seems to lie first.
        if Posture.LYING not in (before, posture) or not self.donning:
            log.transition(self.state.time_s, spanned, before, posture)

    def begin(
        self, posture: Posture, start_s: float, confidence: float, side: LyingSide | None = None
    ) -> None:
        """Tell a new posture, and remember how the person took the one that ends."""
        state = self.state
        if posture is not Posture.LYING or state.log.posture is not posture:
            self._learn()
        state.belief.restart_sway()
        state.log.begin(posture, state.time_s, start_s, confidence, side)

    def _learn(self) -> None:
        """Remember how the person took the upright posture that ends, where it was sure."""
        log, rest = self.state.log, self.state.rest
        if log.posture not in UPRIGHT or log.confidence < OWN_SURE or not rest.rested:
            return
        rested_s = rest.rows[0].time_s - log.since_s
        # A stay of 5 s counts as one of n, a shorter one in proportion.
        share = max(0.0, min(1.0, rested_s / self.params.tilt.own_stay_s))
        self.state.belief.learn(log.posture, rest.rows[0].up, share)


def upright(log_odds: float) -> Posture:
    """The likelier upright posture; standing when even, for a start is mostly made on foot."""
    return Posture.SITTING if log_odds > 0 else Posture.STANDING


def certainty(log_odds: float) -> float:
    """Confidence in the likelier of two, given their log odds."""
    # p of the likelier, from p / (1 - p) = e^L.
    return 1.0 / (1.0 + math.exp(-abs(log_odds)))


def lying_side(up: Vector) -> LyingSide:
    """Which side a lying trunk is on, from up in the trunk frame (x forward, y left)."""
    if abs(up[0]) >= abs(up[1]):
        return LyingSide.SUPINE if up[0] > 0 else LyingSide.PRONE
    return LyingSide.RIGHT if up[1] > 0 else LyingSide.LEFT
