"""Packets and intents in, events and snapshots out: the same for live, replay and batch."""

from collections import deque
from collections.abc import Sequence

from spinesense.coaching.day.minute_log import MinuteLog
from spinesense.coaching.session.session import Session
from spinesense.coaching.sitting.rule import SittingMonitor
from spinesense.model.calibration import Calibration
from spinesense.model.day import Counts
from spinesense.model.events import (
    Event,
    MotionEvent,
    PacketRejected,
    SignalFault,
    SignalSuspect,
)
from spinesense.model.movement import Movement
from spinesense.model.packets import (
    BATTERY_CHANNEL,
    Action,
    DeviceProfile,
    Intent,
    Item,
    Packet,
    is_upper,
)
from spinesense.model.readings import Readings
from spinesense.model.samples import ImuBlock
from spinesense.model.snapshot import CoachView, Link, PostureView, SensorView, Snapshot, TrunkView
from spinesense.motion.core import Core
from spinesense.runner.sources.packet_rate import PacketRateMonitor
from spinesense.runner.sources.second_sensor import SecondSensor
from spinesense.sensors.decoding.alive import Alive
from spinesense.sensors.devices import decoder_for

WHILE_THEY_LAST = (SignalFault.WRONG_RATE, SignalFault.DEAD)
"""Faults that are shown until they are over; others are shown from then on."""

TRACE_S = 10.0
"""Length of the live trace: two to three slow repetitions, as much as eye and screen can use."""


class Engine:
    """One stream through decoder, pipeline and coach, item by item and without a clock.

    Equal items give equal events, whoever feeds them and how fast.

    Parameters
    ----------
    profile
        The sensor that the packets come from.
    session
        The coached routine; None when nobody is coached.
    sitting
        The sitting monitor; None when it is off.
    calibration
        How the sensor sits, when that is known beforehand.
    upper
        The second sensor, whose packets only serve the flexion between the two.
    minutes
        Tells the day minute by minute; None when nobody keeps it.

    Raises
    ------
    SensorError
        When no decoder is known for the profile.
    """

    def __init__(
        self,
        profile: DeviceProfile,
        *,
        session: Session | None = None,
        sitting: SittingMonitor | None = None,
        calibration: Calibration | None = None,
        upper: DeviceProfile | None = None,
        minutes: MinuteLog | None = None,
    ) -> None:
        self.profile = profile
        self._minutes = minutes
        self._upper_profile = upper
        self.session = session
        self._sitting = sitting
        self._begin_core(calibration)
        self._decoder = decoder_for(profile.profile)
        self._pace = PacketRateMonitor(profile.name, profile.nominal_rate_hz)
        self._alive = Alive(profile.nominal_rate_hz)
        self._dead = ""
        """What is wrong with a stream that does not live; empty while it does."""
        self._readings = Readings()
        self._posture = PostureView()
        self._trace: deque[tuple[float, float]] = deque()
        self._link = Link.CONNECTING
        self._suspect = ""
        self._lost = ""
        self._bad_packets = 0
        self._battery_percent: int | None = None
        self._watched: Movement | None = None
        self._calibrating = False
        self._follow_session()

    def _begin_core(self, calibration: Calibration | None = None) -> None:
        upper = self._upper_profile
        self.core = Core(
            self.profile.nominal_rate_hz,
            calibration,
            daily=self._sitting is not None,
            upper_rate_hz=upper.nominal_rate_hz if upper else None,
        )
        segment = self.core.upper
        self._upper = SecondSensor(upper, segment) if upper and segment else None

    @property
    def link(self) -> Link:
        """State of the connection."""
        return self._link

    @property
    def readings(self) -> Readings:
        """The newest values of the signal core."""
        return self._readings

    def feed(self, item: Item) -> tuple[Event, ...]:
        """Take the next item of the stream and tell what came of it."""
        if isinstance(item, Packet):
            return self._take_upper(item) if is_upper(item) else self._take_packet(item)
        return self._take_intent(item)

    def finish(self) -> tuple[Event, ...]:
        """End the stream: what was held back or still open is told."""
        self._link = Link.ENDED
        return self._conclude(self.core.finish().events)

    def coach_view(self) -> CoachView:
        """What the coach shows now; an empty view when nobody is coached."""
        return self.session.view() if self.session else CoachView()

    @property
    def preamble(self) -> tuple[Packet, ...]:
        """What a fresh engine has to be given before the packets that follow."""
        return self._decoder.preamble

    def carry_over(self) -> tuple[tuple[Action, str], ...]:
        """What another day of the sitting monitor begins with."""
        return self._sitting.carry_over() if self._sitting else ()

    def snapshot(self) -> Snapshot:
        """One frozen picture of this moment."""
        now = self._readings
        return Snapshot(
            time_s=now.time_s,
            sensor=SensorView(
                name=self.profile.name,
                link=self._link,
                simulated=self.profile.simulated,
                rate_hz=now.rate_hz,
                jitter_s=self._pace.jitter_s,
                samples=now.samples,
                lost_samples=now.lost_samples,
                bad_packets=self._bad_packets,
                battery_percent=self._battery_percent,
                message=self._lost or self._dead or self._pace.message or self._suspect,
            ),
            calibration=now.calibration_view,
            trunk=TrunkView(
                flexion_rad=now.flexion_rad,
                lateral_rad=now.lateral_rad,
                rotation_rad=now.rotation_rad,
                rotation_sd_rad=now.rotation_sd_rad,
                lumbar_rad=now.lumbar_rad,
                lumbar_sd_rad=now.lumbar_sd_rad,
            ),
            upper=self._upper.view(self._link) if self._upper else None,
            posture=self._posture,
            coach=self.coach_view(),
            trace_s=tuple(time_s for time_s, _ in self._trace),
            trace_rad=tuple(angle_rad for _, angle_rad in self._trace),
        )

    def _take_upper(self, packet: Packet) -> tuple[Event, ...]:
        """Nothing is counted by the second sensor, so nothing is told of it but its readings."""
        block = self._upper.take(packet) if self._upper else None
        if block is not None:
            self.core.feed_upper(block)
            self._readings = self.core.readings()
        return ()

    def _take_packet(self, packet: Packet) -> tuple[Event, ...]:
        if self._upper is not None:
            self._upper.pass_time(packet.arrival_s)
        decoded = self._decoder.decode([packet])
        if decoded.battery_percent is not None:
            self._battery_percent = decoded.battery_percent
        self._bad_packets += len(decoded.bad)
        found: list[MotionEvent] = [
            PacketRejected(self._readings.time_s, bad.reason) for bad in decoded.bad
        ]
        if packet.channel != BATTERY_CHANNEL:
            found.extend(self._look_for_life(packet.arrival_s, decoded.block))
        if decoded.block is not None:
            found.extend(self._pace.feed(decoded.block))
            found.extend(self.core.feed(decoded.block).events)
        self._link = Link.STREAMING
        return self._conclude(found)

    def _look_for_life(self, arrival_s: float, block: ImuBlock | None) -> list[SignalSuspect]:
        """Tell once when packets go on but hold no living samples any more."""
        self._alive.feed(arrival_s, block)
        fault, known = self._alive.fault, bool(self._dead)
        self._dead = f"{self.profile.name} {fault}: switch it off and on." if fault else ""
        if not fault or known:
            return []
        return [SignalSuspect(self._readings.time_s, SignalFault.DEAD, self._dead)]

    def _take_intent(self, intent: Intent) -> tuple[Event, ...]:
        if intent.action is Action.SENSOR_LOST:
            self._link = Link.LOST
            self._lost = intent.value
            self._alive, self._dead = Alive(self.profile.nominal_rate_hz), ""
            self.core.interrupt()
        elif intent.action is Action.SENSOR_BACK:
            self._link = Link.STREAMING
            self._lost = ""
        elif intent.action is Action.CALIBRATE:
            self.core.calibrate()
        elif intent.action is Action.CONTINUE:
            self._begin_stream()
        if self._minutes:
            self._minutes.say(intent)
        told: tuple[Event, ...] = ()
        if self._sitting:
            self._sitting.say(intent, self._readings)
        if self.session:
            told = self.session.say(intent, self._readings)
            self._follow_session()
        return told

    def _begin_stream(self) -> None:
        """Start afresh with the samples: the sensor was switched on and put on again."""
        time_s = self._readings.time_s
        self._begin_core()
        self.core.pipeline.state.core.time_s = time_s
        self._readings = self.core.readings()
        self._decoder = decoder_for(self.profile.profile)
        self._link = Link.CONNECTING
        self._suspect = self._lost = self._dead = ""
        self._alive = Alive(self.profile.nominal_rate_hz)
        self._watched = None
        self._calibrating = False
        self._trace.clear()

    def _conclude(self, found: Sequence[MotionEvent]) -> tuple[Event, ...]:
        """Show the news to the coach and the sitting rule, and add what they say to it."""
        now = self._readings = self.core.readings()
        self._remember_trace(now)
        for event in found:
            if isinstance(event, SignalSuspect) and event.fault not in WHILE_THEY_LAST:
                self._suspect = event.message
        told: list[Event] = list(found)
        if self._sitting:
            told.extend(self._sitting.feed(now, found))
            self._posture = self._sitting.view()
        else:
            self._posture = PostureView(
                posture=now.posture,
                lying_side=now.lying_side,
                confidence=now.posture_confidence,
                since_s=now.posture_since_s,
                counts=Counts(steps=now.steps),
            )
        if self._minutes:
            self._minutes.feed(now, found, self._posture)
        if self.session:
            told.extend(self.session.feed(now, found))
            self._follow_session()
        return tuple(told)

    def _follow_session(self) -> None:
        """Let the pipeline look for what the coach waits for."""
        if self.session is None:
            return
        if self.session.wants_calibration and not self._calibrating:
            self.core.calibrate()
        self._calibrating = self.session.wants_calibration
        if self.session.wanted is not self._watched:
            self._watched = self.session.wanted
            self.core.watch(self._watched)
            self._trace.clear()

    def _remember_trace(self, now: Readings) -> None:
        angle_rad = now.carrying_rad if self.session else now.flexion_rad
        if angle_rad is None or (self._trace and now.time_s <= self._trace[-1][0]):
            return
        self._trace.append((now.time_s, angle_rad))
        while now.time_s - self._trace[0][0] > TRACE_S:
            self._trace.popleft()
