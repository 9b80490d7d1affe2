"""Settings of Sphinx for `make docs`: the guide, the engine's pages and the tutorials, offline."""

from __future__ import annotations

import sys
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from engine.nn.activation_table import ACTIVATIONS  # noqa: E402 - found by the line above

project = "nn-play"
author = "nn-play contributors"
version = release = "0.1.0"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "numpydoc",
    "sphinx.ext.viewcode",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["pictures"]
pygments_style = "friendly"
pygments_dark_style = "github-dark"

myst_enable_extensions = ["dollarmath", "deflist"]
myst_heading_anchors = 3

autodoc_default_options = {"members": True, "member-order": "bysource"}
autodoc_typehints = "signature"
autodoc_typehints_format = "short"
autosummary_generate = False
python_maximum_signature_line_length = 88
numpydoc_show_class_members = False

# A name in the engine's pages that does not exist fails the build. Names of other projects cannot
# be looked up offline.
nitpicky = True
nitpick_ignore_regex = [
    # Short names of NumPy's types, names of a few texts, and what a module imports for type
    # checkers only.
    ("py:class", "ArrayLike|BoolArray|FloatArray"),
    ("py:class", "Condition|DataRecord|Formula|Origin"),
    ("py:.*", r"(ast|np|numpy|typing|collections|pathlib|types|os|fractions)\..*"),
]

html_theme = "furo"
html_title = "nn-play"
html_copy_source = False
html_show_sphinx = False
templates_path: list[str] = []


def _write_mathml(translator: HTML5Translator, node: nodes.Element) -> None:
    """Write a formula as MathML, which a browser shows without any script from elsewhere."""
    display = "block" if isinstance(node, nodes.math_block) else "inline"
    translator.body.append(convert(node.astext(), display=display))
    raise nodes.SkipNode


class Activations(SphinxDirective):
    """A table of all activations, from the table in the engine."""

    def run(self) -> list[nodes.Node]:
        """Return the table: names and parameters, the function, its derivative."""
        rows = ["| name | $f(z)$ | $f'(z)$ |", "|---|---|---|"]
        for kind in ACTIVATIONS.values():
            parameters = ", ".join(f"{name}={value:g}" for name, value in kind.defaults)
            function = kind.filled(
                kind.latex, (rf"\text{{{name}}}" for name in kind.parameter_names)
            )
            derivative = kind.filled(kind.derivative_formula, kind.parameter_names)
            name = f"`{kind.name}({parameters})`" if parameters else f"`{kind.name}`"
            rows.append(f"| {name} | ${function}$ | {derivative} |".replace("|z|", r"\|z\|"))
        return self.parse_text_to_nodes("\n".join(rows))


def setup(app: Sphinx) -> None:
    """Register the writer of formulas, and the table of activations."""
    app.add_directive("activations", Activations)
    app.add_html_math_renderer("mathml", (_write_mathml, None), (_write_mathml, None))


html_math_renderer = "mathml"
