"""What an address says of who lives there: less where others of the book live too, as much in one line as in parts."""

from services.reconcile.contact import Address, Contact
from services.reconcile.score import POINTS_A_BIT, frequencies_of, score, traits_of
from services.reconcile.scoring import addresses
from services.reconcile.scoring.weights import UNKNOWN, Frequencies

HOME = Address("12 Market Street", "Leeds", "", "LS1 1AA")


def bits(a: Address, b: Address, frequencies: Frequencies = UNKNOWN) -> float:
    found = addresses.compare(addresses.parse(a), addresses.parse(b), frequencies)
    assert found
    return found[0]


def book(*contacts: Contact) -> Frequencies:
    return frequencies_of(map(traits_of, contacts))


def test_an_address_where_others_live_too_says_less_than_one_of_its_own() -> None:
    family = [Contact(f"{name} Smith", address=HOME) for name in ("Ann", "Bob", "Carol")]
    assert bits(HOME, HOME, book(*family)) <= addresses.SHARED_MOST < bits(HOME, HOME, book(family[0]))


def test_neighbours_in_a_street_where_several_live_are_no_candidates_for_that_alone() -> None:
    street = [Contact(f"Shop {n}", address=Address(f"{n} Ventura Boulevard", "Encino")) for n in (100, 205, 311)]
    ours, theirs = traits_of(Contact("Quartz", address=Address("987 Ventura Blvd", "Encino"))), traits_of(street[0])
    ranked = score("p", ours, theirs, book(*street))
    address = next(part.points for part in ranked.parts if part.about == "address")
    assert address <= addresses.NEIGHBOURS_MOST * POINTS_A_BIT


def test_the_words_of_a_town_count_once() -> None:
    one, two = (bits(Address("1 High Street", town), Address("9 Low Road", town)) for town in ("Reno", "Santa Monica"))
    assert one == two


def test_an_address_in_one_line_is_read_as_one_in_parts() -> None:
    parts = Address("800 W Randolph Street", "Chicago", "", "60607")
    for line in (
        "800 W Randolph St, Chicago 60607",
        "800 W Randolph St\nChicago\n60607",
        "800 W. Randolph St Chicago 60607",
    ):
        place = addresses.parse(Address(line))
        assert (place.houses, place.postcode) == (frozenset(["800"]), "60607")
        assert bits(Address(line), parts) > 25


def test_a_postal_code_at_the_end_of_a_line_is_no_house_number() -> None:
    one, other = Address("12 Market Street, Leeds, 60607"), Address("94 Market Street, Leeds, 60607")
    assert addresses.parse(one).houses.isdisjoint(addresses.parse(other).houses)


def test_a_number_alone_is_a_house_and_not_a_postal_code() -> None:
    assert addresses.parse(Address("12000")).houses == {"12000"}


def test_a_zip_code_is_the_same_with_and_without_its_four_further_digits() -> None:
    short, long = Address("", "", "", "02139"), Address("", "", "", "02139-4307")
    assert addresses.parse(short).postcode == addresses.parse(long).postcode == "2139"


def test_what_a_third_of_a_small_book_shares_is_common() -> None:
    shared = Frequencies(lambda _: 30, 90)
    assert shared.bits("w:leeds") < 3
    assert Frequencies(lambda _: 1, 90).bits("w:leeds") > 9
