"""What is frozen in all layers at once, as one edit; see `engine.edits`."""

from __future__ import annotations

from dataclasses import dataclass

from engine.frozen import FrozenLayer
from engine.network import Network
from engine.session import Session


@dataclass(frozen=True, eq=False, slots=True)
class SetAllFrozen:
    """Choose which numbers training leaves alone, for every layer; None for none of a layer."""

    frozen: tuple[FrozenLayer | None, ...]

    def apply(self, session: Session) -> Session:
        layers = session.network.layers
        if len(self.frozen) != len(layers):
            raise ValueError(f"what is frozen of {len(self.frozen)} layers, expected {len(layers)}")
        changed = [
            layer if layer.frozen is masks else layer.with_frozen(masks)
            for layer, masks in zip(layers, self.frozen, strict=True)
        ]
        return session.evolve(network=Network(changed))

    def inverse(self, session: Session) -> SetAllFrozen:
        return SetAllFrozen(tuple(layer.frozen for layer in session.network.layers))

    def describe(self, session: Session) -> str:
        count = sum(masks.n_frozen for masks in self.frozen if masks is not None)
        return f"{count} numbers frozen" if count else "nothing frozen any more"
