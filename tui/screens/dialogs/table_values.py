"""Chooses what the Table varies, and its values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input, Static

from engine.nn.parameters import Axis, WeightRow, parameter_code, parse_axis
from engine.session.names import counted, parameter_name
from engine.session.session import Session
from tui.screens.dialogs.dialog import Dialog, Entry, plain
from tui.screens.dialogs.fields import Field
from tui.state.value_lists import parse_values, values_text
from tui.state.view_settings import TableSettings, Values

_HINT = (
    "W1[1,2] is a weight, W1[1] a whole row of weights, b1[1] a bias, x3 an input. Values: "
    "0, 1, -2; of a row of weights 0.1, 0.2; 1, -1, where a semicolon ends each row. What is left "
    "empty follows the cursor and its number."
)


class TableValues(Dialog[TableSettings]):
    """Two numbers, or rows of weights, and the values of each.

    now: what the Table varies at present.
    """

    DEFAULT_CSS = """
    TableValues {
        #preview, #hint {
            height: auto;
            min-height: 1;
            margin: 0 1;
        }
        #hint {
            color: $text-muted;
            margin: 1 1 0 1;
        }
        &.-short #hint {
            display: none;
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "accept", "Show", priority=True),
        Binding("tab", "app.focus_next", "Next"),
    ]

    def __init__(self, session: Session, settings: TableSettings, now: tuple[Axis, Axis]) -> None:
        super().__init__("Values of the Table")
        self._session = session
        self._settings = settings
        self._now = now

    def compose_body(self) -> Iterable[Widget]:
        settings = self._settings
        for side, label, axis, now, values in (
            ("rows", "down", settings.rows, self._now[0], settings.row_values),
            ("columns", "across", settings.columns, self._now[1], settings.column_values),
        ):
            code = "" if axis is None else parameter_code(axis)
            yield Field(label, Entry(code, placeholder=parameter_code(now), id=side))
            listed = values_text(values)
            yield Field(
                "its values", Entry(listed, placeholder="around its value", id=f"{side}-values")
            )
        yield Static(id="preview")
        yield Static(plain(_HINT), id="hint")

    def _side(self, side: str, now: Axis) -> tuple[Axis | None, Values]:
        network = self._session.network
        code, listed = (self.query_one(f"#{one}", Entry).value for one in (side, f"{side}-values"))
        axis = parse_axis(code, network) if code.strip() else None
        if listed.strip():
            return axis, parse_values(listed, axis or now, network)
        if isinstance(axis, WeightRow):
            raise ValueError(f"{parameter_code(axis)}: list its rows, such as 0.1, 0.2; 1, 1")
        return axis, ()

    def _chosen(self) -> TableSettings:
        (rows, row_values), (columns, column_values) = (
            self._side(side, now) for side, now in zip(("rows", "columns"), self._now, strict=True)
        )
        return TableSettings(rows, columns, row_values, column_values)

    @on(Input.Changed)
    def _preview(self) -> None:
        try:
            chosen, wrong = self._chosen(), False
            sides = (
                (chosen.rows or self._now[0], chosen.row_values),
                (chosen.columns or self._now[1], chosen.column_values),
            )
            text = " by ".join(
                parameter_name(self._session, axis)
                + (f" ({counted(len(values), 'value')})" if values else "")
                for axis, values in sides
            )
        except ValueError as error:
            text, wrong = str(error), True
        preview = self.query_one("#preview", Static)
        preview.update(plain(text))
        preview.set_class(wrong, "wrong")

    def on_mount(self) -> None:
        self._preview()

    def action_accept(self) -> None:
        self.close_with(self._chosen)
