"""Spellings of activations, losses and the like, in the spellings of other libraries too."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

_MAX_NAME_LENGTH = 80
_MAX_QUOTE_LENGTH = 40
_LIKENESS = 0.75
"""Words that are less alike are suggested for each other in vain: mae is not mse."""

_TORCH_MODULES = re.compile(r"(?:(?:torch|nn|optim|functional|init|F)\.)+")
_BETWEEN_WORDS = re.compile(r"[_\- ]")


class Spellings:
    """The names of one kind of thing: ours, and those of PyTorch, Keras, scikit-learn and MATLAB.

    Upper and lower case and what stands between the words make no difference. what: the kind.
    theirs: by each of ours the other names that mean exactly the same. others: names that are
    known to mean something else, and for each what to say of it, or "".
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
        self._others = {_plain(name): words for name, words in others.items()}

    def find(self, word: str) -> str | None:
        """Return which of ours the word means, None when it means none."""
        return self._meanings.get(_plain(word))

    def named(self, word: str, what: str | None = None) -> str:
        """Return which of ours the word means.

        what: what the ValueError begins with, which is raised for a word that means none and says
        the nearest one.
        """
        meant = self.find(word)
        if meant is None:
            shown = repr(word[: _MAX_QUOTE_LENGTH + 1])
            if len(shown) > _MAX_QUOTE_LENGTH:
                shown = shown[:_MAX_QUOTE_LENGTH] + "…"
            raise ValueError(f"{what or self._what} {shown} is unknown; {self._instead(word)}")
        return meant

    def _instead(self, word: str) -> str:
        plain = _plain(word)
        if plain not in self._others:
            near = difflib.get_close_matches(plain, self._spelled, n=1, cutoff=_LIKENESS)
            if near:
                return f"did you mean {self._spelled[near[0]]!r}?"
        return self._others.get(plain) or f"expected one of {', '.join(self.ours)}"


def _plain(word: str) -> str:
    """The name in lower case, without a module of PyTorch and what stands between its words."""
    if len(word) > _MAX_NAME_LENGTH:
        return ""
    name = word.strip()
    modules = _TORCH_MODULES.match(name)
    return _BETWEEN_WORDS.sub("", name[modules.end() :] if modules else name).lower()
