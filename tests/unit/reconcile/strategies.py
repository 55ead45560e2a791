"""Small alphabets on purpose: random contacts must often be equal, blank or equal but for wording."""

from hypothesis import strategies as st

from services.reconcile.contact import Address, Agreed, Contact, Field, Value
from services.reconcile.match import Keys
from services.reconcile.policy import Policy

NAMES = st.sampled_from(["Acme Ltd", "ACME Ltd", "Acme  Ltd ", "Ädam", "A\u0308dam", "Beta", "", "  "])
EMAILS = st.sampled_from(["a@x.com", "A@x.com ", "b@x.com", "", " "])
PHONES = st.sampled_from(["+44 20 7946 0958", "0044 (0)20 79460958", "020 7946 0958", "+1 20 7946 0958", "", "-"])
ADDRESSES = st.builds(
    Address,
    street=st.sampled_from(["1 High St", "1 high st,", "1 High St\nLeeds", ""]),
    city=st.sampled_from(["Leeds", "LEEDS ", ""]),
)
VALUES: dict[Field, st.SearchStrategy[Value]] = {
    Field.NAME: NAMES,
    Field.EMAIL: EMAILS,
    Field.PHONE: PHONES,
    Field.ADDRESS: ADDRESSES,
}
contacts = st.builds(Contact, name=NAMES, email=EMAILS, phone=PHONES, address=ADDRESSES)
bases = st.fixed_dictionaries(
    {}, optional={field: st.builds(Agreed, practice=values, xero=values) for field, values in VALUES.items()}
)
directions = st.builds(Policy, practice_to_xero=st.booleans(), xero_to_practice=st.booleans())
field_and_values = st.sampled_from(list(Field)).flatmap(
    lambda field: st.tuples(st.just(field), VALUES[field], VALUES[field], VALUES[field])
)

_keys = st.sampled_from(["", "a", "b", "c"])


def keys_lists(prefix: str) -> st.SearchStrategy[list[Keys]]:
    """Up to eight contacts with distinct ids, whose keys collide often and are often blank."""
    pairs = st.lists(st.tuples(_keys, _keys), max_size=8)
    return pairs.map(lambda found: [Keys(f"{prefix}{i}", name, email) for i, (name, email) in enumerate(found)])
