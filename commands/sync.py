"""Syncing from a terminal: preview the first import, sync, and look at or release the brake."""

import time
from typing import Annotated

import typer

from commands.choose import chosen_connection
from commands.output import CLI, Json, Organisation, show, show_one
from services import brake as brakes
from services import imports, jobs, worker
from services.errors import UsageError
from services.jobs import JobItem

POLL_SECONDS = 0.2


def preview(connection: Organisation = "", as_json: Json = False) -> None:
    """Read all contacts from Xero and say what the first import would do. Nothing is written."""
    chosen = chosen_connection(connection)
    _finish(imports.start_preview(CLI, chosen.id))
    counts = imports.preview_counts(chosen.id)
    sentence = (
        f"{counts.total} contacts in Xero: {counts.link} would be linked, {counts.create} created here, "
        f"{counts.hold} held for review, {counts.ask} asked about; {counts.skip} are left out by the filter, "
        f"{counts.archived} are archived."
    )
    show_one(counts, sentence, as_json)


def sync(connection: Organisation = "", as_json: Json = False) -> None:
    """Sync now and wait until it is done. The first time, this is the import."""
    chosen = chosen_connection(connection)
    start = imports.start_import if chosen.state == "setting_up" else imports.sync_now
    job = _finish(start(CLI, chosen.id))
    counts = ", ".join(f"{name} {count}" for name, count in job.result.items())
    show_one(job.result, f"Synced {chosen.name}: {counts or 'nothing to do'}.", as_json)


def brake(
    connection: Organisation = "",
    release: Annotated[bool, typer.Option("--release", help="Let the next sync do what is held back.")] = False,
    each: Annotated[bool, typer.Option("--each", help="List the contacts and what would happen to each.")] = False,
    as_json: Json = False,
) -> None:
    """Show the mass change that the sync holds back. Release it only if it is what you want."""
    if each and release:
        raise UsageError("Look at each one first, with --each alone; then use --release.")
    chosen = chosen_connection(connection)
    held = brakes.get_brake(chosen.id)
    if held is None:
        show_one({"on": False}, "The brake is not on.", as_json)
        return
    if each:
        show(brakes.list_held(chosen.id), ("name", "what", "change"), as_json)
        return
    if release:
        brakes.release(CLI, chosen.id, held)
    show_one(held, f"{'Released. ' if release else ''}{held.reason}", as_json)


def _finish(job_id: str) -> JobItem:
    """Run the job here, or wait while the app's worker runs it."""
    worker.run_jobs()
    job = jobs.get_job(job_id)
    while job.state in ("queued", "running"):
        time.sleep(POLL_SECONDS)
        worker.run_jobs()
        job = jobs.get_job(job_id)
    if job.state == "failed":
        raise UsageError(job.error)
    return job
