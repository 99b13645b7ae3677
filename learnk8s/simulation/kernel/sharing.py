"""How an amount that is too small is divided among those who claim a part of it."""

from collections.abc import Sequence


def filled(amount: int, claims: Sequence[tuple[int, int]]) -> list[int]:
    """Divide an amount by weight so that nobody gets more than its claim; claims are (weight, wanted).

    >>> filled(100, [(1, 10), (1, 80), (2, 80)])
    [10, 30, 60]
    """
    given = [0] * len(claims)
    open_ = list(range(len(claims)))
    while open_:
        total = sum(claims[index][0] for index in open_) or 1
        sated = [index for index in open_ if claims[index][1] * total <= amount * claims[index][0]]
        if not sated:
            for index in open_:
                given[index] = amount * claims[index][0] // total
            break
        for index in sated:
            given[index] = claims[index][1]
            amount -= claims[index][1]
        open_ = [index for index in open_ if index not in sated]
    return given
