"""One history from its beginning to its judgement. Hypothesis or a list chooses what happens in it."""

from contextlib import suppress

from services import webhooks
from services.errors import ContactSyncError
from services.reconcile.contact import Field
from tests.soak import judging, sizes
from tests.soak.accidents import FAULTS, Accidents
from tests.soak.people import People
from tests.soak.world import World

NIGHT = 2000.0
"""Seconds: longer than a lease and the longest pause before a write is tried again."""
HOUR = 3600.0
LONG = 400.0
"""Seconds after which Xero's lists have caught up."""
TICKS_TO_REST = 3
MOST_RELEASES = 9


class Life:
    """A history in a world. `told` are its steps in words; each may raise `Wrong`, and nothing else."""

    def __init__(self, world: World, quiet_ticks: int = 1) -> None:
        world.begin(0)
        self.world = world
        self.quiet_ticks = quiet_ticks
        self.people = People(world)
        self.accidents = Accidents(world, self.people)
        self.start = judging.read(world)
        self.told: list[str] = []
        self.is_over = False

    def in_sizes(self, small: bool, quick: bool) -> None:
        """Work in small batches, or with a brake that stops early."""
        self.told.append(f"{'small' if small else 'usual'} batches, {'quick' if quick else 'usual'} brake")
        sizes.use(small, quick)

    def in_two_organisations(self) -> None:
        """Begin again with a practice whose contacts sync with two organisations."""
        if self.world.http is None:
            self.told.append("two organisations")
            self.world.end()
            self.world.begin(0, organisations=2)
            self.start = judging.read(self.world)

    def act(self, name: str, pick: int = 0, what: Field = Field.EMAIL) -> None:
        """A person does something; it may be refused."""
        self.told.append(f"{name} {pick} {what.value}")
        self.world.turn_to(pick)
        with suppress(ContactSyncError):
            getattr(self.people, name)(pick, what)

    def fault(self, pick: int, method: str, skip: int = 0) -> None:
        """One of the next calls goes wrong."""
        self.told.append(f"fault {pick % len(FAULTS)} {method} {skip}")
        rule = {**FAULTS[pick % len(FAULTS)], "method": method, "path": "/Contacts", "skip": skip}
        self.world.state.faults.add(rule)

    def jump(self, hours: int) -> None:
        """Our clock is set, forward or back; Xero's lists are not behind at that time."""
        self.told.append(f"our clock jumps {hours}")
        self.world.lists_catch_up()
        self.world.jump(HOUR * hours)

    def wait(self, seconds: float) -> None:
        """Time passes, for us and for Xero; its lists never stay behind for long."""
        self.told.append(f"wait {seconds}")
        self.world.wait(seconds)
        if seconds >= LONG:
            self.world.lists_catch_up()

    def lists(self, behind: str) -> None:
        """Xero's lists go on saying what they say now, pages only or all of them; or, with "", they catch up.

        If a person edits in Xero, all lists catch up: an edit hidden from every read cannot be protected. Nor are they
        behind while our clock is ahead.
        """
        if self.told.count("our clock jumps 1") > self.told.count("our clock jumps -1"):
            behind = ""
        self.told.append(f"lists fall behind: {behind}" if behind else "lists catch up")
        self.world.lists_fall_behind(behind == "all") if behind else self.world.lists_catch_up()

    def webhook(self, pick: int, fate: str = "comes") -> None:
        """One of the waiting batches of events arrives, perhaps out of order or to arrive again; or it is lost."""
        waiting = self.world.state.webhooks.waiting
        if not waiting:
            return
        self.told.append(f"webhook {pick % len(waiting)} {fate}")
        batch = waiting[pick % len(waiting)]
        if fate != "comes twice":
            waiting.remove(batch)
        if fate != "is lost":
            webhooks.receive(batch.body())
            webhooks.take_in()

    def tick(self, *, delta: bool = True) -> None:
        """The engine takes a turn; if a webhook woke it, it does not ask what changed."""
        self.told.append("tick" if delta else "tick without delta")
        self._tick(delta=delta)

    def tick_killed(self, boundary: int) -> None:
        """A turn that is killed at a commit or a call."""
        self.told.append(f"tick killed at {boundary}")
        self.accidents.dies(boundary)
        self._tick()

    def tick_visited(self, call: int, after: bool, name: str, pick: int = 0, what: Field = Field.EMAIL) -> None:
        """A turn during which a person acts."""
        self.told.append(f"tick visited {'after' if after else 'before'} call {call}:")
        self.accidents.is_visited(call, after, lambda: self.act(name, pick, what))
        self._tick()

    def tick_visited_between(self, stage: str, batch: int, name: str, pick: int = 0, what: Field = Field.EMAIL) -> None:
        """A turn during which a person acts between two batches, counted from 1 within their stage."""
        self.told.append(f"tick visited after batch {batch} of {stage}:")
        self.accidents.is_visited_between(stage, batch, lambda: self.act(name, pick, what))
        self._tick()

    def tick_asleep(self, call: int, after: bool) -> None:
        """A turn that pauses past its lease; another worker takes over, then it wakes up."""
        self.told.append(f"tick asleep {'after' if after else 'before'} call {call}")
        self.accidents.sleeps(call, after)
        self._tick()

    def end(self) -> None:
        """Nothing more happens. Three ticks have to be enough, all is judged, and further ticks must change nothing.

        What directions held back must travel once they are opened, and is judged again. Raises: Wrong.
        """
        self.is_over = True
        self.people.open_all_hours()
        self._come_to_rest()
        judging.judge(self.world, self.people.ledger, self.start)
        if self.people.open_all_directions():
            self._come_to_rest()
            judging.judge(self.world, self.people.ledger, self.start)
        self._stay_at_rest()

    def close(self) -> None:
        """Close the world."""
        self.accidents.close()
        self.world.end()

    @property
    def counts(self) -> dict[str, int]:
        """What the history held."""
        ledger = self.people.ledger
        return {
            "histories": 1,
            "steps": len(self.told),
            "values that people wrote": len(ledger.written),
            "edits kept out of the open window": ledger.residual,
            **self.accidents.happened,
        }

    def _tick(self, *, delta: bool = True) -> None:
        try:
            self.accidents.tick(delta=delta)
        except BaseException:
            self.is_over = True
            raise

    def _come_to_rest(self) -> None:
        self.world.state.faults.rules.clear()
        self.world.lists_catch_up()
        self.world.state.webhooks.waiting.clear()
        self.world.wait(HOUR * self.told.count("our clock jumps -1"))
        left, released = TICKS_TO_REST, 0
        while left:
            self.world.wait(NIGHT)
            with suppress(ContactSyncError):
                self.world.tick()
            if self.people.lets_go():
                released += 1
            else:
                left -= 1
            if released > MOST_RELEASES:
                raise judging.Wrong(["the brake stops again and again"])

    def _stay_at_rest(self) -> None:
        """Further ticks change nothing. One that leaves every row as it was leaves the next nothing to do either.

        A full comparison that is under way ends first: it reads a page a tick, and finds what changed without a date.
        """
        while self.world.rows("SELECT 1 FROM connection WHERE full_page != 0"):
            self.world.wait(60.0)
            self.world.tick()
        before, xero = self.world.fingerprint(), self.world.xero()
        for _ in range(self.quiet_ticks):
            self.world.wait(60.0)
            self.world.tick()
        if (before, xero) != (self.world.fingerprint(), self.world.xero()):
            raise judging.Wrong(["it did not stay at rest"])
