"""The texts in the nodes of a diagram."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len

from engine.nn.parameters import neuron_name
from engine.session.names import feature_name, output_label
from engine.text import format_given, format_number, format_within
from tui.drawing.cells import cut, distinct_names, safe
from tui.views.diagram.backward import backward_of, stage_values
from tui.views.scene import Scene

_SIZE_OF_WHOLE_NUMBERS = 100


@dataclass(frozen=True, slots=True)
class Texts:
    """One node: its name, its value as text (empty without room), the number, whether it is off.

    A neuron is off if it gives 0 because its derivative is 0.
    """

    name: str
    value: str
    number: float
    is_off: bool


def names_of(scene: Scene, stage: int, shown: range, width: int) -> tuple[str, ...]:
    """Return the names of the visible nodes of a stage, with no two inputs under one name.

    Inputs whose names cannot be distinguished in `width` cells are x1, x2 …; outputs have the names
    of their classes if all of those fit.
    """
    session = scene.session
    if not stage:
        names = tuple(safe(feature_name(session, index)) for index in shown)
        return distinct_names(names, width) or tuple(f"x{index + 1}" for index in shown)
    network, classes = session.network, session.classes
    if classes and stage == len(network.layers) and len(classes) == network.n_outputs:
        names = tuple(safe(output_label(session, index)) for index in shown)
        if all(cell_len(name) <= width for name in names):
            return names
    return tuple(cut(neuron_name(network, stage - 1, index), width) for index in shown)


def longest_name(scene: Scene, stage: int, shown: range) -> int:
    """Return the width of the longest full name among the visible nodes of a stage."""
    session = scene.session
    if not stage:
        return max(cell_len(safe(feature_name(session, index))) for index in shown)
    classes, network = session.classes, session.network
    if classes and stage == len(network.layers) and len(classes) == network.n_outputs:
        return max(cell_len(safe(output_label(session, index))) for index in shown)
    return 0


def texts_of(
    scene: Scene, stage: int, shown: range, value_width: int, names: tuple[str, ...]
) -> list[Texts]:
    """Return the texts of the visible nodes of a stage, under these names.

    Stage 0 holds the inputs. With a value_width of 0 the values are left out.
    """
    if backward_of(scene) is not None:
        values = stage_values(scene, stage)[shown.start : shown.stop].tolist()
        return [
            Texts(name, _derivative(value, scene.view.digits, value_width), value, False)
            for name, value in zip(names, values, strict=True)
        ]
    if not stage:
        inputs = scene.trace.inputs[0, shown.start : shown.stop].tolist()
        return [
            Texts(name, _given(value, scene.view.digits, value_width), value, False)
            for name, value in zip(names, inputs, strict=True)
        ]
    limits = scene.session.network.layers[stage - 1].activation.limits
    activations = scene.trace.layers[stage - 1].activations[0, shown.start : shown.stop].tolist()
    return [
        Texts(
            name,
            "off" if is_off and value_width else _out(a, limits, scene.view.digits, value_width),
            a,
            is_off,
        )
        for name, a, is_off in zip(names, activations, _off(scene, stage - 1, shown), strict=True)
    ]


def short_text(number: float, digits: int, width: int, fewest: int = 1) -> str:
    """Return a number in `width` cells if possible, with as many of its `digits` as fit.

    fewest: the minimum of decimals of a small number. As a number is never cut, the text is longer
    than `width` if a digit and the power of ten are.
    """
    fewest = 0 if abs(number) >= _SIZE_OF_WHOLE_NUMBERS else fewest
    for fewer in (digits, *range(min(digits, 4) - 1, fewest - 1, -1)):
        text = format_number(number, fewer)
        if len(text) <= width:
            return text
    return text


def _derivative(value: float, digits: int, width: int) -> str:
    return short_text(value, digits, width) if width else ""


def _given(value: float, digits: int, width: int) -> str:
    if not width:
        return ""
    text = format_given(value, digits, width)
    return text if len(text) <= width else short_text(value, digits, width)


def _out(a: float, limits: tuple[float, float], digits: int, width: int) -> str:
    if not width:
        return ""
    # As many decimals as fit beside a minus, a digit and the point.
    digits = min(digits, width - 3)
    text = format_within(a, limits, digits)
    is_near_a_limit = text != format_number(a, digits)
    return text if len(text) <= width or is_near_a_limit else short_text(a, digits, width)


def _off(scene: Scene, layer_index: int, shown: range) -> list[bool]:
    activation = scene.session.network.layers[layer_index].activation
    trace = scene.trace.layers[layer_index]
    z = trace.pre_activations[0, shown.start : shown.stop]
    a = trace.activations[0, shown.start : shown.stop]
    off: list[bool] = activation.is_off(z, a).tolist()
    return off
