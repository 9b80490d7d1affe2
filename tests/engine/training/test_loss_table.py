"""The losses of a run, however long it is."""

from __future__ import annotations

import numpy as np
import pytest

from engine.training.loss_table import LossTable, stride_of


def filled(n_epochs: int, most: int | None) -> LossTable:
    table = LossTable(most=most)
    for epoch in range(n_epochs + 1):
        table.append(epoch, None if epoch % 2 else -epoch)
    return table


def test_all_losses_are_kept_without_a_bound() -> None:
    rows = filled(1000, None).rows()
    assert rows[:, 0].tolist() == list(range(1001))
    assert np.isnan(rows[1::2, 1]).all()
    assert rows[::2, 1].tolist() == list(range(0, -1001, -2))


@pytest.mark.parametrize("n_epochs", [0, 1, 6, 7, 8, 9, 15, 16, 17, 100, 255, 256, 1000, 1023])
def test_of_many_every_second_is_kept_again_and_again_and_the_last(n_epochs: int) -> None:
    kept = filled(n_epochs, 8).rows()[:, 0].astype(int).tolist()
    stride = stride_of(len(kept), n_epochs)
    assert kept == sorted({*range(0, n_epochs, stride), n_epochs})
    assert len(kept) <= 9
    assert n_epochs < 8 or len(kept) > 4


@pytest.mark.parametrize("n_epochs", [3, 7, 8, 9, 21, 32, 100])
def test_a_table_goes_on_from_what_it_gave_out_and_leaves_that_as_it_is(n_epochs: int) -> None:
    table = filled(n_epochs, 8)
    given = table.rows()
    before = given.tolist()
    for epoch in range(n_epochs + 1, n_epochs + 40):
        table.append(epoch, None if epoch % 2 else -epoch)
    np.testing.assert_equal(given.tolist(), before)
    with pytest.raises(ValueError, match="read-only"):
        given[0] = 0
    again = table.back_at(given, n_epochs)
    np.testing.assert_equal(again.rows(), given)
    for epoch in range(n_epochs + 1, n_epochs + 40):
        again.append(epoch, None if epoch % 2 else -epoch)
    np.testing.assert_equal(again.rows(), table.rows())


def test_going_back_to_where_it_is_copies_nothing() -> None:
    table = filled(20, None)
    assert table.back_at(table.rows(), 20) is table
    earlier = table.rows()
    table.append(21, None)
    assert len(table.back_at(earlier, 20).rows()) == 21
