"""Who has the sensor: one that the sitting monitor listens to cannot be worn for exercises too."""

from spinesense.model.errors import SensorError
from spinesense.model.snapshot import SensorView
from spinesense.store import monitor


def check_not_taken(sensor: str, link: str = "") -> None:
    """Make sure that the sitting monitor does not have the sensor that is asked for.

    Parameters
    ----------
    sensor, link
        As they are given to ``--sensor`` and ``--link``.

    Raises
    ------
    SensorError
        When it has, with what to do.
    """
    from spinesense.cli.sensing import is_simulated

    kind, _, wanted = sensor.partition(":")
    if kind == "phone" or (is_simulated(sensor) and not link) or not monitor.is_monitored():
        return
    told = monitor.told()
    its = told.snapshot.sensor if told else SensorView()
    if _is_another(wanted, its.name) or its.simulated != bool(link):
        return
    raise SensorError(
        "the sitting watch has the sensor",
        where=its.name,
        remedy="end it for as long as you exercise, with: spinesense sit --stop",
    )


def _is_another(wanted: str, name: str) -> bool:
    """Whether another sensor is asked for by name; an address is known by no name."""
    return bool(wanted and name and ":" not in wanted) and wanted.lower() not in name.lower()
