"""Changes of what is learned from and how, each a frozen value; see `engine.edits`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.derived_inputs import base_names
from engine.edits import Edit, layer_at, with_layer
from engine.feature_edits import with_features
from engine.layer_edits import SetParameters
from engine.restore import restoring
from engine.samples_edit import SetSamples
from engine.session import Session

if TYPE_CHECKING:
    from engine.datasets.features import DerivedFeature
    from engine.frozen import FrozenLayer
    from engine.training_settings import TrainingSettings

__all__ = ["SetDerived", "SetFrozen", "SetParameters", "SetSamples", "SetTraining"]


@dataclass(frozen=True, slots=True)
class SetTraining:
    """Choose how to train; None for the defaults. All numbers stay."""

    settings: TrainingSettings | None

    def apply(self, session: Session) -> Session:
        return session.evolve(training=self.settings)

    def inverse(self, session: Session) -> SetTraining:
        return SetTraining(session.training)

    def describe(self, session: Session) -> str:
        return "learning settings changed"


@dataclass(frozen=True, eq=False, slots=True)
class SetFrozen:
    """Choose which numbers of a layer training leaves alone; None for none of them."""

    layer_index: int
    frozen: FrozenLayer | None

    def apply(self, session: Session) -> Session:
        layer = layer_at(session, self.layer_index)
        return with_layer(session, self.layer_index, layer.with_frozen(self.frozen))

    def inverse(self, session: Session) -> SetFrozen:
        return SetFrozen(self.layer_index, session.network.layers[self.layer_index].frozen)

    def describe(self, session: Session) -> str:
        layer = session.network.layers[self.layer_index]
        count = 0 if self.frozen is None else self.frozen.n_frozen
        share = {0: "nothing", layer.n_parameters: "all"}.get(count, f"{count} numbers")
        return f"{share} of layer {self.layer_index + 1} frozen"


@dataclass(frozen=True, slots=True)
class SetDerived:
    """Choose which features are computed from the given ones; they become the last inputs.

    Those that were there keep their weights, new ones have weights of 0. Raises ValueError for one
    of something that is not given, and for the same one twice.
    """

    derived: tuple[DerivedFeature, ...]

    def apply(self, session: Session) -> Session:
        base = list(range(session.n_base_features))
        return with_features(session, base, tuple(self.derived), base_names(session))

    def inverse(self, session: Session) -> Edit:
        return restoring(session, self)

    def describe(self, session: Session) -> str:
        texts = ", ".join(feature.text for feature in self.derived)
        return f"derived inputs: {texts}" if texts else "no derived inputs"
