"""A long list worked through one row at a time, without reading all of it to draw one page."""

from collections.abc import Callable, Iterator, Sequence
from typing import overload


class Queue(Sequence[str]):
    """The ids of a whole list in order. Those `shown` on the page are at hand, the rest is asked for when it is needed.

    The first of those shown is number `first` of `total`, counted from 0. What is asked for later is as it is then.
    """

    def __init__(self, shown: Sequence[str], first: int, total: int, ask: Callable[[], Sequence[str]]) -> None:
        self._shown, self._first, self._total, self._ask = list(shown), first, total, ask
        self._asked: Sequence[str] | None = None

    def __len__(self) -> int:
        """How many ids there are in all."""
        return self._total if self._asked is None else len(self._asked)

    def __contains__(self, one: object) -> bool:
        """Whether an id is among them."""
        return one in self._shown or one in self._whole()

    def __iter__(self) -> Iterator[str]:
        """All ids in order."""
        return iter(self._whole())

    @overload
    def __getitem__(self, place: int) -> str: ...

    @overload
    def __getitem__(self, place: slice) -> Sequence[str]: ...

    def __getitem__(self, place: int | slice) -> str | Sequence[str]:
        """The id at a place, or those at several."""
        ahead = self._first
        if isinstance(place, slice):
            begin, end, step = place.indices(len(self))
            if self._asked is None and step == 1 and ahead <= begin and end <= ahead + len(self._shown):
                return self._shown[begin - ahead : end - ahead]
        elif self._asked is None and ahead <= place < ahead + len(self._shown):
            return self._shown[place - ahead]
        return self._whole()[place]

    def index(self, one: str, *bounds: int) -> int:
        """The place of an id."""
        if self._asked is None and one in self._shown and not bounds:
            return self._first + self._shown.index(one)
        return self._whole().index(one, *bounds)

    def _whole(self) -> Sequence[str]:
        if self._asked is None:
            self._asked = self._ask()
        return self._asked
