"""Features computed from others: names, texts, values."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.datasets import (
    DerivedFeature,
    extend,
    generate,
    load_dataset,
    parse_feature,
    suggested_features,
    with_derived,
)

FEATURES = [
    (DerivedFeature("square", (0,)), "x1^2", "x1²", 2.25),
    (DerivedFeature("square", (1,)), "x2^2", "x2²", 4.0),
    (DerivedFeature("product", (0, 1)), "x1*x2", "x1·x2", -3.0),
    (DerivedFeature("sin", (0,)), "sin(x1)", "sin x1", math.sin(1.5)),
    (DerivedFeature("cos", (1,)), "cos(x2)", "cos x2", math.cos(-2)),
    (DerivedFeature("abs", (1,)), "abs(x2)", "abs x2", 2.0),
]


@pytest.mark.parametrize(("feature", "text", "name", "value"), FEATURES)
def test_each_kind(feature: DerivedFeature, text: str, name: str, value: float) -> None:
    assert feature.text == text
    assert feature.name(("x1", "x2")) == name
    assert parse_feature(text) == feature
    np.testing.assert_allclose(feature.values(np.array([[1.5, -2.0]])), [value], rtol=1e-15)


@pytest.mark.parametrize(
    ("text", "feature"),
    [
        (" x1 ^ 2 ", DerivedFeature("square", (0,))),
        ("x12²", DerivedFeature("square", (11,))),
        ("x2·x1", DerivedFeature("product", (0, 1))),
        ("x10*x2", DerivedFeature("product", (1, 9))),
        ("sin( x3 )", DerivedFeature("sin", (2,))),
    ],
)
def test_other_ways_to_write_them(text: str, feature: DerivedFeature) -> None:
    assert parse_feature(text) == feature


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "'' is no derived feature; expected something like x1^2"),
        ("x1^3", "'x1^3' is no derived feature"),
        ("x1", "'x1' is no derived feature"),
        ("x1*x2*x3", "is no derived feature"),
        ("tan(x1)", "is no derived feature"),
        ("sin(x1", "is no derived feature"),
        ("x0^2", "features count from x1"),
        ("x1*x0", "features count from x1"),
        ("x1*x1", "write x1^2"),
        ("x01*x1", "write x1^2"),
        ("x1234567890^2", "is no derived feature"),
        ("x１^2", "is no derived feature"),
        ("__import__('os')", "is no derived feature"),
    ],
)
def test_texts_that_are_none(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=re.escape(reason)):
        parse_feature(text)


@given(
    st.one_of(
        st.builds(
            DerivedFeature,
            st.sampled_from(["square", "sin", "cos", "abs"]),
            st.tuples(st.integers(0, 10_000)),
        ),
        st.builds(
            DerivedFeature,
            st.just("product"),
            st.lists(st.integers(0, 10_000), min_size=2, max_size=2, unique=True).map(tuple),
        ),
    )
)
def test_written_and_read_back(feature: DerivedFeature) -> None:
    assert parse_feature(feature.text) == feature


@given(st.text(max_size=20))
def test_any_other_text_is_refused_or_read(text: str) -> None:
    try:
        feature = parse_feature(text)
    except ValueError:
        return
    assert parse_feature(feature.text) == feature


@pytest.mark.parametrize(
    ("kind", "of"),
    [
        ("root", (0,)),
        ("square", ()),
        ("square", (0, 1)),
        ("square", (-1,)),
        ("product", (0,)),
        ("product", (1, 1)),
        ("product", (0, 1, 2)),
    ],
)
def test_features_that_cannot_be(kind: str, of: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="derived feature"):
        DerivedFeature(kind, of)


def test_the_five_of_two_inputs() -> None:
    names = [feature.name(("x1", "x2")) for feature in suggested_features(2)]
    assert names == ["x1²", "x2²", "x1·x2", "sin x1", "sin x2"]


def test_of_many_inputs_no_products() -> None:
    assert len(suggested_features(12)) == 12 + 66 + 12
    assert {feature.kind for feature in suggested_features(64)} == {"square", "sin"}


def test_names_of_more_than_one_word_are_bracketed() -> None:
    features = load_dataset("iris").features
    assert DerivedFeature("square", (0,)).name(features) == "(sepal length)²"
    assert DerivedFeature("product", (2, 3)).name(features) == "(petal length)·(petal width)"
    assert DerivedFeature("sin", (0,)).name(("größe",)) == "sin größe"


def test_a_data_set_with_derived_features_after_its_own() -> None:
    circle = generate("circle", 50)
    extended = extend(circle, suggested_features(2)[:3])
    assert extended.features == ("x1", "x2", "x1²", "x2²", "x1·x2")
    x, y = circle.inputs.T
    expected = np.column_stack([x, y, x**2, y**2, x * y])
    np.testing.assert_allclose(extended.inputs, expected, rtol=1e-15)
    assert extended.targets is circle.targets
    assert np.array_equal(with_derived(circle.inputs, []), circle.inputs)


def test_a_feature_that_is_not_there() -> None:
    with pytest.raises(ValueError, match=r"x1\*x3: there is no x3, the features are x1 to x2"):
        extend(generate("circle"), [DerivedFeature("product", (0, 2))])
