"""Every public function and value of the engine says what it takes, in NumPy's sections."""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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


def described(text: str, *sections: str) -> set[str]:
    """The names that the sections of a docstring describe."""
    found = set()
    for section in sections:
        body = text.partition(f"{section}\n{'-' * len(section)}\n")[2].partition("\n\n")[0]
        heads = [line for line in body.splitlines() if not line.startswith(" ")]
        names = ",".join(head.partition(" : ")[0] for head in heads)
        found |= {name.strip().lstrip("*") for name in names.split(",")}
    return found


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
        if not set(parameters) <= described(ast.get_docstring(node) or "", "Parameters"):
            found.append(name)
    return found


@pytest.mark.parametrize(
    "path", sorted(ROOT.rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_parameters_are_described(path: Path) -> None:
    assert incomplete(path) == []


def classes_on_the_pages() -> Iterator[Any]:
    """The classes that the pages of the documentation describe."""
    for page in sorted((ROOT.parent / "docs" / "api").glob("*.md")):
        module = ""
        for kind, name in re.findall(
            r"^\.\. (currentmodule|autoclass):: (\S+)",
            page.read_text(encoding="utf-8"),
            re.MULTILINE,
        ):
            if kind == "currentmodule":
                module = name
            else:
                owner, _, last = (name if "." in name else f"{module}.{name}").rpartition(".")
                yield getattr(importlib.import_module(owner), last)


@pytest.mark.parametrize(
    "described_class", classes_on_the_pages(), ids=lambda value: value.__name__
)
def test_fields_are_described(described_class: Any) -> None:
    if dataclasses.is_dataclass(described_class):
        fields = {field.name for field in dataclasses.fields(described_class)}
    else:
        fields = set(getattr(described_class, "_fields", ()))
    public = {name for name in fields if not name.startswith("_")}
    text = inspect.getdoc(described_class) or ""
    assert public <= described(text, "Parameters", "Attributes")
