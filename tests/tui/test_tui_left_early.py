"""A screen that is left in the moment in which it is opened."""

from tests.tui.looking import opened, screen_text, until
from tests.tui.scenes import DONE, HOME, RememberingRun

from spinesense.tui.screens.summary import SummaryScreen


async def test_a_summary_that_is_left_before_it_is_painted_breaks_nothing() -> None:
    app = opened(lambda _: RememberingRun([]), home=lambda: HOME)
    async with app.run_test() as pilot:
        await until(pilot, lambda: "Demo" in screen_text(app))
        for _ in range(5):
            app.push_screen(SummaryScreen(DONE, "The recording is not finished."))
            app.pop_screen()
        await pilot.pause()
        assert "Demo" in screen_text(app)
        app.push_screen(SummaryScreen(DONE, "The recording is not finished."))
        await until(pilot, lambda: "The recording is not finished." in screen_text(app))
