"""Every public function of the engine says what it takes, in NumPy's sections."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import engine

ROOT = Path(engine.__file__).parent
DESCRIBED_ONCE = {"apply", "inverse", "describe", "step", "check"}
"""Methods of edits, optimisers and clauses, which say it in their protocol or base."""
FORMULAS = {"nn/functional.py", "nn/activation_table.py"}
"""Modules whose functions are formulas of mathematics in z and the parameters."""


def functions(path: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    """The public functions and methods of a module, with their names."""
    module = ast.parse(path.read_text(encoding="utf-8"))
    classes = [node for node in module.body if isinstance(node, ast.ClassDef)]
    for owner, body in [("", module.body), *((f"{node.name}.", node.body) for node in classes)]:
        if owner.startswith("_"):
            continue
        for node in body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                yield owner + node.name, node


def incomplete(path: Path) -> list[str]:
    """The functions with parameters whose docstring has no section, or not each of them."""
    found = []
    if path.relative_to(ROOT).as_posix() in FORMULAS:
        return []
    for name, node in functions(path):
        parameters = [
            parameter.arg
            for parameter in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            if parameter.arg not in ("self", "cls")
        ]
        if node.name in DESCRIBED_ONCE:
            continue
        text = ast.get_docstring(node) or ""
        section = text.partition("Parameters\n----------\n")[2].partition("\n\n")[0]
        heads = [line for line in section.splitlines() if not line.startswith(" ")]
        described = {part.strip().lstrip("*") for line in heads for part in line.split(",")}
        if not set(parameters) <= described:
            found.append(name)
    return found


@pytest.mark.parametrize(
    "path", sorted(ROOT.rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_parameters_are_described(path: Path) -> None:
    assert incomplete(path) == []
