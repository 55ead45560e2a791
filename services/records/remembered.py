"""Answers of read-only questions, remembered until anything at all is committed to the database.

SQLite tells a connection cheaply whether others have committed since (`PRAGMA data_version`). An answer counts only
while that number stays the same, so it is never older than the database, whoever changed it and from which process.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

from services.db import database

MOST = 64

P = ParamSpec("P")
R = TypeVar("R")

_lock = Lock()
_answers: OrderedDict[Hashable, object] = OrderedDict()


def remembered(ask: Callable[P, R]) -> Callable[P, R]:
    """Ask again only after a change. For functions with hashable arguments whose answer is frozen and comes from the
    tables alone.
    """

    @wraps(ask)
    def answer(*args: P.args, **kwargs: P.kwargs) -> R:
        question = (ask.__qualname__, ask.__module__, database().version(), args, tuple(sorted(kwargs.items())))
        with _lock:
            if question in _answers:
                _answers.move_to_end(question)
                return _answers[question]  # type: ignore[return-value]
        found = ask(*args, **kwargs)
        with _lock:
            _answers[question] = found
            while len(_answers) > MOST:
                _answers.popitem(last=False)
        return found

    return answer
