"""Conditions as data: what is wanted of a session, and one function that says whether it holds.

A condition never looks at keys or at how something was done, only at the session, at the one that
the step started from, and at how many edits and epochs lie between.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from engine.session.session import Session


@dataclass(frozen=True, slots=True)
class Result:
    """Whether a condition holds, and why not.

    Parameters
    ----------
    ok
        Whether it holds.
    value
        What is there, as the screen writes it.
    wanted
        What should be there.
    words
        Both in one sentence without its full stop: "answer for (1, 1) is 1, should be 0". Of a
        condition with several parts it is the first that does not hold.
    """

    ok: bool
    value: str
    wanted: str
    words: str


@dataclass(frozen=True, eq=False, slots=True)
class Moment:
    """What a condition looks at.

    Attributes
    ----------
    session
        As it is now.
    start
        As it was where the step began.
    sample
        The sample that is looked at, from 0.
    edits
        How many edits lie between.
    epochs
        How many epochs of training lie between.
    """

    session: Session
    start: Session
    sample: int = 0
    edits: int = 0
    epochs: int = 0


class Clause(Protocol):
    """One part of a condition."""

    def check(self, at: Moment) -> Result:
        """Return whether it holds.

        Parameters
        ----------
        at
            What it looks at.

        Raises
        ------
        ValueError
            When it speaks of what the network does not have.
        """
        ...


@dataclass(frozen=True, slots=True)
class Condition:
    """Some clauses that have to hold together.

    Attributes
    ----------
    clauses
        All of which have to hold.
    """

    clauses: tuple[Clause, ...]

    def check(self, at: Moment) -> Result:
        """Return the result of the first clause that does not hold, else of the last.

        Parameters
        ----------
        at
            What it looks at.

        Raises
        ------
        ValueError
            When it speaks of what the network does not have.
        """
        result = Result(True, "", "", "")
        for clause in self.clauses:
            result = clause.check(at)
            if not result.ok:
                break
        return result

    def result(self, at: Moment) -> Result:
        """Return the same; a condition on what the network does not have does not hold.

        Parameters
        ----------
        at
            What it looks at.
        """
        try:
            return self.check(at)
        except ValueError as error:
            return Result(False, "", "", str(error))


def evaluate(
    session: Session,
    start: Session,
    condition: Condition,
    *,
    sample: int = 0,
    edits: int = 0,
    epochs: int = 0,
) -> Result:
    """Return whether a condition holds.

    Parameters
    ----------
    session
        As it is now.
    start
        As it was when the step started.
    condition
        What is wanted.
    sample
        The sample that the step speaks of, from 0.
    edits, epochs
        How many were made since the start.

    Returns
    -------
    Result
        A clause on what the network does not have (any more) does not hold, and says so.
    """
    return condition.result(Moment(session, start, sample, edits, epochs))


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one of several conditions."""

    conditions: tuple[Condition, ...]

    def check(self, at: Moment) -> Result:
        results = [condition.result(at) for condition in self.conditions]
        for result in results:
            if result.ok:
                return result
        first = results[0]
        words = "; or ".join(result.words for result in results)
        return Result(False, first.value, first.wanted, words)


@dataclass(frozen=True, slots=True)
class Not:
    """A condition that must not hold."""

    condition: Condition

    def check(self, at: Moment) -> Result:
        result = self.condition.check(at)
        wanted = f"not {result.wanted}"
        if not result.ok:
            return Result(True, result.value, wanted, result.words)
        return Result(False, result.value, wanted, f"{result.words}; that should change")
