"""Speed (processor time) and memory, for asv. All data is simulated."""

import time

from spinesense.cli.bench.filters import FILTERS, available, simulated_readings
from spinesense.model.packets import Item, Packet
from spinesense.model.samples import ImuBlock
from spinesense.motion import gravity_direction
from spinesense.motion.pipeline import Pipeline
from spinesense.runner.batch.analysis import movement_of
from spinesense.runner.engine import Engine
from spinesense.sensors.devices import decoder_for
from spinesense.sensors.simulated.script import ExerciseSet, StandAndBow, Walk
from spinesense.sensors.simulated.source import SimulatedSource

SCRIPT = (StandAndBow(), ExerciseSet("bridge", 8, 3.0), Walk(30.0))
FEED_SAMPLES = 10
"""100 ms at 100 Hz."""


class DirectionOfGravity:
    """Each filter on samples of the usual sensor and of BROAD; peers are skipped when absent."""

    params = ([each.name for each in FILTERS], [100.0, 2000.0 / 7.0])
    param_names = ("filter", "rate_hz")
    timeout = 120.0
    timer = time.process_time

    def setup(self, name: str, rate_hz: float) -> None:
        chosen = {each.name: each for each in available()}.get(name)
        if chosen is None:
            raise NotImplementedError
        self.filter = chosen
        self.rate_hz = rate_hz
        self.acc, self.gyr = simulated_readings(min(1_000_000, chosen.most_samples), rate_hz)

    def time_per_run(self, _name: str, _rate_hz: float) -> None:
        """1,000,000 samples, or the fewer that `spinesense bench` names."""
        self.filter.run(self.acc, self.gyr, self.rate_hz)


class MemoryOfGravity:
    params = (False, True)
    param_names = ("causal",)

    def setup(self, _causal: bool) -> None:
        self.acc, self.gyr = simulated_readings(1_000_000, 100.0)

    def peakmem_million_samples(self, causal: bool) -> None:
        gravity_direction(self.acc, self.gyr, 100.0, causal=causal)


class Live:
    """One simulated session of about two minutes, as packets and as samples."""

    timer = time.process_time

    def setup(self) -> None:
        source = SimulatedSource(1, script=SCRIPT)
        self.profile = source.profile
        self.items: list[Item] = []
        while not source.ended:
            self.items += source.step()
        packets = [item for item in self.items if isinstance(item, Packet)]
        block = decoder_for(source.profile.profile).decode(packets).block
        assert block is not None
        self.block = block

    def time_pipeline_in_feeds_of_100_ms(self) -> None:
        pipeline = self._pipeline()
        for start in range(0, len(self.block), FEED_SAMPLES):
            pipeline.feed(self.block.rows(start, start + FEED_SAMPLES))

    def time_pipeline_in_one_feed(self) -> None:
        self._pipeline().feed(self.block)

    def time_engine_packet_by_packet(self) -> None:
        """Decoder, pipeline and snapshot, without a coach."""
        engine = Engine(self.profile)
        for item in self.items:
            engine.feed(item)

    def _pipeline(self) -> Pipeline:
        pipeline = Pipeline(self.profile.nominal_rate_hz)
        pipeline.calibrate()
        pipeline.watch(movement_of("bridge"))
        return pipeline


class Batch:
    """An hour of samples at once, as `spinesense analyse` feeds it."""

    timeout = 120.0
    timer = time.process_time

    def setup(self) -> None:
        source = SimulatedSource(1, script=(StandAndBow(), Walk(3600.0)))
        packets: list[Packet] = []
        while not source.ended:
            packets += [item for item in source.step() if isinstance(item, Packet)]
        block = decoder_for(source.profile.profile).decode(packets).block
        assert block is not None
        self.hour: ImuBlock = block

    def time_hour(self) -> None:
        Pipeline(100.0).feed(self.hour)

    def peakmem_hour(self) -> None:
        Pipeline(100.0).feed(self.hour)
