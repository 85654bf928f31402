"""Half an hour with a link that drops again and again: nothing is left behind."""

import asyncio
import gc
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from tests.bluetooth.band import band, until
from tests.bluetooth.fast_loop import run_fast

from spinesense.model.snapshot import EMPTY, Link
from spinesense.runner.engine import Engine
from spinesense.runner.live import LiveRun
from spinesense.sensors.virtual.wt901 import Wt901

MINUTES = 30
SPEED = 10.0


@pytest.mark.slow
def test_half_an_hour_of_drops_leaves_no_task_memory_or_descriptor() -> None:
    run_fast(SPEED, soak())


def descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def left() -> tuple[int, int, int]:
    """Tasks, file descriptors and traced bytes that are there now."""
    gc.collect()
    return len(asyncio.all_tasks()), descriptors(), tracemalloc.get_traced_memory()[0]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="this system has no /proc")
async def soak() -> None:
    rng = np.random.default_rng(int(os.environ.get("SOAK_SEED", "1")))
    pictures = [EMPTY]
    async with band() as air:
        sensor = await air.add(Wt901(), watch=lambda _: None)
        source = air.source()
        await source.open()
        run = LiveRun(source, Engine(source.profile), status=lambda: source.status)

        def keep(picture: object) -> None:
            pictures[0] = picture  # type: ignore[call-overload]

        running = asyncio.create_task(run.run(keep))
        loop = asyncio.get_running_loop()
        begun_s, drops = loop.time(), 0
        early = None
        while loop.time() - begun_s < MINUTES * 60:
            await until(lambda: pictures[0].sensor.link is Link.STREAMING)
            await asyncio.sleep(float(rng.uniform(5, 40)))
            if early is None and loop.time() - begun_s > 300:
                tracemalloc.start()
                early = left()
            await sensor.vanish(silently=bool(rng.integers(2)))
            await asyncio.sleep(float(rng.uniform(0.5, 12)))
            await sensor.come_back(rebooted=bool(rng.integers(2)))
            drops += 1
        await until(lambda: pictures[0].sensor.link is Link.STREAMING)
        await asyncio.sleep(5)
        tasks, files, grown = left()
        assert early is not None
        assert drops > 30
        assert tasks <= early[0] + 2
        assert files <= early[1]
        assert grown < 3_000_000
        await run.close()
        await running
