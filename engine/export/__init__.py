"""Networks as code and as text to share: one table of kinds, each with its suffix."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.export.csv import csv_table
from engine.export.keras import keras_code
from engine.export.latex import latex
from engine.export.markdown import markdown
from engine.export.numpy import numpy_script
from engine.export.pytorch import pytorch_code
from engine.export.scikit_learn import scikit_learn_code
from engine.session.session import Session

__all__ = [
    "CODE",
    "CodeKind",
    "code_kind",
    "csv_table",
    "keras_code",
    "latex",
    "markdown",
    "numpy_script",
    "pytorch_code",
    "scikit_learn_code",
]


@dataclass(frozen=True, slots=True)
class CodeKind:
    """A kind of text that a session can be written as.

    Attributes
    ----------
    title
        What the screen calls it.
    suffix
        The end of the file's name.
    write
        Returns the text of a session; raises ValueError, in one line, if it cannot be written
        so.
    of_one_sample
        Returns the text of one sample, from 0, for a kind that shows the arithmetic of a single
        one, else None.
    """

    title: str
    suffix: str
    write: Callable[[Session], str]
    of_one_sample: Callable[[Session, int], str] | None = None

    def text(self, session: Session, sample: int = 0) -> str:
        """Return the text of the session; a kind that shows one sample shows this one, from 0.

        Parameters
        ----------
        session
            The network with its samples and names.
        sample
            The sample, from 0, for a kind that shows only one.

        Returns
        -------
        str
        """
        if self.of_one_sample is None:
            return self.write(session)
        return self.of_one_sample(session, sample)


CODE: dict[str, CodeKind] = {
    "numpy": CodeKind("a script in plain NumPy, as in the tutorials", ".py", numpy_script),
    "pytorch": CodeKind("PyTorch code with the numbers", ".torch.py", pytorch_code),
    "keras": CodeKind("Keras code with the numbers", ".keras.py", keras_code),
    "scikit-learn": CodeKind(
        "scikit-learn code with the numbers", ".sklearn.py", scikit_learn_code
    ),
    "markdown": CodeKind("the worked arithmetic as Markdown", ".md", markdown, markdown),
    "latex": CodeKind("the worked arithmetic as LaTeX", ".tex", latex, latex),
    "csv": CodeKind("all sums and outs of all samples as a table", ".csv", csv_table),
}
"""The kinds by name."""


def code_kind(file_name: str) -> CodeKind | None:
    """Return the kind with the longest suffix that the name ends with, or None.

    Parameters
    ----------
    file_name
        A name or a path as typed.

    Returns
    -------
    CodeKind | None
    """
    name = file_name.lower()
    ending = [kind for kind in CODE.values() if name.endswith(kind.suffix)]
    return max(ending, key=lambda kind: len(kind.suffix), default=None)
