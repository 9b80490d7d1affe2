"""The pages in docs: their examples give what they say, and every public name is on one of them."""

import doctest
import re
from pathlib import Path
from types import ModuleType

import pytest

import engine
from engine import datasets, training

DOCS = Path(__file__).parents[1] / "docs"


@pytest.mark.parametrize("page", ["guide.md", "ten-minutes.md"])
def test_every_example_of_the_page_gives_what_it_says(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = doctest.testfile(str(DOCS / page), module_relative=False, encoding="utf-8")
    assert found.attempted > 10
    assert not found.failed


@pytest.mark.parametrize("package", [engine, training, datasets], ids=lambda one: one.__name__)
def test_every_public_name_is_on_one_page_of_the_api(package: ModuleType) -> None:
    documented = re.findall(
        r"^\.\. (?:currentmodule|auto\w+):: (\S+)$",
        "\n".join(page.read_text(encoding="utf-8") for page in (DOCS / "api").glob("*.md")),
        re.MULTILINE,
    )
    module, names = "", []
    for name in documented:
        if name in ("engine", "engine.training", "engine.datasets"):
            module = name
        elif module == package.__name__:
            names.append(name.removeprefix(f"{module}."))
    public = set(package.__all__)
    assert public <= set(names)
    assert not [name for name in names if names.count(name) > 1]
