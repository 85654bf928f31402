"""The posture a movement starts from, which its angles are measured from.

Taken while the person is still, before the first repetition; adjusted slowly while they rest
there, since nobody comes back to exactly the same place and integrated angles drift.
"""

import math
from bisect import bisect_left
from dataclasses import dataclass, field

from spinesense.model.movement import Axis, Movement, Pattern, StartPosture
from spinesense.motion.maths.vectors import angle_between
from spinesense.motion.trunk.angles import (
    REGIME_OF_START,
    Reference,
    Regime,
    TrunkSample,
    mean_place,
    reference_at,
    relative,
)

UP_SIGN = {
    StartPosture.STANDING: 1.0,
    StartPosture.SITTING: 1.0,
    StartPosture.SUPINE: 1.0,
    StartPosture.HANDS_AND_KNEES: -1.0,
}
"""Which way up points along the axis of the regime; one may lie on either side."""
AXIS_INDEX = {Axis.FLEXION: 0, Axis.LATERAL: 1, Axis.ROTATION: 2}
UNSEEN = {Regime.UPRIGHT: Axis.ROTATION, Regime.ALONG_X: Axis.LATERAL, Regime.ALONG_Y: Axis.FLEXION}
"""The angle of each regime that gravity does not show."""

DEEPEST_BEND_RAD = math.radians(130.0)
"""With straight legs and the hands on the floor the lower back tips by up to 115°; further is
somersaulting."""


@dataclass(frozen=True, slots=True)
class StartParams:
    """Tunables of finding and keeping the start posture."""

    still_radps: float = math.radians(3.0)
    """Mean angular rate of a still trunk: breathing (1° at 0.25 Hz turns at 1.6 °/s) and sway."""
    still_rad: float = math.radians(1.5)
    """A still trunk ends no further from where it was."""
    still_s: float = 0.5
    look_back_s: float = 1.0
    """Stillness of this length before the movement is watched gives the start posture at once."""
    nearest_component: float = 0.5
    """Up must lie within 60° of the trunk axis that the start posture names."""
    patience_s: float = 4.0
    """A person who moves on and on is measured from where their movement turns."""
    follow_s: float = 10.0
    """Time constant with which the reference follows a person at rest."""
    return_s: float = 3.0
    """Stillness somewhere else for this long, and for half as long again as the hold asked for,
    is a new start posture."""


@dataclass(slots=True)
class StartState:
    """What is known of the start posture."""

    reference: Reference | None = None
    trusted: bool = False
    """False before the first reference, and after a gap or a change of posture."""
    recent: list[TrunkSample] = field(default_factory=list)
    """The last ``look_back_s``, or more while no reference is known."""
    still_s: float = 0.0
    """Length of the present stillness."""
    waited_s: float = 0.0
    """Time in the start posture without a trusted reference."""


class StartPose:
    """Keeps the reference of one movement.

    Parameters
    ----------
    movement
        What is watched.
    before
        The places of about the last second before it was watched.
    params
        Tunables.
    """

    def __init__(self, movement: Movement, before: list[TrunkSample], params: StartParams) -> None:
        self._movement = movement
        self._regime = REGIME_OF_START[movement.start_posture]
        self._params = params
        self.state = StartState(recent=list(before))

    def invalidate(self) -> None:
        """A gap or a change of posture: take the reference again at the next stillness."""
        self.state.trusted = False
        self.state.recent = []
        self.state.still_s = self.state.waited_s = 0.0

    def step(
        self, place: TrunkSample, step_s: float, band_rad: float, still: bool | None = None
    ) -> None:
        """Take one tick.

        Parameters
        ----------
        place, step_s
            The tick, and its length.
        band_rad
            The rest band: nearer to an old reference than this the person is at rest.
        still
            Whether the last ``still_s`` were still, for who knows; None to look.
        """
        state, params = self.state, self._params
        if not state.trusted and not state.waited_s and self._fits(state.recent):
            self._take(mean_place(state.recent))
        state.recent.append(place)
        keep_s = params.look_back_s if state.trusted else params.patience_s
        while state.recent[0].time_s < place.time_s - keep_s:
            del state.recent[0]
        state.still_s = state.still_s + step_s if self._still(still) else 0.0
        if state.trusted:
            return
        if self._in_posture(place):
            state.waited_s += step_s
        elif not self.bends_deep() or place.up[self._regime] < math.cos(DEEPEST_BEND_RAD):
            state.waited_s = 0.0
        if state.still_s > 0.0 and state.waited_s > 0.0:
            self._take(self._resting_place(band_rad), band_rad)
        elif state.waited_s >= params.patience_s:
            self._take(self._turning_place())

    def follow(self, place: TrunkSample, step_s: float) -> None:
        """Move the reference a little towards a person who rests, if only for a moment."""
        reference = self.state.reference
        if reference is None or place.rate_radps > self._params.still_radps:
            return
        # A low-pass of first order: this share of the way, with a time constant of 10 s.
        share = step_s / self._params.follow_s
        turned = relative(place, reference)
        then = reference.angles
        angles = (
            then[0] + share * turned[0],
            then[1] + share * turned[1],
            then[2] + share * turned[2],
        )
        self.state.reference = Reference(reference.regime, reference.sign, reference.place, angles)

    def shift(self, angle_rad: float) -> None:
        """Move the zero of the carrying angle."""
        reference = self.state.reference
        if reference is None:
            return
        angles = list(reference.angles)
        angles[AXIS_INDEX[self._movement.axis]] += angle_rad
        moved = (angles[0], angles[1], angles[2])
        self.state.reference = Reference(reference.regime, reference.sign, reference.place, moved)

    @property
    def new_pose_after_s(self) -> float:
        """Longer than a hold would last: so much stillness is a new start posture."""
        return max(self._params.return_s, 1.5 * self._movement.hold_s)

    def settled_elsewhere(self) -> bool:
        """Whether the person has been still for longer than a hold would last."""
        return self.state.still_s >= self.new_pose_after_s

    def move_here(self) -> None:
        """Measure from where the person is now."""
        self._take(mean_place(self._last(self._params.still_s)))

    def tilt_rad(self, place: TrunkSample) -> float:
        """Angle between up now and up at the reference."""
        reference = self.state.reference
        return 0.0 if reference is None else angle_between(place.up, reference.place.up)

    def _take(self, place: TrunkSample, keep_beyond_rad: float | None = None) -> None:
        """Take the reference, or keep the old one when the person is out from it.

        After a gap the person may be at the peak of a repetition: gravity still tells how far that
        is from the old reference.
        """
        state = self.state
        old = state.reference
        new = reference_at(self._regime, place)
        if old is not None and keep_beyond_rad is not None and self.seen_by_gravity():
            carry = abs(relative(place, old)[AXIS_INDEX[self._movement.axis]])
            if keep_beyond_rad < carry < self.implausible_rad():
                new = self._with_new_heading(old, place)
        state.reference = new
        state.trusted = True
        state.waited_s = 0.0

    def _with_new_heading(self, old: Reference, place: TrunkSample) -> Reference:
        """The old reference, with the angle that gravity does not show measured from here."""
        kept = TrunkSample(place.time_s, old.place.up, place.heading_rad, old.place.rate_radps)
        return reference_at(self._regime, kept)

    def implausible_rad(self) -> float:
        """An excursion this large is no part of the movement."""
        expected = self._movement.expected_range
        return max(2.5 * expected, expected + math.radians(35.0))

    def seen_by_gravity(self) -> bool:
        """Whether gravity shows the carrying angle; otherwise it is integrated, and drifts."""
        axis = self._movement.axis
        return axis in AXIS_INDEX and axis is not UNSEEN[self._regime]

    def shown_beside(self) -> tuple[bool, bool]:
        """Whether gravity shows each of the two other angles, in their order."""
        beside = [axis for axis in AXIS_INDEX if axis is not self._movement.axis]
        return beside[0] is not UNSEEN[self._regime], beside[1] is not UNSEEN[self._regime]

    def bends_deep(self) -> bool:
        """Whether the movement is a bend of an upright trunk."""
        return self._regime is Regime.UPRIGHT and self._movement.axis is Axis.FLEXION

    def _fits(self, places: list[TrunkSample]) -> bool:
        """Whether these places are a still second in the start posture."""
        if not places or places[-1].time_s - places[0].time_s < 0.8 * self._params.look_back_s:
            return False
        return self._quiet(places) and self._in_posture(mean_place(places))

    def _in_posture(self, place: TrunkSample) -> bool:
        # cos of the angle between up and the trunk axis that the posture names.
        component = place.up[self._regime]
        side = UP_SIGN.get(self._movement.start_posture)
        along = abs(component) if side is None else side * component
        return along >= self._params.nearest_component

    def _still(self, known: bool | None) -> bool:
        recent, length_s = self.state.recent, self._params.still_s
        if recent[-1].time_s - recent[0].time_s < length_s:
            return False
        return self._quiet(self._last(length_s)) if known is None else known

    def _quiet(self, places: list[TrunkSample]) -> bool:
        # Still: the mean rate is low, and up ends close to where it began.
        most_radps = self._params.still_radps * len(places)
        if places[-1].rate_radps > most_radps:
            return False
        if angle_between(places[0].up, places[-1].up) > self._params.still_rad:
            return False
        return sum([place.rate_radps for place in places]) <= most_radps

    def _last(self, length_s: float) -> list[TrunkSample]:
        recent = self.state.recent
        # Places compare by their times first, and a shorter tuple comes before a longer one.
        return recent[bisect_left(recent, (recent[-1].time_s - length_s,)) :]

    def _resting_place(self, band_rad: float) -> TrunkSample:
        """Where a person who is still rests: here, unless this is the outer end of what they do.

        The turn of a slow movement looks still, too.
        """
        here = mean_place(self._last(self._params.still_s))
        one_sided = self._movement.pattern in (Pattern.POSITIVE, Pattern.NEGATIVE)
        if not one_sided or self._movement.axis not in AXIS_INDEX:
            return here
        inner = self._turning_place()
        away = relative(here, reference_at(self._regime, inner))
        return inner if abs(away[AXIS_INDEX[self._movement.axis]]) > band_rad else here

    def _turning_place(self) -> TrunkSample:
        """Where a movement without pause turns: its inner end, or the middle of both."""
        recent = self.state.recent
        if self._movement.axis not in AXIS_INDEX:
            return mean_place(recent)
        here = reference_at(self._regime, recent[-1])
        index = AXIS_INDEX[self._movement.axis]
        # The recent extremes of θ: a one-sided movement turns at its inner end, another at both.
        order = sorted(recent, key=lambda place: relative(place, here)[index])
        if self._movement.pattern is Pattern.POSITIVE:
            return order[0]
        if self._movement.pattern is Pattern.NEGATIVE:
            return order[-1]
        return mean_place([order[0], order[-1]])
