"""What the page editor shows beside the fields: hints on the writing."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel


class WritingPanel(Panel):
    """What to look at again in the page as it was saved last. Only a bare number keeps it from being published."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "core/admin/writing.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            from .writing import selectors as writing  # reads the models, which name this panel

            context = super().get_context_data(parent_context)
            saved = self.instance.pk is not None
            found = writing.hints(self.instance) if saved else []
            measured = saved and writing.language_of(self.instance) == writing.MEASURED
            return {
                **context,
                "saved": saved,
                "stops": [hint for hint in found if hint.stops],
                "hints": [hint for hint in found if not hint.stops],
                "report": writing.measured(self.instance) if measured else None,
            }
