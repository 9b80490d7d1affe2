"""The content of the Map at each point: a number, shown as a shade and as a sign."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_lowercase

import numpy as np
from rich.cells import cell_len

from engine.analysis.decision_map import DecisionMap
from engine.nn.arrays import FloatArray
from engine.nn.parameters import neuron_name
from engine.session.prediction import answer
from engine.session.session import Session
from engine.text import format_within
from tui.drawing.axes import IntArray, round_up
from tui.drawing.braille import BoolArray
from tui.drawing.cells import safe
from tui.drawing.palette import RGB, Palette, blended
from tui.views.scene import Scene

_SHADES = 12
_MIN_STRENGTH, _MAX_STRENGTH = 0.06, 0.6
_CLASS_SIGNS = "123456789" + ascii_lowercase
_NO_NUMBER = 0
"""The index of the colour for NaN."""


@dataclass(frozen=True, slots=True)
class Content:
    """The number shown over the plane.

    layer_index, neuron: the neuron whose out it is. is_answer: whether it is a yes or no. by_class:
    whether the largest output is shown instead.
    """

    layer_index: int
    neuron: int
    is_answer: bool = False
    by_class: bool = False


def content_of(scene: Scene) -> Content:
    """Return the content that the settings ask for: the answer, or the current neuron."""
    if scene.view.map.content != "answer":
        return Content(scene.layer_index, scene.neuron)
    task = scene.session.task
    last = len(scene.session.network.layers) - 1
    return Content(last, scene.output, is_answer=task == "binary", by_class=task == "multiclass")


def content_title(scene: Scene, content: Content) -> tuple[str, str]:
    """Return the name of the content, and its value for the selected sample."""
    activations = scene.trace.layers[content.layer_index].activations[0]
    only_answer = content.is_answer and len(activations) == 1
    if only_answer or content.by_class:
        return "The answer", safe(answer(scene.session, activations) or "none")
    network = scene.session.network
    limits = network.layers[content.layer_index].activation.limits
    here = format_within(float(activations[content.neuron]), limits, scene.view.digits)
    return neuron_name(network, content.layer_index, content.neuron), here


def activations_of(drawn: DecisionMap, content: Content) -> FloatArray:
    """Return the activations of the content's layer, (n_up, n_across, n_neurons)."""
    asked_for = drawn.layers[content.layer_index]
    return asked_for if asked_for.size else drawn.outputs


def shades_of(scene: Scene, content: Content, activations: FloatArray) -> IntArray:
    """Return the index of the colour at every point, (n_up, n_across).

    activations: those of the content's layer, (n_up, n_across, n_neurons).
    """
    if content.by_class:
        return _class_shades(scene, activations)
    values = activations[..., content.neuron]
    middle, radius = _scale(scene, content, values)
    with np.errstate(all="ignore"):
        strength = np.clip(values / radius - middle / radius, -1, 1)
    # An answer is yes from 0.5 up; for anything else the middle is neither above nor below.
    above = strength >= 0 if content.is_answer else strength > 0
    shade = np.nan_to_num(np.abs(strength)) if scene.view.map.smooth else np.ones_like(strength)
    steps = np.rint(shade * (_SHADES - 1)).astype(np.intp)
    return np.where(np.isnan(values), _NO_NUMBER, 1 + np.where(above, _SHADES, 0) + steps)


@lru_cache(maxsize=4)
def class_signs(session: Session) -> tuple[str, ...]:
    """Return one character for each output.

    That is the name of its class if all of those are single characters, else its number, beyond 9
    a letter, and at last "*".
    """
    n_outputs, classes = session.network.n_outputs, session.classes
    if (
        classes
        and len(set(classes)) == n_outputs
        and all(len(name) == 1 and cell_len(safe(name)) == 1 for name in classes)
    ):
        return tuple(map(safe, classes))
    return tuple(_CLASS_SIGNS[:n_outputs].ljust(n_outputs, "*"))


def signs_of(scene: Scene, content: Content) -> list[str]:
    """Return the meaning of each colour as a character: 1 and 0, the class, or + and -."""
    if content.by_class:
        poles = class_signs(scene.session)
        return ["?", *(sign for sign in poles for _ in range(_SHADES))]
    poles = ("0", "1") if content.is_answer else ("-", "+")
    first = poles if content.is_answer else ("·", "·")
    return [
        "?",
        *(first[pole] if not step else poles[pole] for pole in (0, 1) for step in range(_SHADES)),
    ]


@lru_cache(maxsize=16)
def colours_of(palette: Palette, by_class: bool, n_classes: int) -> list[RGB]:
    """Return the colours that `shades_of` indexes."""
    series = palette.series
    poles = [palette.negative, palette.positive]
    if by_class:
        poles = [series[place % len(series)] for place in range(n_classes)]
    strengths = np.linspace(_MIN_STRENGTH, _MAX_STRENGTH, _SHADES).tolist()
    shades = [
        blended(palette.background, pole, strength) for pole in poles for strength in strengths
    ]
    return [palette.background, *shades]


def _class_shades(scene: Scene, activations: FloatArray) -> IntArray:
    """The class of the largest output at every point, stronger the further it leads the second."""
    unknown: BoolArray = np.logical_or.reduce(np.isnan(activations), axis=-1)
    known = np.where(unknown[..., np.newaxis], 0.0, activations)
    largest = known.argmax(axis=-1)
    steps = np.full(largest.shape, _SHADES - 1)
    if scene.view.map.smooth and activations.shape[-1] > 1:
        two = np.partition(known, -2, axis=-1)[..., -2:]
        with np.errstate(all="ignore"):
            # An infinite lead counts as the largest number.
            lead = np.nan_to_num(two[..., 1] - two[..., 0])
        limits = scene.session.network.layers[-1].activation.limits
        top = 1.0 if limits == (0.0, 1.0) else _round_radius(lead)
        steps = np.rint(np.clip(lead / top, 0, 1) * (_SHADES - 1)).astype(np.intp)
    return np.where(unknown, _NO_NUMBER, 1 + largest * _SHADES + steps)


def middle_of(scene: Scene, content: Content) -> float:
    """Return the neutral number, between the two poles of colour."""
    middle, _ = _known_scale(scene, content) or (0.0, 0.0)
    return middle


def _scale(scene: Scene, content: Content, values: FloatArray) -> tuple[float, float]:
    """The neutral number, and the distance from it at which the colour is strongest."""
    return _known_scale(scene, content) or (0.0, _round_radius(values))


def _known_scale(scene: Scene, content: Content) -> tuple[float, float] | None:
    """The same, if it follows from the limits of the activation."""
    if content.is_answer:
        return 0.5, 0.5
    low, high = scene.session.network.layers[content.layer_index].activation.limits
    if math.isfinite(low) and math.isfinite(high) and low < high:
        return low / 2 + high / 2, high / 2 - low / 2
    return None


def _round_radius(values: FloatArray) -> float:
    """A round number that no finite value exceeds in size."""
    sizes = np.abs(values[np.isfinite(values)])
    largest = float(sizes.max()) if sizes.size else 0.0
    return round_up(largest) if largest > np.finfo(np.float64).tiny else 1.0
