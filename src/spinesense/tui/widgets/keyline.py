"""The line that shows every key that does something now."""

from textual.content import Content
from textual.widget import Widget

from spinesense.tui.widgets.plain_content import joined


class KeyLine(Widget):
    """Shows the active bindings of the screen; a click on one presses its key."""

    DEFAULT_CSS = "KeyLine { height: 1; text-wrap: nowrap; text-overflow: ellipsis; }"

    def on_mount(self) -> None:
        """Follow the bindings as they change."""
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def render(self) -> Content:
        """Keys in bold, each with what it does; keys of one action are shown once."""
        parts: list[Content] = []
        shown = set()
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.action not in shown:
                shown.add(binding.action)
                press = f"[@click=app.simulate_key('{binding.key}')]$what[/]"
                key = binding.key_display or self.app.get_key_display(binding)
                parts.append(
                    joined(
                        (key[:1].upper() + key[1:], "bold $primary"),
                        " ",
                        Content.from_markup(press, what=binding.description),
                    )
                )
        return Content("  ").join(parts)
