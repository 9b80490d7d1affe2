"""What becomes of a pasted text: a number to type, numbers where the cursor is, or a network."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from textual import on
from textual.events import Paste

from engine import PasteNetwork, Session, SetMatrix
from engine.numbers import FULL_DIGITS, format_number
from tui.panes.base import PasteRequested
from tui.screens.typing_actions import TypingActions

if TYPE_CHECKING:
    from engine.clipboard import Listing, Pasted
    from tui.pasting_words import Offer

_UNDO = "u takes that back"
_CANCEL = ("c", "Cancel", "cancel")


class PasteActions(TypingActions):
    """Pasting; what cannot be told from the text is asked, and every paste is one edit.

    What reads the text is imported with the first paste, since no start of the app waits for it.
    """

    @on(PasteRequested)
    def _paste_into_pane(self, event: PasteRequested) -> None:
        self._paste(event.text)

    def on_paste(self, event: Paste) -> None:
        """Paste at the cursor while the focus is on a plot."""
        event.stop()
        self._paste(event.text)

    def _paste(self, text: str) -> None:
        from engine.clipboard import Listing, Pasted
        from tui.pasting import decimal_comma, typed_number, what_is_pasted

        typed = typed_number(text)
        if typed is not None:
            self.action_type(typed)
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
                self._paste,
            )
            return
        try:
            found = what_is_pasted(text)
        except ValueError as error:
            self.refuse(f"nothing pasted: {error}")
            return
        match found:
            case Pasted(kind="number"):
                number = format_number(float(found.values[0, 0]), FULL_DIGITS)
                self.action_type(number)
            case Pasted():
                self._paste_numbers(found)
            case Listing():
                self._paste_listing(found)
            case session:
                self._paste_network(session)

    def _paste_numbers(self, pasted: Pasted) -> None:
        from tui.pasting import placement

        try:
            found = placement(self.present, pasted)
        except ValueError as error:
            self.refuse(f"nothing pasted: {error}")
            return
        if found.question is None:
            offer = found.offers[0]
            self.edit(offer.edit, said=f"{offer.label}; {_UNDO}")
        else:
            self._ask_where(found.question, found.offers)

    def _ask_where(self, question: str, offers: Sequence[Offer]) -> None:
        def take(offer_key: str) -> None:
            edit = next(offer.edit for offer in offers if offer.key == offer_key)
            self.edit(edit, said=f"{edit.describe(self.present.session)}; {_UNDO}")

        choices = [(offer.key, offer.label, offer.key) for offer in offers]
        self._ask(question, choices, take)

    def _paste_listing(self, listing: Listing) -> None:
        from tui.pasting_network import in_words, turned

        other = turned(listing) if None in listing.one_row_per_neuron else None
        if other is None:
            self._paste_oriented(listing)
            return
        self._ask(
            f"{in_words(listing.session)}\nIts matrices can be read both ways. Which is it?",
            [("r", "One row per neuron", "rows"), ("t", "One column per neuron", "columns")],
            lambda way: self._paste_oriented(other if way == "columns" else listing),
        )

    def _paste_oriented(self, listing: Listing) -> None:
        """Paste a listing of which is known how its matrices lie."""
        from tui.pasting import layer_of_shape
        from tui.pasting_network import in_words

        layers = listing.session.network.layers
        only = layers[0] if len(layers) == 1 else None
        place = None if only is None else layer_of_shape(self.present, only.weights.shape)

        def whole() -> None:
            self._paste_network(listing.session, listing.unknown_activations, listing.notes)

        if place is None or only is None:
            whole()
            return
        edit = SetMatrix(place, only.weights, only.bias)

        def take_layer() -> None:
            text = self.present.session.network.layers[place].activation.text
            stays = only.activation.text != text and not listing.unknown_activations
            kept = f", its activation stays {text}" if stays else ""
            self.edit(edit, said=f"{edit.describe(self.present.session)}{kept}; {_UNDO}")

        if not listing.session.inputs_given:
            take_layer()
            return
        self._ask(
            f"A layer and its inputs: {in_words(listing.session, listing.notes)}",
            [
                ("l", f"Weights and bias into layer {place + 1}", "layer"),
                ("n", "Replace the network and the inputs", "network"),
            ],
            lambda answer: take_layer() if answer == "layer" else whole(),
        )

    def _paste_network(
        self, session: Session, unknown: tuple[int, ...] = (), notes: tuple[str, ...] = ()
    ) -> None:
        from tui.pasting_network import with_activations
        from tui.screens.paste_network import PasteNetwork as Dialog

        def take(text: str | None) -> None:
            if text is not None:
                edit = PasteNetwork(with_activations(session, text))
                self.edit(edit, said=f"{edit.describe(self.present.session)}; {_UNDO}")

        now = self.present.session
        keeps_samples = (
            not session.inputs_given
            and now.inputs_given
            and session.network.n_features == now.network.n_features
        )
        samples = "the present samples stay" if keeps_samples else ""
        self.app.push_screen(Dialog(session, unknown, notes, samples=samples), take)

    def _ask(
        self, question: str, choices: list[tuple[str, str, str]], take: Callable[[str], None]
    ) -> None:
        from tui.screens.ask import Ask

        def answered(answer: str | None) -> None:
            if answer is not None and answer != "cancel":
                take(answer)

        self.app.push_screen(Ask(question, [*choices, _CANCEL], title="Paste"), answered)
