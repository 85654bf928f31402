"""Nobody walks in these simulated scenes."""

from dataclasses import replace

import pytest
from benchmarks.walking_false import SCENES, Scene, count

from spinesense.sensors.simulated.script import Chores, Rock


def short(scene: Scene) -> Scene:
    """The same for four minutes."""
    match scene.doing:
        case Rock(rocking, _):
            return replace(scene, doing=Rock(rocking, 120.0))
        case Chores():
            return replace(scene, doing=Chores(240.0))
    return replace(scene, minutes=4.0)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_no_steps(scene: Scene) -> None:
    assert count(short(scene), seed=5).steps == 0
