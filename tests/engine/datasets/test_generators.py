"""Made data: against the formulas written out point by point, and against what they promise."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from engine.datasets import GENERATORS, generate

Labelled = tuple[float, float, float]

NAMES = ("circle", "xor", "gauss", "spiral", "moons", "rings", "plane", "multi_gauss")


def uniform(random: np.random.Generator, size: float, count: int) -> list[list[float]]:
    values: list[list[float]] = random.uniform(-size, size, (count, 2)).tolist()
    return values


def circle(count: int, noise: float, random: np.random.Generator) -> list[Labelled]:
    inside = [random.uniform(0, 2.5) for _ in range(math.ceil(count / 2))]
    radii = inside + [random.uniform(3.5, 5) for _ in range(count // 2)]
    angles = [random.uniform(0, 2 * math.pi) for _ in radii]
    points = [(r * math.sin(t), r * math.cos(t)) for r, t in zip(radii, angles, strict=True)]
    moves = uniform(random, 5, count)
    return [
        (x, y, float(math.dist((x + noise * dx, y + noise * dy), (0, 0)) < 2.5))
        for (x, y), (dx, dy) in zip(points, moves, strict=True)
    ]


def rings(count: int, noise: float, random: np.random.Generator) -> list[Labelled]:
    sizes = [count // 3 + (ring < count % 3) for ring in range(3)]
    ranges = [(0, 1.2), (2, 3.2), (4, 5)]
    radii = [
        random.uniform(low, high)
        for (low, high), size in zip(ranges, sizes, strict=True)
        for _ in range(size)
    ]
    angles = [random.uniform(0, 2 * math.pi) for _ in radii]
    points = [(r * math.sin(t), r * math.cos(t)) for r, t in zip(radii, angles, strict=True)]
    labelled = []
    for (x, y), (dx, dy) in zip(points, uniform(random, 5, count), strict=True):
        away = math.dist((x + noise * dx, y + noise * dy), (0, 0))
        labelled.append((x, y, 0.0 if away < 1.6 else 1.0 if away < 3.6 else 2.0))
    return labelled


def xor(count: int, noise: float, random: np.random.Generator) -> list[Labelled]:
    points = [
        tuple(value + (0.3 if value > 0 else -0.3) for value in point)
        for point in uniform(random, 5, count)
    ]
    return [
        (x, y, float((x + noise * dx) * (y + noise * dy) >= 0))
        for (x, y), (dx, dy) in zip(points, uniform(random, 5, count), strict=True)
    ]


def gauss(count: int, noise: float, random: np.random.Generator) -> list[Labelled]:
    deviation = math.sqrt(0.5 + (4 - 0.5) * noise / 0.5)
    labelled = []
    for sample in range(count):
        label = float(sample < count / 2)
        centre = 2 if label else -2
        x, y = (centre + deviation * random.standard_normal() for _ in range(2))
        labelled.append((x, y, label))
    return labelled


def spiral(count: int, noise: float, random: np.random.Generator) -> list[Labelled]:
    labelled = []
    for label, size in ((1, math.ceil(count / 2)), (0, count // 2)):
        for i in range(size):
            r, t = i / size * 5, 1.75 * i / size * 2 * math.pi + (0 if label else math.pi)
            dx, dy = random.uniform(-1, 1), random.uniform(-1, 1)
            labelled.append(
                (r * math.sin(t) + dx * noise, r * math.cos(t) + dy * noise, float(label))
            )
    return labelled


def moons(count: int, noise: float, random: np.random.Generator) -> list[Labelled]:
    angles = [random.uniform(0, math.pi) for _ in range(count)]
    labelled = []
    for sample, (t, (dx, dy)) in enumerate(zip(angles, uniform(random, 3, count), strict=True)):
        upper = sample < count / 2
        x, y = (math.cos(t), math.sin(t)) if upper else (1 - math.cos(t), 0.5 - math.sin(t))
        labelled.append((3 * x - 1.5 + dx * noise, 3 * y - 0.75 + dy * noise, float(upper)))
    return labelled


def plane(count: int, noise: float, random: np.random.Generator) -> list[Labelled]:
    points, moves = uniform(random, 6, count), uniform(random, 6, count)
    return [
        (x, y, ((x + noise * dx) + (y + noise * dy)) / 10)
        for (x, y), (dx, dy) in zip(points, moves, strict=True)
    ]


def multi_gauss(count: int, noise: float, random: np.random.Generator) -> list[Labelled]:
    hills = [(-4, 2.5, 1), (0, 2.5, -1), (4, 2.5, 1), (-4, -2.5, -1), (0, -2.5, 1), (4, -2.5, -1)]
    labelled = []
    points, moves = uniform(random, 6, count), uniform(random, 6, count)
    for (x, y), (dx, dy) in zip(points, moves, strict=True):
        label = 0.0
        for cx, cy, sign in hills:
            away = math.dist((x + noise * dx, y + noise * dy), (cx, cy))
            height = sign * max(0.0, 1 - away / 2)
            if abs(height) > abs(label):
                label = height
        labelled.append((x, y, label))
    return labelled


WRITTEN_OUT: dict[str, Callable[[int, float, np.random.Generator], list[Labelled]]] = {
    "circle": circle,
    "xor": xor,
    "gauss": gauss,
    "spiral": spiral,
    "moons": moons,
    "rings": rings,
    "plane": plane,
    "multi_gauss": multi_gauss,
}


@pytest.mark.parametrize("noise", [0, 17, 50])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("count", [200, 101])
def test_the_formulas_point_by_point(name: str, noise: int, count: int) -> None:
    made = generate(name, count, noise, seed=noise + 3)
    expected = np.array(WRITTEN_OUT[name](count, noise / 100, np.random.default_rng(noise + 3)))
    np.testing.assert_allclose(made.inputs, expected[:, :2], rtol=0, atol=1e-13)
    answers = made.targets.argmax(axis=1) if name == "rings" else made.targets[:, 0]
    np.testing.assert_allclose(answers, expected[:, 2], rtol=0, atol=1e-13)


def test_the_kinds_in_the_order_in_which_they_are_shown() -> None:
    assert set(GENERATORS) == set(NAMES)
    for generator in GENERATORS.values():
        assert generator.title
        assert generator.description.endswith(".")


@pytest.mark.parametrize("name", NAMES)
def test_what_every_kind_gives(name: str) -> None:
    made = generate(name)
    regression = name in ("plane", "multi_gauss")
    assert made.n_samples == (1200 if regression else 500)
    assert made.features == ("x1", "x2")
    assert (made.classes is None) == regression
    assert (made.source, made.licence, made.notes) == (None, None, ())
    if name == "rings":
        assert made.task == "multiclass"
        assert (made.targets.sum(axis=1) == 1).all()
        assert made.targets.sum(axis=0).tolist() == [167, 167, 166]
    elif not regression:
        assert made.task == "binary"
        assert set(made.targets.flat) == {0, 1}


@pytest.mark.parametrize("name", NAMES)
def test_the_seed_decides_and_only_the_seed(name: str) -> None:
    first, again = generate(name, noise=20, seed=5), generate(name, noise=20, seed=5)
    assert first.inputs.tobytes() == again.inputs.tobytes()
    assert first.targets.tobytes() == again.targets.tobytes()
    assert not np.array_equal(first.inputs, generate(name, noise=20, seed=6).inputs)


@pytest.mark.parametrize("name", ["circle", "xor", "rings", "plane", "multi_gauss"])
def test_noise_in_the_answers_leaves_the_points_where_they_are(name: str) -> None:
    quiet, noisy = generate(name, seed=5), generate(name, noise=30, seed=5)
    assert np.array_equal(quiet.inputs, noisy.inputs)
    assert not np.array_equal(quiet.targets, noisy.targets)


def test_ranges_without_noise() -> None:
    many = 20_000
    made = generate("circle", many, seed=1)
    away, inside = np.hypot(*made.inputs.T), made.targets[:, 0] == 1
    assert inside.sum() == many / 2
    assert 2.49 < away[inside].max() < 2.5
    assert 3.5 < away[~inside].min() < 3.51
    assert 4.99 < away.max() < 5
    made = generate("xor", many, seed=1)
    assert 0.3 < np.abs(made.inputs).min() < 0.31
    assert 5.29 < np.abs(made.inputs).max() < 5.3
    made = generate("plane", many, seed=1)
    assert 5.99 < np.abs(made.inputs).max() < 6
    assert 1.1 < made.targets.max() < 1.2
    made = generate("multi_gauss", many, seed=1)
    assert made.targets.max() > 0.98
    assert made.targets.min() < -0.98
    # Six circles of radius 2, of which two and two overlap nowhere, in a square of side 12.
    assert np.mean(made.targets != 0) == pytest.approx(6 * math.pi * 4 / 144, abs=0.02)


@pytest.mark.parametrize(("noise", "variance"), [(0, 0.5), (25, 2.25), (50, 4.0)])
def test_the_spread_of_the_clouds(noise: int, variance: float) -> None:
    made = generate("gauss", 100_000, noise, seed=8)
    for label, centre in ((0, -2), (1, 2)):
        cloud = made.inputs[made.targets[:, 0] == label]
        assert len(cloud) == 50_000
        np.testing.assert_allclose(cloud.mean(axis=0), centre, atol=0.05)
        np.testing.assert_allclose(cloud.var(axis=0), variance, rtol=0.03)
        assert abs(np.corrcoef(cloud.T)[0, 1]) < 0.02


def test_how_many_answers_noise_flips() -> None:
    """At 50 percent a point of xor moves by up to 2.5, evenly, in either direction.

    It crosses an axis from a distance d < 2.5 with the probability (2.5 - d) / 5; d is evenly
    spread over 0.3 to 5.3. One crossing of the two turns the class over.
    """
    crossing = (2.5 - 0.3) ** 2 / 2 / 5 / 5
    quiet, noisy = generate("xor", 200_000, seed=2), generate("xor", 200_000, 50, seed=2)
    turned = float(np.mean(quiet.targets != noisy.targets))
    assert turned == pytest.approx(2 * crossing * (1 - crossing), abs=0.005)


def test_targets_for_a_tanh() -> None:
    usual, symmetric = generate("circle", seed=3), generate("circle", seed=3, low=-1)
    assert np.array_equal(symmetric.targets, 2 * usual.targets - 1)
    for name in ("rings", "plane"):
        assert np.array_equal(generate(name, low=-1).targets, generate(name).targets)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"name": "cirlce"}, "no generator 'cirlce'; did you mean 'circle'?"),
        ({"noise": 51}, "51 percent of noise; expected an integer from 0 to 50"),
        ({"noise": -1}, "-1 percent of noise"),
        ({"noise": 0.5}, "0.5 percent of noise"),
        ({"noise": True}, "True percent of noise"),
        ({"n_samples": 9}, "9 samples; expected an integer from 10 to 1,000,000"),
        ({"n_samples": 1_000_001}, "1000001 samples"),
        ({"seed": -1}, "seed -1: expected an integer from 0 up"),
        ({"seed": 1.0}, "seed 1.0"),
        ({"low": 1}, "the target of class 0 is 1; expected 0 or -1"),
    ],
)
def test_what_is_refused(arguments: dict[str, object], reason: str) -> None:
    with pytest.raises(ValueError, match=reason.replace("?", r"\?")):
        generate(**({"name": "circle"} | arguments))  # type: ignore[arg-type] # wrong on purpose
