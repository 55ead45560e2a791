"""Deliberate bugs, put into the engine from outside during a test: a judge has to find each.

A mutant replaces one function or constant of the product. If that is renamed, the mutant fails and has to be adapted.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from tests.soak import directed, directed_connections, directed_lists, directed_pages
from tests.soak import mutants_connecting as connecting
from tests.soak import mutants_reading as reading
from tests.soak import mutants_writing as writing
from tests.soak.directed import Directed

Put = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A deliberate bug: how it is put in, and the short history that has to notice it."""

    name: str
    put: Put
    history: Directed

    @contextmanager
    def alive(self) -> Iterator[None]:
        """The product has this bug for the length of the block."""
        with pytest.MonkeyPatch.context() as patch:
            self.put(patch)
            yield


MUTANTS = (
    Mutant("no merge", writing.no_merge, directed.both_sides_edit_one_field),
    Mutant("echo", reading.echo, directed_pages.what_was_read_is_read_again),
    Mutant("what is older is news", reading.older_is_news, directed_lists.lists_are_behind_our_own_write),
    Mutant("no overlap", reading.no_overlap, directed.an_edit_in_xero_within_the_second_of_the_last_look),
    Mutant("the cursor moves before the pages are in", reading.cursor_first, directed_pages.killed_between_two_pages),
    Mutant("a page is skipped", reading.place_first, directed_pages.killed_before_a_page_of_older_changes),
    Mutant("the cursor is not capped", reading.uncapped_cursor, directed_pages.pages_shift_while_they_are_read),
    Mutant("the cursor is our clock", reading.own_clock, directed.our_clock_is_ahead),
    Mutant("base := reply", writing.base_is_the_reply, directed.xero_changes_another_field_while_we_write),
    Mutant("no read-back", writing.no_read_back, directed.xero_changes_the_field_before_a_second_try),
    Mutant("no doubt", writing.no_doubt, directed.somebody_in_xero_puts_back_what_a_lost_answer_hides),
    Mutant(
        "what shows late is an edit",
        writing.late_is_believed,
        directed_lists.xero_shows_a_lost_write_after_it_was_taken_back,
    ),
    Mutant("no fence", writing.no_fence, directed.a_worker_sleeps_past_its_lease),
    Mutant("a key used for another body", writing.one_key_for_all, directed.two_are_created_within_minutes),
    Mutant("outcomes paired wrongly", writing.wrong_pairing, directed.two_are_created_at_once),
    Mutant("all fields are sent", writing.all_fields_sent, directed.xero_changes_another_field_while_we_write),
    Mutant("stopped links are planned", writing.stopped_are_planned, directed.a_stopped_one_changes_in_xero),
    Mutant("a blank is no change", writing.blank_is_no_change, directed.somebody_in_xero_empties_a_field),
    Mutant("no brake", reading.no_brake, directed.a_mass_of_contacts_is_archived_in_xero),
    Mutant("settled twice", writing.settled_twice, directed.xero_changes_another_field_while_we_write),
    Mutant("a taken contact is linked", writing.taken_is_linked, directed.a_taken_contact_is_linked_once_more),
    Mutant("the base is forgotten on return", reading.base_forgotten, directed.an_edit_while_archived_in_xero),
    Mutant("stopped links are imported again", reading.stopped_are_imported, directed.a_stopped_one_changes_in_xero),
    Mutant("a choice does not travel", writing.choices_stay_here, directed.a_difference_is_decided),
    Mutant("links never end", reading.links_never_end, directed.somebody_archives_in_xero),
    Mutant("archived contacts are not read", reading.archived_are_not_read, directed.somebody_archives_in_xero),
    Mutant("webhook events are dropped unread", reading.events_are_dropped, directed.a_webhook_names_a_contact),
    Mutant(
        "markers say nothing",
        connecting.markers_say_nothing,
        directed_connections.who_was_being_created_is_renamed_while_disconnected,
    ),
    Mutant(
        "nobody is looked at again",
        connecting.never_looked_at_again,
        directed_connections.everybody_is_renamed_between_two_batches_of_matching,
    ),
    Mutant(
        "nobody is matched anew",
        connecting.never_matched_anew,
        directed_connections.who_was_being_created_is_read_before_disconnecting,
    ),
    Mutant("quota counted after the call", writing.counted_after, directed.killed_in_the_middle_of_calls),
)
