"""All tables in one import, for migrations and for code that needs the metadata complete."""

from typing import Any

from models.activity import ActivityRow
from models.alert import AlertRow
from models.api_call import ApiCallRow
from models.authorisation import AuthorisationRow
from models.connection import ConnectionRow
from models.consent import ConsentRow
from models.contact import ContactRow
from models.counter import CounterRow
from models.difference import DifferenceRow
from models.ended_sign_in import EndedSignInRow
from models.inbox import InboxRow
from models.installation import InstallationRow
from models.intent import IntentRow
from models.issue import IssueRow
from models.job import JobRow
from models.lease import LeaseRow
from models.link import LinkRow
from models.match_index import MatchEntryRow, MatchKeyRow
from models.notice import NoticeRow
from models.notice_target import NoticeTargetRow
from models.saved_view import SavedViewRow
from models.suggestion import SuggestionRow
from models.tally import LinkTallyRow
from models.user import UserRow
from models.xero_contact import XeroContactRow

__all__ = [
    "ActivityRow",
    "AlertRow",
    "ApiCallRow",
    "AuthorisationRow",
    "ConnectionRow",
    "ConsentRow",
    "ContactRow",
    "CounterRow",
    "DifferenceRow",
    "EndedSignInRow",
    "InboxRow",
    "InstallationRow",
    "IntentRow",
    "IssueRow",
    "JobRow",
    "LeaseRow",
    "LinkRow",
    "LinkTallyRow",
    "MatchEntryRow",
    "MatchKeyRow",
    "NoticeRow",
    "NoticeTargetRow",
    "SavedViewRow",
    "SuggestionRow",
    "UserRow",
    "XeroContactRow",
]


def is_described(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether Alembic compares it with the metadata: all but the index of the links' texts, which only SQL knows."""
    return kind != "table" or not str(name).startswith("link_search")
