"""Long work as its job tells of it: the same in every browser, and still there after closing one."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

import streamlit as st
from streamlit.runtime.scriptrunner import RerunException, StopException

from pages.components import drawn, text
from services import connection, jobs
from services.jobs import JobItem

RUNNING = ("queued", "running")
KINDS = {"preview": "Reading contacts from Xero", "import": "Importing", "sync": "Syncing"}
NOUNS = {"preview": "preview", "import": "import", "sync": "sync"}


@contextmanager
def working(words: str = "Working", aside: str = " · goes on also if you close this") -> Iterator[None]:
    """While a command for one or many runs, or something is looked up for it: that it does, and how far it is.

    It is carried out to its end although its person closes the page or presses something else meanwhile, of which
    Streamlit would tell by an exception from between two rows.
    """
    place = st.empty()

    def tell(done: int, total: int) -> None:
        if done < total:
            with suppress(RerunException, StopException):
                far = f"{text.figure(done)} of {text.figure(total)}"
                place.progress(done / total, f"{far}{aside}")

    with st.spinner(f"{words}…"), jobs.watched(tell):
        yield


def is_running(job: JobItem | None) -> bool:
    """Whether there is a job that has not ended."""
    return job is not None and job.state in RUNNING


def everything() -> None:
    """Show how far each job is that runs, for whichever organisation."""
    names = {one.id: one.name for one in connection.list_connections()}
    for job in jobs.running_jobs():
        watch(job, names.get(job.connection_id, ""))


def watch(job: JobItem, who: str = "") -> None:
    """Show how far a job is, every second; when it ends the page runs again. `who` is the organisation."""

    @st.fragment(run_every="1s")
    def bar() -> None:
        now = jobs.get_job(job.id)
        if now.state not in RUNNING:
            drawn.anew()
        share = min(now.done / now.total, 1.0) if now.total else 0.0
        st.progress(share, text=_words(now, who))

    bar()


def _words(job: JobItem, who: str) -> str:
    what = job.stage or KINDS.get(job.kind, "Working")
    where = f" · {text.plain(who)}" if who else ""
    if job.state == "queued":
        return f"{KINDS.get(job.kind, 'Working')}{where}: waiting for its turn"
    far = f": {text.figure(job.done)} of {text.figure(job.total)}" if job.total else " …"
    return f"{text.plain(what)}{where}{far}"
