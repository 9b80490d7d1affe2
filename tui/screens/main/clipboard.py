"""The commands that copy, and pasting.

A pasted text is a number to type, numbers where the cursor is, or a network.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from engine.edits.layers import SetMatrix
from engine.edits.paste import PasteNetwork
from engine.session.session import Session
from engine.text import FULL_DIGITS, format_number
from tui.screens.main.base import WorkspaceScreen
from tui.screens.main.cell_editing import CellEditing
from tui.screens.main.command import FILES, TYPE, Command
from tui.state.workspace import selected_value

if TYPE_CHECKING:
    from engine.clipboard import Listing, Pasted
    from tui.state.copying import Copyable
    from tui.state.pasting_targets import Offer

_LARGE = 70_000
"""Beyond about 75,000 characters (100,000 in base64) some terminals cut or ignore copied text."""

_UNDO = "u takes that back"
_CANCEL = ("c", "Cancel", "cancel")


def copy(screen: WorkspaceScreen) -> None:
    """Put the number under the cursor into the terminal's clipboard."""
    value = selected_value(screen.present)
    if value is None:
        screen.refuse("this target is not set; there is no number to copy")
        return
    text = format_number(value, FULL_DIGITS)
    screen.app.copy_to_clipboard(text)
    screen.status = f"copied {text}"


def copy_as(screen: WorkspaceScreen) -> None:
    """Copy rows, layers or the network, as numbers or as code."""
    from tui.screens.dialogs.choose_copy import ChooseCopy
    from tui.state.copying import copyables

    def take(chosen: Copyable | None) -> None:
        if chosen is None:
            return
        text = chosen.write()
        screen.app.copy_to_clipboard(text)
        screen.status = f"copied {chosen.title}: {len(text):,} characters"
        if len(text) > _LARGE:
            screen.notify(
                "Some terminals do not accept this much text; S saves the same as a file.",
                markup=False,
            )

    screen.app.push_screen(ChooseCopy(copyables(screen.present)), take)


class Pasting:
    """Asks what a pasted text leaves open, and makes every paste one edit.

    The readers are imported at the first paste, to keep start-up quick.
    """

    def __init__(self, screen: WorkspaceScreen, editing: CellEditing) -> None:
        self._screen = screen
        self._editing = editing

    def paste(self, text: str) -> None:
        """Type a pasted number, put numbers where the cursor is, or take over a network."""
        from engine.clipboard import Listing, Pasted
        from tui.state.pasting import decimal_comma, typed_number, what_is_pasted

        typed = typed_number(text)
        if typed is not None:
            self._editing.open(typed)
            return
        halves = decimal_comma(text)
        if halves is not None:
            before, behind = halves
            self._ask(
                f"{before},{behind} is one number with a decimal comma, or two numbers?",
                [
                    ("1", f"One number: {before}.{behind}", f"{before}.{behind}"),
                    ("2", f"Two numbers: {before} and {behind}", f"[{before}, {behind}]"),
                ],
                self.paste,
            )
            return
        try:
            found = what_is_pasted(text)
        except ValueError as error:
            self._screen.refuse(f"nothing pasted: {error}")
            return
        match found:
            case Pasted(kind="number"):
                number = format_number(float(found.values[0, 0]), FULL_DIGITS)
                self._editing.open(number)
            case Pasted():
                self._paste_numbers(found)
            case Listing():
                self._paste_listing(found)
            case session:
                self._paste_network(session)

    def _paste_numbers(self, pasted: Pasted) -> None:
        from tui.state.pasting import placement

        try:
            found = placement(self._screen.present, pasted)
        except ValueError as error:
            self._screen.refuse(f"nothing pasted: {error}")
            return
        left_out = "".join(f"; {what} left out" for what in pasted.left_out)
        if found.question is None:
            offer = found.offers[0]
            self._screen.edit(offer.edit, status=f"{offer.label}{left_out}; {_UNDO}")
        else:
            self._ask_where(f"{found.question}{left_out}", found.offers)

    def _ask_where(self, question: str, offers: Sequence[Offer]) -> None:
        def take(offer_key: str) -> None:
            edit = next(offer.edit for offer in offers if offer.key == offer_key)
            self._screen.edit(
                edit, status=f"{edit.describe(self._screen.present.session)}; {_UNDO}"
            )

        choices = [(offer.key, offer.label, offer.key) for offer in offers]
        self._ask(question, choices, take)

    def _paste_listing(self, listing: Listing) -> None:
        from tui.state.pasting_network import describe, transposed

        other = transposed(listing) if None in listing.one_row_per_neuron else None
        if other is None:
            self._paste_oriented(listing)
            return
        self._ask(
            f"{describe(listing.session)}\nIts matrices can be read both ways. Which is it?",
            [("r", "One row per neuron", "rows"), ("t", "One column per neuron", "columns")],
            lambda way: self._paste_oriented(other if way == "columns" else listing),
        )

    def _paste_oriented(self, listing: Listing) -> None:
        """Paste a listing whose matrices have a known orientation."""
        from tui.state.pasting import layer_of_shape
        from tui.state.pasting_network import describe

        layers = listing.session.network.layers
        only = layers[0] if len(layers) == 1 else None
        place = None if only is None else layer_of_shape(self._screen.present, only.weights.shape)

        def whole() -> None:
            self._paste_network(listing.session, listing.unknown_activations, listing.notes)

        if place is None or only is None:
            whole()
            return
        edit = SetMatrix(place, only.weights, only.bias)

        def take_layer() -> None:
            text = self._screen.present.session.network.layers[place].activation.text
            stays = only.activation.text != text and not listing.unknown_activations
            kept = f", its activation stays {text}" if stays else ""
            self._screen.edit(
                edit, status=f"{edit.describe(self._screen.present.session)}{kept}; {_UNDO}"
            )

        if not listing.session.inputs_given:
            take_layer()
            return
        self._ask(
            f"A layer and its inputs: {describe(listing.session, listing.notes)}",
            [
                ("l", f"Weights and bias into layer {place + 1}", "layer"),
                ("n", "Replace the network and the inputs", "network"),
            ],
            lambda answer: take_layer() if answer == "layer" else whole(),
        )

    def _paste_network(
        self, session: Session, unknown: tuple[int, ...] = (), notes: tuple[str, ...] = ()
    ) -> None:
        from tui.screens.dialogs.paste_network import PasteNetwork as Dialog
        from tui.state.pasting_network import with_activations

        def take(text: str | None) -> None:
            if text is not None:
                edit = PasteNetwork(with_activations(session, text))
                self._screen.edit(
                    edit, status=f"{edit.describe(self._screen.present.session)}; {_UNDO}"
                )

        now = self._screen.present.session
        keeps_samples = (
            not session.inputs_given
            and now.inputs_given
            and session.network.n_features == now.network.n_features
        )
        samples = "the present samples stay" if keeps_samples else ""
        self._screen.app.push_screen(Dialog(session, unknown, notes, samples=samples), take)

    def _ask(
        self, question: str, choices: list[tuple[str, str, str]], take: Callable[[str], None]
    ) -> None:
        from tui.screens.dialogs.ask import Ask

        def answered(answer: str | None) -> None:
            if answer is not None and answer != "cancel":
                take(answer)

        self._screen.app.push_screen(Ask(question, [*choices, _CANCEL], title="Paste"), answered)


COMMANDS = (
    Command(
        "y",
        "copy",
        "copy the number",
        TYPE,
        copy,
        WorkspaceScreen,
        help="Put the number under the cursor into the terminal's clipboard, in full",
    ),
    Command(
        "ctrl+y",
        "copy-as",
        "copy as code",
        FILES,
        copy_as,
        WorkspaceScreen,
        help="A row, a matrix, a layer or the network, as NumPy, TOML, PyTorch, Keras …",
    ),
)
