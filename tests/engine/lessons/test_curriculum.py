"""Each hands-on task, quiz question, table and word of the sources has its place in the course."""

from __future__ import annotations

import pytest

from engine.lessons import course

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
    "depth and width, and overfitting": ["counting.wider", "counting.deeper", "counting.capacity"],
}
"""Each task of the sources, and the steps that do it, as lesson.step."""


@pytest.mark.parametrize("task", TASKS)
def test_a_task_has_its_steps(task: str) -> None:
    for place in TASKS[task]:
        id, step = place.split(".")
        assert step in [one.id for one in course.load(id).steps], place
