"""The edit that names a session, its layers, inputs and classes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from engine.edits.base import Edit, layer_at
from engine.nn.arguments import check_index, check_type, described
from engine.nn.parameters import neuron_name
from engine.session.columns import plain_names
from engine.session.derived import check_base_feature
from engine.session.session import Session
from engine.text import printable


@dataclass(frozen=True, slots=True)
class Rename(Edit):
    """Change the title, the note, or the name of a layer, an input or a class.

    Parameters
    ----------
    what
        What is renamed, such as "title" or "layer".
    name
        The new name, without control characters when it is kept.
    index
        Of the layer, input or class, from 0. An empty name removes the title, the note or the name
        of a layer; inputs and classes fall back to the default name. Control characters are
        dropped.
    """

    what: Literal["title", "note", "layer", "feature", "class"]
    name: str
    index: int = 0

    def apply(self, session: Session) -> Session:
        check_type(session, Session, "session")
        check_type(self.name, str, "name")
        check_type(self.what, str, "what")
        name = printable(self.name).strip()
        network = session.network
        match self.what:
            case "title" | "note":
                return session.evolve(**{self.what: name or None})
            case "layer":
                layer = layer_at(session, self.index).renamed(name or None)
                return session.evolve(
                    network=network.replace_layers(self.index, self.index + 1, [layer])
                )
            case "feature":
                check_index(self.index, network.n_features, "input")
                check_base_feature(session, self.index, "the name of ")
                plain = list(plain_names(network.n_features))
                features = list(session.features or plain)
                features[self.index] = name or plain[self.index]
                return session.evolve(features=None if features == plain else tuple(features))
            case "class":
                plain = _plain_classes(session)
                classes = list(session.classes or plain)
                check_index(self.index, len(classes), "class")
                classes[self.index] = name or plain[self.index]
                return session.evolve(classes=None if classes == plain else tuple(classes))
        known = "title, note, layer, feature, class"
        raise ValueError(f"what is {described(self.what)}, expected one of {known}")

    def describe(self, session: Session) -> str:
        place = "" if self.what in ("title", "note") else f" {self.index + 1}"
        what = "input" if self.what == "feature" else self.what
        return f"{what}{place} renamed"


def _plain_classes(session: Session) -> list[str]:
    """The default names of classes: 0 and 1 for one output, else those of the outputs."""
    if session.network.n_outputs == 1:
        return ["0", "1"]
    last = len(session.network.layers) - 1
    return [neuron_name(session.network, last, output) for output in range(session.n_classes)]
