"""A small lesson of every kind of step, for tests."""

from __future__ import annotations

from engine.lessons.lesson import Lesson
from engine.lessons.reader import read_lesson

EVERY_KIND = b"""
format = 1
id = "every-kind"
title = "Every kind [b]of step"
panes = ["inputs", "layers", "outputs", "views"]
views = ["Curve", "Sum"]
keys = ["activation"]

[[steps]]
id = "read"
kind = "look"
start = "adjustable-neuron"
view = "Sum"
point_at = "o1"
text = "The out of o1 is {o1.a}. [red]Nothing[/] is markup here, and a *weight* is a word."

[[steps]]
id = "change"
kind = "do"
select = "b1[1]"
point_at = "b1[1]"
text = "The bias is {b1[1]}. Set it to -0.8."
goal = { values = { "o1.z" = 0 } }
keep = { only = ["b1[1]"] }
hints = ["A weaker hint.", "The bias {b1[1]} is too low."]
solution = ["b1[1] = -1", "b1[1] = -0.8"]
done = "Now z is {o1.z}."
[[steps.diagnose]]
when = { values = { "b1[1]" = 0.8 } }
say = "That is the right size."

[[steps]]
id = "guess"
kind = "predict"
start = "two-layer"
point_at = ["h1", "layer 2"]
text = "What is the sum of h1?"
ask = { of = "h1.z", wrong = [{ value = "h1.z - b1[1]", say = "That is without the bias." }] }
hints = ["Multiply and add."]

[[steps]]
id = "after"
kind = "predict"
start = "adjustable-neuron"
text = "x1 becomes 4. What is z then?"
ask = { of = "o1.z", after = ["x1 = 4"] }

[[steps]]
id = "ask"
kind = "choose"
text = "What is added last?"
done = "It is the same for every sample."
choices = [
    { text = "a weight", say = "A weight is multiplied." },
    { text = "the bias", say = "Yes, the bias.", right = true },
]
"""


def every_kind() -> Lesson:
    """The lesson with a step of every kind."""
    return read_lesson(EVERY_KIND)
