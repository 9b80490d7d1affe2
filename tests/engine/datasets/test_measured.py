"""The data sets that come with the package, against what their publishers say of them."""

import numpy as np
import pytest

from engine.datasets import DATASETS, REAL_DATA, generate, load_dataset, read_real_data


def test_iris_is_what_fisher_published() -> None:
    """The ranges, means, deviations and correlations with the class are those of its description.

    Rows 35 and 38 are those that are wrong in other copies of the data.
    """
    iris = load_dataset("iris")
    assert iris.inputs.shape == (150, 4)
    assert iris.features == ("sepal length", "sepal width", "petal length", "petal width")
    assert iris.classes == ("setosa", "versicolor", "virginica")
    assert iris.task == "multiclass"
    assert iris.targets.sum(axis=0).tolist() == [50, 50, 50]
    assert iris.inputs.min(axis=0).tolist() == [4.3, 2.0, 1.0, 0.1]
    assert iris.inputs.max(axis=0).tolist() == [7.9, 4.4, 6.9, 2.5]
    np.testing.assert_allclose(iris.inputs.mean(axis=0), [5.84, 3.05, 3.76, 1.2], atol=0.01)
    np.testing.assert_allclose(iris.inputs.std(axis=0), [0.83, 0.43, 1.76, 0.76], atol=0.01)
    correlations = np.corrcoef(iris.inputs.T, iris.targets.argmax(axis=1))[-1, :-1]
    np.testing.assert_allclose(correlations, [0.7826, -0.4194, 0.9490, 0.9565], atol=0.01)
    assert iris.inputs[34].tolist() == [4.9, 3.1, 1.5, 0.2]
    assert iris.inputs[37].tolist() == [4.9, 3.6, 1.4, 0.1]


def test_digits_are_pictures_of_64_pixels() -> None:
    """The counts of the classes are those the publisher gives for the part for testing."""
    digits = load_dataset("digits")
    assert digits.inputs.shape == (1797, 64)
    assert digits.features[:9] == (
        "r1c1",
        "r1c2",
        "r1c3",
        "r1c4",
        "r1c5",
        "r1c6",
        "r1c7",
        "r1c8",
        "r2c1",
    )
    assert digits.classes == tuple("0123456789")
    counts = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert digits.targets.sum(axis=0).tolist() == counts
    assert (digits.targets.sum(axis=1) == 1).all()
    assert set(digits.inputs.flat) == set(range(17))
    assert digits.targets[:10].argmax(axis=1).tolist() == list(range(10))


def test_the_first_digit_looks_like_a_zero() -> None:
    picture = load_dataset("digits").inputs[0].reshape(8, 8)
    assert picture[3:5, 2].min() > 4
    assert picture[3:5, 5].min() > 4
    assert picture[3:5, 3:5].max() == 0


@pytest.mark.parametrize("name", REAL_DATA)
def test_source_and_licence_are_named(name: str) -> None:
    dataset, entry = load_dataset(name), REAL_DATA[name]
    assert (dataset.source, dataset.licence) == (entry.source, entry.licence)
    assert "UCI Machine Learning Repository" in entry.source
    assert entry.licence.startswith("CC BY 4.0")
    assert (dataset.n_samples, dataset.classes, dataset.task) == (
        entry.n_samples,
        entry.classes,
        entry.task,
    )


def test_every_named_data_set() -> None:
    assert list(DATASETS) == [
        "circle",
        "xor",
        "gauss",
        "spiral",
        "moons",
        "rings",
        "plane",
        "multi_gauss",
        "iris",
        "digits",
    ]
    for name, entry in DATASETS.items():
        dataset = load_dataset(name)
        assert dataset.name == name
        assert dataset.n_samples == entry.n_samples
        assert dataset.classes == entry.classes


def test_generated_data_take_the_settings() -> None:
    loaded = load_dataset("circle", n_samples=40, noise=10, seed=3, low=-1)
    expected = generate("circle", 40, 10, 3, -1)
    assert np.array_equal(loaded.inputs, expected.inputs)
    assert np.array_equal(loaded.targets, expected.targets)


def test_measured_data_take_none() -> None:
    assert np.array_equal(load_dataset("iris", seed=7).inputs, load_dataset("iris").inputs)
    for wrong in ({"noise": 5}, {"n_samples": 100}):
        with pytest.raises(ValueError, match="iris was measured, not generated"):
            load_dataset("iris", **wrong)


def test_unknown_names() -> None:
    with pytest.raises(ValueError, match=r"no data set 'irish'; did you mean 'iris'\?"):
        load_dataset("irish")
    with pytest.raises(ValueError, match="there are no data 'circle'"):
        read_real_data("circle")
