"""What the dialog of data says about its fields."""

from __future__ import annotations

ABOUT_CSV = (
    "Your own data: one row a sample, one column the answers. Enter asks for the file, then you "
    "choose the columns."
)

FIELD_WORDS = {
    "list": "up and down choose; tab goes on to noise, test samples and more inputs",
    "noise": "how far the points, or their numbers, stray: 0 to 50 percent",
    "test": "how many samples are kept to test with, and not learned from",
    "seed": "draws the points and the test samples; another seed draws others",
    "standardise": "every input shifted and scaled to mean 0 and standard deviation 1",
    "ticks": "computed from the others; arrows move, space switches one on or off",
    "derived": "computed from the other inputs, such as x1^2, x1*x2, sin(x1)",
    "target": "the column with the answers",
    "answers": "classes to tell apart, or numbers to come near to",
    "columns": "which columns to read, by name or number, with commas between them",
}
"""What each field is for, by its id; two lines where there is least room."""
