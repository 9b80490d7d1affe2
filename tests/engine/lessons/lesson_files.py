"""Small lesson files for tests: the XOR lesson of COURSE, and pieces to break."""

from __future__ import annotations

from engine.lessons.lesson import Lesson
from engine.lessons.reader import read_lesson

HEAD = """
format = 1
id = "xor-by-hand"
title = "XOR by hand"
"""

STEP = """
[[steps]]
id = "or-to-xor"
kind = "do"
text = "h1 says OR: it gives {h1.a@2} for 0, 1. Make the four answers 0 1 1 0."
start = "xor-step"
prepare = ["W2[1,2] = 0"]
select = "W1[1,2]"
point_at = "layer 2"
goal = { answers = [0, 1, 1, 0] }
keep = { max_hidden_neurons = 2, activations = "same" }
hints = ["Which sample is wrong now?", "OR, but not AND."]
solution = ["W2[1,2] = -2"]
done = "Now o1 gives {o1.a@4} for 1, 1."
[[steps.diagnose]]
when = { answers = [0, 1, 1, 1] }
say = "That is OR: {o1.z@4} is above 0."
"""

LOOK = """
[[steps]]
id = "look"
kind = "look"
text = "Look."
start = "binary-classifier"
"""


def lesson(text: str) -> Lesson:
    """The lesson of one step, or of several."""
    return read_lesson((HEAD + text).encode())


def step_with(line: str, kind: str = "look") -> str:
    """A step of this kind with one more line."""
    return f"""
[[steps]]
id = "one"
kind = "{kind}"
text = "Look."
start = "binary-classifier"
{line}
"""
