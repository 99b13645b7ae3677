"""Sets of completion indexes as a Job's status writes them. Models pkg/controller/job/indexed_job_utils.go (1.36)."""


def indexes_text(found: set[int]) -> str:
    """Return a set as ranges.

    >>> indexes_text({0, 1, 2, 5, 7, 8})
    '0-2,5,7,8'
    """
    said: list[str] = []
    for first, last in _runs(sorted(found)):
        said.append(str(first) if first == last else f"{first}-{last}" if last - first > 1 else f"{first},{last}")
    return ",".join(said)


def _runs(numbers: list[int]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def parsed_indexes(text: str) -> set[int]:
    """Return the set that a text names; what is no number is left out.

    >>> sorted(parsed_indexes("0-2,5"))
    [0, 1, 2, 5]
    """
    found: set[int] = set()
    for part in text.split(","):
        low, dash, high = part.partition("-")
        if low.isdigit():
            found.update(range(int(low), min(int(high) if dash and high.isdigit() else int(low), 100_000) + 1))
    return found
