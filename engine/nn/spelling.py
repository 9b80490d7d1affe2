"""Names of activations, losses and the like, also in the spellings of other libraries."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from engine.nn.arguments import check_type

_MAX_NAME_LENGTH = 80
_MAX_QUOTE_LENGTH = 40
_LIKENESS = 0.75
"""The similarity that difflib asks of a suggestion; its own 0.6 would suggest mse for mae."""

_TORCH_MODULES = re.compile(r"(?:(?:torch|nn|optim|functional|init|F)\.)+")
_BETWEEN_WORDS = re.compile(r"[_\- ]")


class Spellings:
    """The names of one kind of thing: ours, and those of PyTorch, Keras, scikit-learn and MATLAB.

    Case and the separators between words make no difference.

    Parameters
    ----------
    what
        What messages call them, such as "activation".
    ours
        The names that this program uses.
    theirs
        For each of ours the other names that mean exactly the same.
    others
        Names that mean something else, each with a hint for the error message, or "".
    """

    def __init__(
        self,
        what: str,
        ours: Iterable[str],
        theirs: Mapping[str, tuple[str, ...]],
        others: Mapping[str, str],
    ) -> None:
        self._what = what
        self.ours = tuple(ours)
        meanings = {name: name for name in self.ours}
        meanings |= {name: meant for meant, names in theirs.items() for name in names}
        self._meanings = {_plain(name): meant for name, meant in meanings.items()}
        self._spelled = {_plain(name): name for name in meanings}
        self._hints = {_plain(name): hint for name, hint in others.items()}

    def find(self, word: str) -> str | None:
        """Return our name for `word`, or None if it is unknown.

        Parameters
        ----------
        word
            A name in any spelling.

        Returns
        -------
        str | None
        """
        return self._meanings.get(_plain(word))

    def named(self, word: str, what: str | None = None) -> str:
        """Return our name for `word`.

        Parameters
        ----------
        word
            A name in any spelling.
        what
            How the error message begins.

        Returns
        -------
        str

        Raises
        ------
        ValueError
            For an unknown name, suggesting the nearest one.
        """
        check_type(word, str, what or self._what)
        meant = self.find(word)
        if meant is None:
            shown = repr(word[: _MAX_QUOTE_LENGTH + 1])
            if len(shown) > _MAX_QUOTE_LENGTH:
                shown = shown[:_MAX_QUOTE_LENGTH] + "…"
            raise ValueError(f"{what or self._what} {shown} is unknown; {self._suggestion(word)}")
        return meant

    def _suggestion(self, word: str) -> str:
        plain = _plain(word)
        if plain not in self._hints:
            near = difflib.get_close_matches(plain, self._spelled, n=1, cutoff=_LIKENESS)
            if near:
                return f"did you mean {self._spelled[near[0]]!r}?"
        return self._hints.get(plain) or f"expected one of {', '.join(self.ours)}"


def _plain(word: str) -> str:
    """The name in lower case, without separators or a module of PyTorch."""
    if len(word) > _MAX_NAME_LENGTH:
        return ""
    name = word.strip()
    modules = _TORCH_MODULES.match(name)
    return _BETWEEN_WORDS.sub("", name[modules.end() :] if modules else name).lower()
