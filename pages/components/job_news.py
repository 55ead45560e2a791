"""A toast when a job ends that was running when one looked last, on whatever page one is by then."""

import streamlit as st

from pages.components import notices, progress, text
from services import connection, jobs
from services.jobs import JobItem

RUNNING = "job_news.running"
CHANGED = {"changed": "changed in Xero"}
DONE = {"link": "linked", "create": "created here", "hold": "held for review", "ask": "to resolve"}


def tell() -> None:
    """Say of each job that has ended since the page ran last how it went."""
    running = {job.id for job in jobs.running_jobs()}
    for job_id in st.session_state.get(RUNNING, set()) - running:
        _tell(jobs.get_job(job_id))
    st.session_state[RUNNING] = running


def counted(job: JobItem) -> str:
    """What a job did, in numbers; "" for nothing."""
    words = (CHANGED if job.kind == "sync" else {}) | DONE
    parts = [f"{text.figure(job.result[key])} {done}" for key, done in words.items() if job.result.get(key)]
    return ", ".join(parts)


def _tell(job: JobItem) -> None:
    names = {one.id: one.name for one in connection.list_connections()}
    what = f"The {progress.NOUNS.get(job.kind, 'job')} of {text.plain(names.get(job.connection_id, 'Xero'))}"
    if job.state == "failed":
        notices.say(f"{what} stopped. {text.plain(job.error)}", icon=":material/error:")
    elif job.result.get("braked"):
        notices.say(f"{what} stopped before a mass change, for an admin to look at.", icon=":material/front_hand:")
    elif job.kind == "preview":
        notices.say(f"{what} is ready.")
    else:
        notices.say(f"{what} is done" + (f": {counted(job)}." if counted(job) else "; nothing was new in Xero."))
