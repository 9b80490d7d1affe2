"""The Table view: each cell is the output that the two values would give."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.edits.numbers import set_parameter
from engine.nn.parameters import Bias, Input, Parameter, Weight, WeightRow
from engine.text import format_within
from tests.tui.views.scenes import PALETTE, classifier, colour_at, random_session, scene_of, texts
from tui.state.view_settings import TableSettings
from tui.views.table import column_axis, draw_table, table_title, values_around

PAIRS: list[tuple[Parameter, Parameter]] = [
    (Weight(1, 0, 1), Bias(1, 0)),
    (Input(0), Input(1)),
    (Weight(0, 1, 0), Weight(1, 0, 1)),
    (Weight(0, 1, 0), Weight(0, 1, 2)),
]


@pytest.mark.parametrize(("down", "across"), PAIRS)
def test_every_cell_is_what_the_network_gives(down: Parameter, across: Parameter) -> None:
    session = classifier()
    lines = texts(
        draw_table(scene_of(session, parameter=down, table=TableSettings(columns=across)), 90, 13)
    )
    columns = [float(word.lstrip("▼")) for word in lines[1].split()]
    assert len(columns) >= 7
    for line in lines[2:13]:
        heading, *cells = line.split()
        changed = set_parameter(down, float(heading.lstrip("▶")), 0).apply(session)
        expected = [
            format_within(
                float(set_parameter(across, value, 0).apply(changed).trace.outputs[0, 0]), (0, 1)
            )
            for value in columns
        ]
        assert cells == expected


def test_the_present_values_are_in_the_middle_and_marked() -> None:
    strips = draw_table(scene_of(classifier(), parameter=Weight(1, 0, 1)), 90, 13)
    lines = texts(strips)
    assert lines[0].split() == ["weight", "h2→o1", "↓", "bias", "of", "o1", "→"]
    top = lines[1].split()
    assert top[len(top) // 2] == "▼-0.2"
    side = [line.split()[0] for line in lines[2:13]]
    assert side[5] == "▶-1"
    assert lines[7].split()[1 + len(top) // 2] == "0.0847"
    column = lines[7].index("0.0847")
    assert colour_at(strips, column, 7) == PALETTE.background
    assert colour_at(strips, lines[1].index("▼"), 1) == PALETTE.accent


def test_listed_values_that_do_not_fit_are_counted() -> None:
    values = tuple((float(number),) for number in range(30))
    settings = TableSettings(Bias(1, 0), Input(1), values, values)
    lines = texts(draw_table(scene_of(classifier(), table=settings), 60, 12))
    assert len(lines) == 12
    shown = len(lines[1].split())
    assert lines[0].split("  ")[:2] == [
        "bias of o1 ↓ (20 more)",
        f"input x2 → ({30 - shown} more)",
    ]
    assert "▼2" in lines[1]
    assert not any("▶" in line for line in lines)
    unfit = TableSettings(WeightRow(1, 0), Weight(1, 0, 1), ((1.0, 2.0, 3.0),), values)
    lines = texts(draw_table(scene_of(classifier(), table=unfit), 60, 12))
    assert lines[0].split("  ")[:2] == ["weights of o1 ↓", "bias of o1 →"]
    assert "▼-0.2" in lines[1]


def test_the_second_parameter_suits_the_first() -> None:
    session = classifier()
    cases: list[tuple[Parameter, Parameter]] = [
        (Weight(1, 0, 2), Bias(1, 0)),
        (Bias(1, 0), Weight(1, 0, 0)),
        (Input(0), Input(1)),
        (Input(2), Input(0)),
        (Weight(0, 1, 1), Bias(1, 0)),
    ]
    for first, second in cases:
        assert column_axis(scene_of(session, parameter=first)) == second
    only_input = random_session((1, 1), ("sigmoid",))
    assert column_axis(scene_of(only_input, parameter=Input(0))) == Bias(0, 0)
    wanted = scene_of(session, parameter=Input(0), table=TableSettings(columns=Weight(0, 2, 1)))
    assert column_axis(wanted) == Weight(0, 2, 1)
    twice = scene_of(session, parameter=Input(0), table=TableSettings(columns=Input(0)))
    assert column_axis(twice) == Input(1)


def test_the_output_is_the_current_one() -> None:
    session = random_session((3, 4, 3), ("tanh", "softmax"), classes=("a", "b", "c"))
    assert table_title(scene_of(session, 1, 2)) == "Table of c"
    assert table_title(scene_of(session, 0, 2)) == "Table of a"
    line = texts(draw_table(scene_of(session, 1, 2), 90, 13))[7]
    out = format_within(float(session.trace.outputs[0, 2]), (0, 1))
    assert line.split()[1:][len(line.split()[1:]) // 2] == out


@given(
    st.floats(-1e300, 1e300),
    st.integers(0, 10).map(lambda half: 2 * half + 1),
    st.floats(1e-9, 1e6),
)
def test_the_values_rise_around_the_present_one(value: float, count: int, step: float) -> None:
    values = values_around(value, count, step).tolist()
    assert len(values) == count
    assert values[count // 2] == value
    assert values == sorted(values)
    assert len(set(values)) == count


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (0.2, [-0.4, -0.2, 0, 0.2, 0.4, 0.6, 0.8]),
        (0.5, [0, 0.2, 0.4, 0.5, 0.6, 0.8, 1]),
        (-3.0, [-3.6, -3.4, -3.2, -3, -2.8, -2.6, -2.4]),
        (5.0, [3.5, 4, 4.5, 5, 5.5, 6, 6.5]),
        (12.0, [9, 10, 11, 12, 13, 14, 15]),
        (0.0, [-0.6, -0.4, -0.2, 0, 0.2, 0.4, 0.6]),
    ],
)
def test_the_other_values_are_round(value: float, expected: list[float]) -> None:
    assert values_around(value, 7, 0.1).tolist() == pytest.approx(expected)


def test_the_spacing_follows_the_step() -> None:
    assert values_around(0.0, 3, 0.01).tolist() == pytest.approx([-0.02, 0, 0.02])
    assert values_around(0.0, 3, 1.0).tolist() == pytest.approx([-2, 0, 2])


@pytest.mark.parametrize(
    ("digits", "n_columns", "shown"), [(2, 5, 2), (4, 4, 4), (6, 3, 6), (17, 4, 4)]
)
def test_a_narrow_table_keeps_its_digits_unless_no_columns_are_left(
    digits: int, n_columns: int, shown: int
) -> None:
    scene = scene_of(classifier(), parameter=Weight(1, 0, 1), digits=digits)
    lines = texts(draw_table(scene, 36, 12))
    assert len(lines[1].split()) == n_columns
    out = format_within(float(scene.trace.outputs[0, 0]), (0, 1), shown)
    [present] = [line for line in lines if line.lstrip().startswith("▶")]
    assert present.split()[1:][n_columns // 2] == out


def test_what_is_nearly_a_limit_is_written_as_everywhere() -> None:
    session = set_parameter(Bias(1, 0), 9.0, 0).apply(classifier())
    lines = texts(draw_table(scene_of(session, parameter=Weight(1, 0, 1), step=1.0), 36, 13))
    assert len(lines[1].split()) >= 2
    assert any("0.9999" in line for line in lines)


def test_the_tint_tells_high_from_low() -> None:
    strips = draw_table(scene_of(classifier(), parameter=Weight(1, 0, 1)), 90, 13)

    def background(column: int, row: int) -> tuple[int, ...]:
        style = next(iter(strips[row].crop(column, column + 1))).style
        assert style is not None
        assert style.bgcolor is not None
        return tuple(style.bgcolor.get_truecolor())

    column = texts(strips)[7].index("0.0847")
    low, high = background(column, 2), background(column, 12)
    assert low[0] > low[2]
    assert high[2] > high[0]


def test_a_tiny_drawing_is_a_line_of_text() -> None:
    assert texts(draw_table(scene_of(classifier()), 12, 3))[0] == "o1 0.0847   "


def test_long_names_give_way_to_codes_where_they_do_not_fit() -> None:
    session = classifier().evolve(features=("hours studied a day", "hours slept a night", "age"))
    scene = scene_of(session, parameter=Input(0))
    for width, names in ((80, "input hours studied a day ↓  "), (40, "x1 ↓  x2 →")):
        assert texts(draw_table(scene, width, 9))[0].startswith(names)
