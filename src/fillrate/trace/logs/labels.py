"""Text per order or line, kept once: a code for each row and the list of distinct texts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Labels", "labels"]


@dataclass(frozen=True, eq=False)
class Labels:
    """One text for each of n rows.

    Attributes:
        code: (n,) int32, index into `names`; -1 where the log gives no text.
        names: the distinct texts, in order of first appearance.
    """

    code: NDArray[np.int32]
    names: tuple[str, ...]

    def texts(self) -> list[str]:
        """The text of each row, empty where there is none."""
        names = (*self.names, "")
        return [names[code] for code in self.code]


def labels(texts: Iterable[str], empty: str = "") -> Labels:
    """Code texts by first appearance; an empty text becomes `empty`, or -1 if that is empty too.

    >>> labels(["b", "a", "", "b"]).code.tolist(), labels(["b", "a"]).names
    ([0, 1, -1, 0], ('b', 'a'))
    """
    known: dict[str, int] = {}
    codes = [known.setdefault(text or empty, len(known)) if text or empty else -1 for text in texts]
    return Labels(np.array(codes, dtype=np.int32), tuple(known))
