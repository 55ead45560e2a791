"""The state machine: thirty steps of people on both sides, accidents and the engine; then rest, and a judgement.

Hypothesis chooses the steps: by itself, to look for a short history that breaks a promise; or from bytes made
from a seed, which gives the same history each time.
"""

import random
from collections import Counter
from collections.abc import Callable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, get_state_machine_test, initialize, rule

from services.reconcile.contact import Field
from tests.soak.accidents import FAULTS
from tests.soak.life import Life
from tests.soak.people import KINDS
from tests.soak.world import World

STEPS = 30
BYTES = 6000
DAY = 90_000.0
"""Seconds: long enough that a full comparison is due."""
PICKS = st.integers(0, 209)
FIELDS = st.sampled_from(list(Field))
CALLS = st.sampled_from((1, 1, 1, 2, 2, 3, 4))
STAGES = st.sampled_from(("Reading contacts from Xero", "Matching contacts", "Comparing contacts", "Writing to Xero"))
OFTEN = ("edit", "edit_in_xero", "edit_both")
ACTS = (
    "edit", "edit_in_xero", "clear", "clear_in_xero", "add", "take_a_name", "archive", "restore", "archive_in_xero",
    "restore_in_xero", "erase_in_xero", "merge_in_xero", "create", "stop", "rematch", "create_new", "make_two_way",
    "confirm", "choose", "retry", "archive_in_both", "undo", "undo", "set_policy",
    "set_direction", "set_hours", "keep_in_xero", "restore_decided", "set_up", "set_up", "change_type_in_xero",
    "let_in", "defer", "release_brake", "import_file", "archive_offered",
)  # fmt: skip
VISITS = (
    "edit", "edit", "edit_in_xero", "edit_in_xero", "clear", "clear_in_xero", "stop", "archive", "archive_in_xero",
    "create", "choose", "rematch", "add", "set_up", "set_policy", "set_direction", "disconnect_and_connect", "undo",
    "import_file",
)  # fmt: skip
REGRETTED = ("stop", "rematch", "create_new", "confirm", "choose", "restore_decided", "let_in", "import_file")
MEANWHILE = (
    "edit_newest_in_xero",
    "archive_newest",
    "edit_newest",
    "create_newest",
    "confirm",
    "edit_in_xero",
    "archive_in_xero",
    "take_a_name",
)
AFTER_AN_EDIT = (
    "edit", "clear", "archive", "stop_of", "edit_half", "edit_half", "clear_half", "archive_half", "undo", "retry",
    "put_back", "take_back",
)  # fmt: skip
AND_BACK = (
    "restore",
    "restore_in_xero",
    "undo",
    "rematch",
    "set_direction",
    "set_policy",
    "edit",
    "edit_half",
    "confirm",
)
UNHURRIED = settings(
    stateful_step_count=STEPS, database=None, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False
)


class History(RuleBasedStateMachine):
    """One history in `world`. What it contained is added to `counts`; `last` is the latest."""

    world: World
    counts: Counter[str]
    quiet_ticks: int
    last: Life

    def __init__(self) -> None:
        super().__init__()
        self.life = Life(self.world, self.quiet_ticks)
        type(self).last = self.life

    @initialize(small=st.booleans(), quick=st.integers(0, 3), organisations=st.integers(0, 3))
    def sizes_are_chosen(self, small: bool, quick: int, organisations: int) -> None:
        if organisations == 0:
            self.life.in_two_organisations()
        self.life.in_sizes(small, quick == 0)

    @rule(act=st.sampled_from(ACTS), pick=PICKS, field=FIELDS)
    def somebody_acts(self, act: str, pick: int, field: Field) -> None:
        self.life.act(act, pick, field)

    @rule(act=st.sampled_from(ACTS), pick=PICKS, field=FIELDS)
    def somebody_else_acts(self, act: str, pick: int, field: Field) -> None:
        self.life.act(act, pick, field)

    @rule(act=st.sampled_from(OFTEN), pick=PICKS, field=FIELDS)
    def somebody_edits(self, act: str, pick: int, field: Field) -> None:
        self.life.act(act, pick, field)

    @rule(act=st.sampled_from(OFTEN), pick=PICKS, field=FIELDS)
    def somebody_else_edits(self, act: str, pick: int, field: Field) -> None:
        self.life.act(act, pick, field)

    @rule(act=st.sampled_from(REGRETTED), pick=PICKS, field=FIELDS, looks=st.booleans())
    def somebody_regrets(self, act: str, pick: int, field: Field, looks: bool) -> None:
        self.life.act("add", pick // 3, field)
        self.life.tick()
        self.life.act(act, pick, field)
        if looks:
            self.life.tick()
        self.life.act("undo", 0, field)

    @rule(act=st.sampled_from(OFTEN), pick=PICKS, field=FIELDS)
    def somebody_answers_late(self, act: str, pick: int, field: Field) -> None:
        self.life.act("edit_both", pick, field)
        self.life.tick()
        self.life.act("look_at_differences", pick, field)
        self.life.act(act, pick, field)
        self.life.tick()
        self.life.act("choose_on_that_page", pick, field)

    @rule(pick=PICKS, field=FIELDS, fault=st.integers(0, len(FAULTS) - 1))
    def somebody_keeps_what_was_to_be_archived(self, pick: int, field: Field, fault: int) -> None:
        self.life.act("archive_in_both", pick, field)
        self.life.fault(fault, "POST")
        self.life.tick()
        self.life.act("keep_in_xero", pick, field)

    @rule(act=st.sampled_from(("confirm", "confirm", "rematch", "archive")), pick=PICKS, field=FIELDS)
    def somebody_answers_a_refusal(self, act: str, pick: int, field: Field) -> None:
        self.life.act("add", KINDS.index("same name"), field)
        self.life.act("create_newest", pick, field)
        self.life.tick()
        self.life.act(act, pick, field)

    @rule(
        act=st.sampled_from(MEANWHILE), then=st.sampled_from(AND_BACK), pick=PICKS, field=FIELDS,
        fault=st.integers(0, len(FAULTS) - 1), looks=st.booleans(),
    )  # fmt: skip
    def somebody_acts_while_a_creation_is_unanswered(
        self, act: str, then: str, pick: int, field: Field, fault: int, looks: bool
    ) -> None:
        self.life.act("add", KINDS.index("practice"), field)
        self.life.act("create_newest", pick, field)
        self.life.fault(fault, "PUT")
        self.life.tick()
        self.life.act(act, pick, field)
        if looks:
            self.life.tick()
        self.life.act(then, pick, field)

    @rule(
        act=st.sampled_from(AFTER_AN_EDIT), then=st.sampled_from(AND_BACK), pick=PICKS, field=FIELDS,
        fault=st.integers(0, len(FAULTS) - 1), looks=st.booleans(),
    )  # fmt: skip
    def somebody_acts_while_a_change_is_unanswered(
        self, act: str, then: str, pick: int, field: Field, fault: int, looks: bool
    ) -> None:
        self.life.act("edit", pick, field)
        self.life.fault(fault, "POST")
        self.life.tick()
        self.life.act(act, pick, field)
        if looks:
            self.life.tick()
        self.life.act(then, pick, field)

    @rule(act=st.sampled_from(ACTS), then=st.sampled_from(ACTS), pick=PICKS, field=FIELDS)
    def people_act_while_xero_asks_for_a_sign_in(self, act: str, then: str, pick: int, field: Field) -> None:
        self.life.act("lose_access")
        self.life.act(act, pick, field)
        self.life.act(then, pick, field)
        self.life.tick()
        self.life.act("connect_again")

    @rule(act=st.sampled_from(ACTS), then=st.sampled_from(ACTS), pick=PICKS, field=FIELDS, looks=st.booleans())
    def people_act_while_disconnected(self, act: str, then: str, pick: int, field: Field, looks: bool) -> None:
        self.life.act("disconnect")
        self.life.act(act, pick, field)
        self.life.act("connect_again")
        if looks:
            self.life.tick()
        self.life.act(then, pick, field)

    @rule(act=st.sampled_from(VISITS), then=st.sampled_from(VISITS), pick=PICKS, field=FIELDS)
    def somebody_acts_while_all_of_xero_is_compared(self, act: str, then: str, pick: int, field: Field) -> None:
        self.life.wait(DAY)
        self.life.tick()
        self.life.act(act, pick, field)
        self.life.tick()
        self.life.act(then, pick, field)

    @rule(pick=st.integers(0, len(FAULTS) - 1), method=st.sampled_from(("GET", "PUT", "POST")), skip=st.integers(0, 2))
    def a_call_will_fail(self, pick: int, method: str, skip: int) -> None:
        self.life.fault(pick, method, skip)

    @rule(hours=st.sampled_from((-1, 1)))
    def our_clock_jumps(self, hours: int) -> None:
        self.life.jump(hours)

    @rule(seconds=st.sampled_from((0.2, 1.0, 20.0, 100.0, 400.0)))
    def time_passes(self, seconds: float) -> None:
        self.life.wait(seconds)

    @rule(behind=st.sampled_from(("", "pages", "all")))
    def lists_of_xero(self, behind: str) -> None:
        self.life.lists(behind)

    @rule(pick=PICKS, fate=st.sampled_from(("comes", "comes", "comes twice", "is lost")))
    def a_webhook(self, pick: int, fate: str) -> None:
        self.life.webhook(pick, fate)

    @rule(delta=st.sampled_from((True, True, False)))
    def the_engine_looks(self, delta: bool) -> None:
        self.life.tick(delta=delta)

    @rule(boundary=st.integers(1, 20))
    def the_engine_dies(self, boundary: int) -> None:
        self.life.tick_killed(boundary)

    @rule(call=CALLS, after=st.booleans(), act=st.sampled_from(VISITS), pick=PICKS, field=FIELDS)
    def somebody_acts_meanwhile(self, call: int, after: bool, act: str, pick: int, field: Field) -> None:
        self.life.tick_visited(call, after, act, pick, field)

    @rule(stage=STAGES, batch=st.integers(1, 2), act=st.sampled_from(VISITS), pick=PICKS, field=FIELDS)
    def somebody_acts_between_batches(self, stage: str, batch: int, act: str, pick: int, field: Field) -> None:
        self.life.tick_visited_between(stage, batch, act, pick, field)

    @rule(kind=st.integers(0, len(KINDS) - 1), act=st.sampled_from(MEANWHILE), pick=PICKS, field=FIELDS)
    def somebody_acts_while_several_are_matched(self, kind: int, act: str, pick: int, field: Field) -> None:
        for _ in range(4):
            self.life.act("add", kind, field)
        self.life.tick_visited_between("Matching contacts", 1, act, pick, field)

    @rule(call=CALLS, after=st.booleans())
    def the_engine_sleeps(self, call: int, after: bool) -> None:
        self.life.tick_asleep(call, after)

    def teardown(self) -> None:
        """The end, unless a promise was broken on the way."""
        try:
            if not self.life.is_over:
                self.life.end()
                self.counts.update(self.life.counts)
        finally:
            self.life.close()


def machine_in(world: World, counts: Counter[str], quiet_ticks: int = 1) -> type[History]:
    """The machine in this world; `counts` adds up what its histories contained."""
    return type("HistoryHere", (History,), {"world": world, "counts": counts, "quiet_ticks": quiet_ticks})


def by_seed(machine: type[History]) -> Callable[[int], Life]:
    """A function that lives the history of a seed and returns it. Raises: whatever was wrong with it."""
    one = get_state_machine_test(machine, settings=UNHURRIED).hypothesis.fuzz_one_input

    def live(seed: int) -> Life:
        one(random.Random(seed).randbytes(BYTES))
        return machine.last

    return live
