"""The legend of the Map: the meaning of the marks on it, and the inputs held fixed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.style import Style

from engine.session.names import feature_name, output_label
from engine.text import format_given, format_number
from tui.drawing.cells import Part, distinct_names, look, looks, safe
from tui.drawing.half_blocks import Mark, Marks
from tui.views.map.content import Content, class_signs, middle_of
from tui.views.map.overlay import LARGE, PROBE, SAMPLE, SMALL, TEST_SAMPLE
from tui.views.scene import Scene

Item = list[Part]

_GAP = "  "
_DOTS = ((SAMPLE, "sample"), (TEST_SAMPLE, "test"))
_MAX_VALUES, _MAX_VALUES_LENGTH = 2, 26
_FIRST_BRAILLE, _LAST_BRAILLE = "\u2801", "\u28ff"
_LINE = "⠒⠒"
_SIGN, _MIN_NAME_LENGTH = 2, 2
"""The widths of a sign with the blank after it, and of the shortest class name."""


def legend_of(scene: Scene, content: Content, marks: Marks, room: int) -> list[Item]:
    """Return the items of the legend, the most important first, for marks on the map only.

    Class names are cut if they would not all fit in `room` cells.
    """
    kinds = set(marks.values())
    characters = {mark.character for mark in kinds}
    # Apart from the lines, only the signs of the colours are not bold.
    signs = {mark.character for mark in kinds if not mark.bold}
    has_classes = scene.session.targets is not None and scene.session.task == "multiclass"
    boxed = [mark for mark in kinds if mark.background is not None and mark.character != PROBE]
    items = [_number_signs(scene, content, signs)]
    if content.by_class or has_classes:
        shown = {mark.character for mark in boxed if has_classes}
        items += _classes(scene, shown | (signs if content.by_class else set()), room)
    elif content.is_answer or scene.session.task == "binary":
        items += _yes_and_no(scene, characters, signs if content.is_answer else set())
    else:
        items += [_sign(scene, sign, name) for sign, name in _DOTS if sign in characters]
    items.append(held_fast(scene))
    items.append(_wrong(scene, [mark for mark in kinds if mark.underline]))
    items += _boxes(scene, boxed if has_classes else [])
    items.append(selected(scene))
    if any(_FIRST_BRAILLE <= character <= _LAST_BRAILLE for character in signs):
        items.append(_sign(scene, _LINE, "sum z 0"))
    return items


def selected(scene: Scene) -> Item:
    """Return the item for the probe."""
    many = scene.session.n_samples > 1
    return [
        (PROBE, looks(scene.palette).accent),
        *_muted(scene, f" sample {scene.sample + 1}" if many else " here"),
    ]


def held_fast(scene: Scene) -> Item:
    """Return the values of the inputs that the map does not show; empty if it shows all."""
    session = scene.session
    others = [
        feature
        for feature in range(session.n_base_features)
        if feature not in scene.view.map.features
    ]
    if not others:
        return []
    if len(others) <= _MAX_VALUES:
        values = ", ".join(
            f"{safe(feature_name(session, feature))} = "
            f"{format_given(float(scene.trace.inputs[0, feature]), scene.view.digits)}"
            for feature in others
        )
        if len(others) == 1 or cell_len(values) <= _MAX_VALUES_LENGTH:
            return _muted(scene, values)
    text = f"sample {scene.sample + 1}" if session.n_samples > 1 else "the inputs"
    return _muted(scene, f"others as in {text}")


def laid_out(items: Sequence[Item], room: int, n_rows: int, blank: Style) -> list[list[Part]]:
    """Return the items in `n_rows` rows of at most `room` cells, earlier ones first.

    Items that fit in none of the rows are left out.
    """
    rows: list[list[Part]] = [[] for _ in range(n_rows)]
    left = [room] * n_rows
    for item in items:
        size = sum(cell_len(text) for text, _ in item)
        for place, row in enumerate(rows):
            needed = size + (len(_GAP) if row else 0)
            if size and needed <= left[place]:
                left[place] -= needed
                row += [(_GAP, blank), *item] if row else item
                break
    return rows


def _muted(scene: Scene, text: str) -> Item:
    return [(text, looks(scene.palette).muted)]


def _sign(scene: Scene, sign: str, name: str) -> Item:
    return [(sign, looks(scene.palette).strong), *_muted(scene, f" {name}")]


def _number_signs(scene: Scene, content: Content, signs: set[str]) -> Item:
    """The meaning of + and - if a number is shown, and of ? if it occurs."""
    middle = format_number(middle_of(scene, content))
    meanings = {"+": f"above {middle}", "-": f"below {middle}", "·": middle, "?": "no number"}
    shown = [sign for sign in meanings if sign in signs]
    return [
        part
        for place, sign in enumerate(shown)
        for part in _sign(scene, "  " * (place > 0) + sign, meanings[sign])
    ]


def _classes(scene: Scene, shown: set[str], room: int) -> Iterator[Item]:
    """The name of each class whose sign is shown, unless the sign is the name."""
    # With very many outputs the last ones share a sign, which names the first of them.
    signs = dict.fromkeys(class_signs(scene.session))
    named = [
        (sign, safe(output_label(scene.session, output)))
        for output, sign in enumerate(signs)
        if sign in shown
    ]
    named = [(sign, name) for sign, name in named if sign != name]
    names = tuple(name for _, name in named)
    sizes = sum(map(cell_len, names)) + len(named) * (_SIGN + len(_GAP)) - len(_GAP)
    if named and sizes > room:
        width = (room + len(_GAP)) // len(named) - _SIGN - len(_GAP)
        names = (distinct_names(names, width) if width >= _MIN_NAME_LENGTH else None) or names
    for (sign, _), name in zip(named, names, strict=True):
        yield _sign(scene, sign, name)


def _wrong(scene: Scene, marks: Sequence[Mark]) -> Item:
    """The meaning of the underlined marks, with one of them."""
    if not marks:
        return []
    mark, palette = min(marks, key=lambda mark: mark.character), scene.palette
    line = Style(underline=True)
    return [
        (mark.character, look(mark.colour, mark.background or palette.background, True) + line),
        (" ", looks(palette).plain),
        ("wrong", looks(palette).bad + line),
    ]


def _boxes(scene: Scene, boxed: Sequence[Mark]) -> Iterator[Item]:
    """One shown mark of a sample and one of a test sample."""
    palette = scene.palette
    for paper, name in ((palette.foreground, "sample"), (palette.muted, "test")):
        signs = [mark.character for mark in boxed if mark.background == paper]
        if signs:
            box = look(palette.background, paper, bold=True)
            yield [(min(signs), box), *_muted(scene, f" {name}")]


def _yes_and_no(scene: Scene, characters: set[str], signs: set[str]) -> Iterator[Item]:
    """The marks and the sign of each answer, with those of test samples."""
    names = ("0", "1")
    classes = scene.session.classes
    if classes and len(classes) == len(names) and scene.session.network.n_outputs == 1:
        names = (safe(classes[0]), safe(classes[1]))
    tests = ""
    for answer, name in ((1, names[1]), (0, names[0])):
        place = 1 - answer
        train = [kind[0][place] for kind in (LARGE, SMALL) if kind[0][place] in characters]
        test = [kind[1][place] for kind in (LARGE, SMALL) if kind[1][place] in characters]
        tests += "".join(test)
        shown = "".join(train or test)
        if str(answer) in signs and str(answer) != name:
            shown += str(answer)
        if shown:
            yield _sign(scene, shown, name)
    if tests:
        yield _sign(scene, tests, "test")
