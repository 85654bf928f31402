"""Records a sensor until the person ends it."""

import asyncio
import math
from pathlib import Path
from typing import TYPE_CHECKING

from spinesense.cli.output import say

if TYPE_CHECKING:
    from spinesense.app.sensors import AnySource
    from spinesense.cli.signals import Heeded
    from spinesense.model.run import Run
    from spinesense.model.snapshot import Snapshot
    from spinesense.runner.live import LiveRun


def record_until_asked(
    source: "AnySource", target: Path | None, seconds: float | None, guide: str = ""
) -> list[Path]:
    """Record until Ctrl-C, or for so many seconds of data; ``guide`` is said when it begins.

    Gives the path of the recording, or nothing when the sensor never sent. When the sensor fails in
    between, the path is printed before the error goes on.
    """
    from spinesense.app.sensors import when_connected
    from spinesense.app.sessions import record_run

    paths: list[Path] = []

    def begin() -> "LiveRun":
        run, path = record_run(source, target, stop_after_s=seconds or math.inf)
        paths.append(path)
        return run

    try:
        if asyncio.run(_announced(when_connected(source, begin), guide)).number:
            say("spinesense: ended.", err=True)
    finally:
        for path in paths:
            say(path)
    return paths


async def _announced(run: "Run", guide: str) -> "Heeded":
    """Run, and say from inside the loop what is going on.

    Once "recording" is said, Ctrl-C ends the recording in order.
    """
    from spinesense.cli.signals import until_asked

    said = ""

    def tell(snapshot: "Snapshot") -> None:
        nonlocal said
        sensor = snapshot.sensor
        begun = f"recording {sensor.name}; Ctrl-C ends it." if sensor.name else ""
        news = sensor.message or begun
        if news and news != said:
            said = news
            say(f"spinesense: {news}", err=True)
            if guide and news == begun:
                say(guide, err=True)

    return await until_asked(run, tell)
