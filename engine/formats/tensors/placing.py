"""Where a module without weights of its own lies among the dense layers: a normalisation, a PReLU.

A file of tensors does not say in which order a network computes; the names of its modules, their
numbers and their sizes do, and where these leave it open nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine.formats.tensors.layers import Path, Shapes
from engine.formats.tensors.names import is_of_inputs, numbers_and_words
from engine.formats.tensors.pairs import Ends, Pair, ends_of
from engine.text import quoted

_ACTIVATION_MODULE = re.compile(
    r"(?:activation|(?:leaky_|p_|thresholded_)?re_?lu|softmax|tanh|sigmoid|s?elu|gelu)(?:_\d+)?"
)
_OF_INPUTS = (-1, True, ", taken as of the inputs")
_BEHIND = ", taken as behind the activation of layer {}"

Place = tuple[int, bool, str]
"""The layer that a module follows, -1 for the inputs, whether it comes behind that layer's
activation, and what of this is assumed."""


@dataclass(frozen=True, slots=True)
class Placing:
    """Finds the place of each module.

    Parameters
    ----------
    path
        The dense layers.
    shapes
        The shape of each tensor.
    modules
        The names of all layers in the order of the file; empty when the file does not have them.
    sizes
        How many numbers each module takes, 0 for any number.
    activations_within
        Whether dense layers have their activations, so that a module comes behind these.
    """

    path: Path
    shapes: Shapes
    modules: tuple[str, ...]
    sizes: Mapping[str, int]
    activations_within: bool = False

    def place(self, module: str) -> Place:
        """Return where a module lies.

        Parameters
        ----------
        module
            Its name, one of `sizes`.

        Returns
        -------
        Place

        Raises
        ------
        ValueError
            When that cannot be told.
        """
        pairs = self.path.pairs
        if self.modules and (found := _by_list(module, pairs, self.modules)) is not None:
            return found
        numbers, words = numbers_and_words(module)
        family = [pair for pair in pairs if pair.family == words and pair.numbers]
        if numbers and family:
            before = [pair for pair in family if pair.numbers < numbers]
            if not before:
                return pairs.index(family[0]) - 1, True, ""
            follows = before[-1].numbers == (*numbers[:-1], numbers[-1] - 1)
            return pairs.index(before[-1]), not follows, ""
        ends = [ends_of(pair, self.shapes, self.path.transposed) for pair in pairs]
        counted = _counted([numbers_and_words(name) for name in self.sizes])
        number = dict(zip(self.sizes, counted, strict=True))[module]
        if self._is_of_inputs(words):
            found = _OF_INPUTS if self.sizes[module] == ends[0][0] else None
        else:
            found = self._by_number(number, words, ends) if number else self._by_name(module, ends)
        if found is None:
            raise ValueError(
                f"which layer {quoted(module)} follows cannot be told by its name; "
                f"export the model as ONNX, which has the order"
            )
        return found

    def _is_of_inputs(self, words: tuple[str, ...]) -> bool:
        """Whether the name says so, and no layer is called by that word."""
        return is_of_inputs(words) and not any(
            is_of_inputs({*words} & {*pair.family}) for pair in self.path.pairs
        )

    def _by_name(self, module: str, ends: list[Ends]) -> Place | None:
        """Where a module without a number lies, by its size and the words in its name."""
        size, (_, words) = self.sizes[module], numbers_and_words(module)
        fitting = [k for k, (_, n_neurons) in enumerate(ends) if size in (0, n_neurons)]
        alike = [len({*self.path.pairs[k].family} & {*words}) for k in fitting]
        best = [k for k, score in zip(fitting, alike, strict=True) if score == max(alike)]
        if size == ends[0][0] and not fitting:
            return _OF_INPUTS
        if len(best) > 1:
            # The outputs are seldom normalised.
            best = [k for k in best if k < len(ends) - 1]
        return self._at(best[0]) if len(best) == 1 else None

    def _at(self, index: int) -> Place:
        if self.activations_within:
            return index, True, _BEHIND.format(index + 1)
        return index, False, ", taken as before its activation"

    def _by_number(
        self, numbers: tuple[int, ...], words: tuple[str, ...], ends: list[Ends]
    ) -> Place | None:
        """Where a numbered module lies: at the layer of its number, if all of its kind are."""
        pairs = self.path.pairs
        alike = [len({*pair.family} & {*words}) for pair in pairs]
        index_of: dict[tuple[int, ...], int] = {}
        counted = _counted([(pair.numbers, pair.family) for pair in pairs])
        for index, number in enumerate(counted):
            if number and alike[index] == max(alike):
                # Two layers of one number tell nothing.
                index_of[number] = -1 if number in index_of else index
        names = [numbers_and_words(name) for name in self.sizes]
        kind = {
            number: size
            for number, (_, own), size in zip(
                _counted(names), names, self.sizes.values(), strict=True
            )
            if own == words and len(number) == len(numbers)
        }

        def fits(number: tuple[int, ...], shift: int) -> bool:
            index = index_of.get((*number[:-1], number[-1] + shift), -1)
            return index >= 0 and kind[number] in (0, ends[index][1])

        first = min(kind)
        begin = min(index_of, default=first)
        could_be_of_inputs = kind[first] == ends[0][0]
        shifts = {0}
        if could_be_of_inputs and all(kind[first] != n_neurons for _, n_neurons in ends):
            if numbers == first:
                return _OF_INPUTS
            del kind[first]
        elif len(first) == len(begin) == 1 and first[0] != begin[0] == 0:
            # What is counted from 1 may follow layers that are counted from 0.
            shifts = {0, -1}
        elif len(first) == len(begin) == 1 and first[0] == 0 != begin[0]:
            shifts = set() if could_be_of_inputs else {begin[0]}
        fitting = [shift for shift in shifts if all(fits(number, shift) for number in kind)]
        if len(fitting) != 1:
            return None
        return self._at(index_of[*numbers[:-1], numbers[-1] + fitting[0]])


def _counted(names: list[tuple[tuple[int, ...], tuple[str, ...]]]) -> list[tuple[int, ...]]:
    """The numbers in names; 0 for dense beside dense_1, as Keras counts."""
    with_number = {words for numbers, words in names if len(numbers) == 1}
    return [numbers or ((0,) if words in with_number else ()) for numbers, words in names]


def is_activation(name: str) -> bool:
    """Return whether the name of a layer of Keras is that of an activation.

    Parameters
    ----------
    name
        Such as re_lu_1.

    Returns
    -------
    bool
    """
    return _ACTIVATION_MODULE.fullmatch(name) is not None


def _by_list(module: str, pairs: tuple[Pair, ...], modules: tuple[str, ...]) -> Place | None:
    """Where a module lies in the file's own list of layers; None when it is not in it."""
    top = module.partition("/")[0]
    tops = [pair.weights.partition("/")[0] for pair in pairs]
    if top not in modules:
        return None
    place = modules.index(top)
    index = sum(name in tops for name in modules[:place]) - 1
    start = modules.index(tops[index]) if index >= 0 else -1
    end = modules.index(tops[index + 1]) if index + 1 < len(tops) else len(modules)
    is_behind = any(map(is_activation, modules[start + 1 : place]))
    is_before = any(map(is_activation, modules[place + 1 : end]))
    if is_behind or is_before or index < 0:
        return index, is_behind or index < 0, ""
    return index, True, _BEHIND.format(index + 1)
