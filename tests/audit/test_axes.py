"""What axes mean after reshaping, reducing, broadcasting."""

from __future__ import annotations

from xavier_theory.audit import axes as ax

BATCH = (("b", 8),)


def test_a_view_takes_heads_apart_and_puts_them_together() -> None:
    tokens = (BATCH, (("p", 5),), (("f", 12),))
    heads = ax.reshaped(tokens, (8, 5, 4, 3))
    assert heads == (BATCH, (("p", 5),), (("f", 4),), (("f", 3),))
    moved = ax.permuted(heads, (0, 2, 1, 3))
    assert ax.reshaped(moved, (32, 5, 3)) == ((("b", 8), ("f", 4)), (("p", 5),), (("f", 3),))
    assert ax.reshaped(ax.permuted(moved, (0, 2, 1, 3)), (8, 5, 12)) == tokens
    assert ax.reshaped(tokens, (40, 12)) == ((("b", 8), ("p", 5)), (("f", 12),))


def test_axes_of_length_one_come_and_go() -> None:
    assert ax.reshaped((BATCH, (("f", 6),)), (8, 1, 6, 1)) == (BATCH, (), (("f", 6),), ())
    assert ax.reshaped((BATCH, (), (("f", 6),)), (48,)) == ((("b", 8), ("f", 6)),)


def test_a_view_that_cuts_across_factors_is_not_known() -> None:
    assert ax.reshaped((BATCH, (("p", 3),)), (6, 4)) is None
    assert ax.reshaped((BATCH,), (9,)) is None


def test_what_is_mapped_along_the_last_axis_leaves_positions() -> None:
    mixed = ax.contracted((BATCH, (("f", 6),), (("p", 4),)), 10)
    assert mixed == (BATCH, (("p", 6),), (("f", 10),))


def test_a_mean_over_axes_says_what_went() -> None:
    images = (BATCH, (("f", 3),), (("p", 4),), (("p", 5),))
    rest, gone = ax.reduced(images, (-2, -1), keep=False)
    assert rest == (BATCH, (("f", 3),)) and gone == (("p", 4), ("p", 5))
    assert ax.reduced(images, (1,), keep=True)[0] == (BATCH, (), (("p", 4),), (("p", 5),))


def test_a_shorter_operand_takes_the_meaning_of_the_longer() -> None:
    axes = ax.broadcast(
        [((BATCH, (("p", 5),), (("f", 6),)), (8, 5, 6)), (((("p", 6),),), (6,))], (8, 5, 6)
    )
    assert axes == (BATCH, (("p", 5),), (("f", 6),))


def test_usual_axes_of_images_series_tokens() -> None:
    assert ax.usual((2, 3, 4, 5))[1:] == ((("f", 3),), (("p", 4),), (("p", 5),))
    assert ax.usual((2, 7, 5)) == ((("b", 2),), (("p", 7),), (("f", 5),))
    assert ax.usual((2, 7), integers=True) == ((("b", 2),), (("p", 7),))
    assert ax.count(ax.usual((2, 3, 4, 5)), "p") == 20
