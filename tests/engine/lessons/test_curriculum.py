"""Each hands-on task, quiz question, table and word of the sources has its place in the course."""

from __future__ import annotations

import pytest

from engine.lessons import course, glossary
from engine.lessons.play import end_of, start_of
from engine.lessons.text import PLACEHOLDER, fill, pieces

TASKS = {
    "multiply, add, bias, squash: one neuron number by number": [
        "one-neuron.multiply",
        "one-neuron.add",
        "one-neuron.bias",
        "one-neuron.squash",
    ],
    "how much each input matters": ["weights.strongest", "weights.against", "weights.ignore"],
    "quiz: what the bias does in a single neuron": ["bias.quiz"],
    "three pairs of weights, three biases: nine figures": ["bias.middle", "bias.nine"],
    "where a neuron sits on sigmoid and ReLU": ["activations.off", "activations.choose-sigmoid"],
    "try it yourself: an output close to 1, then close to 0": [
        "yes-and-no.say-1",
        "yes-and-no.say-0",
    ],
    "one sigmoid neuron is logistic regression": ["a-line.shift", "a-line.not-a-line"],
    "spam or ham, a neuron that starts uniform in -1 to 1": [
        "spam-or-ham.by-hand",
        "spam-or-ham.random",
        "spam-or-ham.four-mails",
    ],
    "element-wise product and dot product": ["a-layer.element-wise", "a-layer.dot"],
    "matrix product A @ B": ["a-layer.own-row", "a-layer.matrix-product"],
    "challenge: two samples, three features, four random neurons: shapes and output": [
        "a-layer.shapes",
        "a-layer.draw-your-own",
    ],
    "hidden layer into one sigmoid output": ["two-layers.h1", "two-layers.h3", "two-layers.o1"],
    "table: what each layer is for": ["two-layers.who-does-what"],
    "quiz: one weight changes, and every later stage": [
        "one-change.first-sum",
        "one-change.last-sum",
        "one-change.quiz",
    ],
    "two samples at once": ["a-batch.rows", "a-batch.second-row"],
    "a hidden layer on a batch: 10×4 becomes 10×5": ["a-batch.shape"],
    "table: identity, sigmoid, softmax": [
        "last-layer.price",
        "last-layer.chance",
        "last-layer.shares",
        "last-layer.table",
    ],
    "quiz: layers without activations collapse": ["collapse.through", "collapse.quiz"],
    "XOR: three of four with one neuron, all four with two hidden": [
        "xor.one-neuron",
        "xor.or",
        "xor.and",
        "xor.or-but-not-and",
        "xor.smooth",
    ],
    "count the parameters of 4-8-8-3, and the formula": ["counting.all-layers", "counting.formula"],
    "dead and saturated neurons, and how to wake them": [
        "silent.wake",
        "silent.leaky",
        "silent.saturated",
    ],
    "which weight matters most": ["slopes.nudge", "slopes.strongest", "slopes.best-single-move"],
    "the two-by-two network: a backward pass worked by hand": [
        "backward.error",
        "backward.delta",
        "backward.weight",
        "backward.update",
        "backward.hidden",
        "backward.one-step",
    ],
    "lower the loss by hand, then let gradient descent do it": [
        "optimiser.by-hand",
        "optimiser.let-it-run",
    ],
    "quiz: why not start from zeros": [
        "zeros.single",
        "zeros.twins",
        "zeros.relu",
        "zeros.quiz",
    ],
    "a rate too low, too high, and NaN": ["rates.too-low", "rates.too-high", "rates.nan"],
    "overfitting: width, noise, test loss, L2": [
        "overfitting.learn",
        "overfitting.narrow",
        "overfitting.l2",
    ],
    "what a hidden neuron looks for": ["iris.train", "iris.looks-for", "iris.without"],
    "two tutorials print a wrong figure: prove it": [
        "find-the-mistake.where-from",
        "find-the-mistake.prove-it",
        "find-the-mistake.label",
        "find-the-mistake.cannot-be-zero",
        "find-the-mistake.not-even-that",
    ],
    "complete a Neuron class": ["write-it-yourself.one-neuron"],
    "homework: forward(X, layers), 4-5-1 on a batch of 6": [
        "write-it-yourself.one-layer",
        "write-it-yourself.shape",
        "write-it-yourself.write",
        "write-it-yourself.first-number",
    ],
    "one z each, for a class": ["be-the-neuron.h1", "be-the-neuron.o1", "be-the-neuron.reveal"],
    "challenges: AND, OR, NAND, XOR, majority of three": [
        "gates.and",
        "gates.or",
        "gates.nand",
        "gates.xor",
        "gates.majority",
    ],
    "challenges: abs(x1 - x2), max(x1, x2), a bump": [
        "draw-a-function.absolute",
        "draw-a-function.larger",
        "draw-a-function.bump",
    ],
    "challenges: a loss with the fewest parameters": [
        "fewest-parameters.xor",
        "fewest-parameters.circle",
        "fewest-parameters.iris",
    ],
    "depth and width, and overfitting": ["counting.wider", "counting.deeper", "counting.capacity"],
}
"""Each task of the sources, and the steps that do it, as lesson.step."""


@pytest.mark.parametrize("task", TASKS)
def test_a_task_has_its_steps(task: str) -> None:
    for place in TASKS[task]:
        id, step = place.split(".")
        assert step in [one.id for one in course.load(id).steps], place


VOCABULARY = (
    "neuron",
    "weight",
    "bias",
    "weighted sum",
    "pre-activation",
    "activation",
    "input layer",
    "hidden layer",
    "output layer",
    "forward pass",
    "batch",
    "depth",
    "width",
    "overfitting",
    "logistic regression",
)
ROLES = {
    "input": ("incoming data", "dendrites"),
    "weight": ("influence of each input", "synapse"),
    "bias": ("adjusts the firing threshold", "intrinsic excitability"),
    "sum z": ("combines all signals", "membrane potential"),
    "activation": ("output signal", "firing threshold"),
}
"""Of each part of a neuron, its role and what it is in nature."""


@pytest.mark.parametrize("word", VOCABULARY)
def test_a_word_of_the_sources_is_in_the_glossary(word: str) -> None:
    assert glossary.find(word) is not None


@pytest.mark.parametrize("word", ROLES)
def test_a_part_of_a_neuron_has_its_role_and_its_equivalent(word: str) -> None:
    found = glossary.find(word)
    role, nature = ROLES[word]
    assert found is not None
    assert found.role == role
    assert nature in found.nature


def test_every_word_is_explained_by_a_lesson_of_the_course() -> None:
    lessons = {word.lesson for word in glossary.words()}
    assert lessons <= set(course.ids())


FIGURES = {
    "one-neuron.squash": ("-1.2", "0.2315"),
    "bias.nine": (
        *("0.69", "0.8581", "0.2315"),
        *("0.2689", "0.5", "0.0474"),
        *("0.9933", "0.9975", "0.9526"),
    ),
    "activations.choose-sigmoid": ("2.3", "0.9089"),
    "a-layer.element-wise": ("12", "2", "42", "72", "0"),
    "a-layer.dot": ("128",),
    "a-layer.matrix-product": ("34 44 25", "50 61 29"),
    "a-layer.shapes": ("2×3", "2×4"),
    "two-layers.h1": ("2.3",),
    "two-layers.o1": ("-2.38", "0.0847"),
    "a-batch.second-row": ("2.46", "-0.81"),
    "a-batch.shape": ("10×4", "10×5"),
    "last-layer.shares": ("0.0162", "0.7764"),
    "counting.all-layers": ("4→8→8→3", "139"),
    "slopes.strongest": ("-0.4526", "-0.4074"),
    "backward.error": ("0.7514", "0.2748", "0.0236", "0.2984"),
    "backward.delta": ("0.1385",),
    "backward.weight": ("0.0822",),
    "backward.update": ("0.3589",),
    "backward.hidden": ("0.0088",),
    "backward.one-step": ("0.3589",),
    "find-the-mistake.where-from": ("0.7863",),
    "find-the-mistake.label": ("0.9089", "0.9213", "0.5523"),
    "find-the-mistake.not-even-that": ("0.5597",),
    "write-it-yourself.shape": ("4→5→1", "6×1"),
}
"""Figures that the sources print, or that were worked out from them with 50 digits."""


@pytest.mark.parametrize("place", FIGURES)
def test_a_step_shows_the_figures_of_its_source(place: str) -> None:
    id, step_id = place.split(".")
    lesson = course.load(id)
    index = [step.id for step in lesson.steps].index(step_id)
    step = lesson.steps[index]
    shown = fill(step.text, start_of(lesson, index), step.sample)
    shown += fill(step.done, end_of(lesson, index), step.sample)
    for figure in FIGURES[place]:
        assert figure in shown


@pytest.mark.parametrize("word", glossary.words(), ids=lambda word: word.word)
def test_a_word_is_linked_where_its_lesson_explains_it(word: glossary.Word) -> None:
    texts = [
        text
        for step in course.load(word.lesson).steps
        for text in (step.text, step.done, *(choice.say for choice in step.choices))
    ]
    plain = [PLACEHOLDER.sub("", text) for text in texts]
    linked = [piece.text for text in plain for piece in pieces(text) if piece.is_word]
    assert word in [glossary.find(one) for one in linked]
