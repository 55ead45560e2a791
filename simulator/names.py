"""The words that made-up people and organisations are made from, by country.

Email addresses end in .example, which belongs to nobody. A telephone pattern is (area, digits), where each
# becomes a digit.
"""

from typing import NamedTuple


class Country(NamedTuple):
    """One country's names. `weight` is its share of the contacts."""

    name: str
    weight: int
    dial: str
    phones: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str, str], ...]
    streets: tuple[str, ...]
    given: tuple[str, ...]
    family: tuple[str, ...]
    suffixes: tuple[str, ...]
    number_first: bool = True


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


COUNTRIES = (
    Country(
        "Australia", 26, "61",
        (("2", "9### ####"), ("3", "9### ####"), ("7", "3### ####"), ("8", "8### ####")),
        (("Sydney", "NSW", "2000"), ("Melbourne", "VIC", "3000"), ("Brisbane", "QLD", "4000"),
         ("Perth", "WA", "6000"), ("Newcastle", "NSW", "2300"), ("Hobart", "TAS", "7000")),
        ("George Street", "Collins Street", "Wattle Road", "Bondi Lane", "Murray Parade"),
        _words("Oliver Charlotte Jack Mia William Isla Noah Amelia Lachlan Matilda Cooper Ruby Priya "
               "Minh Siobhan"),
        _words("Smith Jones Nguyen Williams Brown Wilson Taylor Patel Kelly O'Brien Singh McDonald Chen "
               "Ryan Papadopoulos"),
        ("Pty Ltd", "Trust", "Group", "& Sons Pty Ltd"),
    ),
    Country(
        "New Zealand", 20, "64",
        (("9", "3## ####"), ("4", "4## ####"), ("3", "3## ####")),
        (("Auckland", "", "1010"), ("Wellington", "", "6011"), ("Christchurch", "Canterbury", "8011"),
         ("Whangārei", "Northland", "0110"), ("Nelson", "", "7010")),
        ("Queen Street", "Lambton Quay", "Colombo Street", "Karangahape Road", "Rimu Road"),
        _words("Aroha Liam Sophie Tāne Emma Mason Maia Nikau Grace Hemi Ella Wiremu Anahera George Kiri"),
        _words("Smith Wilson Williams Ngata Brown Tūhoe Campbell Robinson Māhina Clarke Thompson Hohepa "
               "Walker Scott Te-Rangi"),
        ("Limited", "Ltd", "Partnership", "Trust"),
    ),
    Country(
        "United Kingdom", 18, "44",
        (("20", "7946 0###"), ("161", "496 0###"), ("131", "496 0###"), ("117", "496 0###")),
        (("London", "", "EC1A 1BB"), ("Manchester", "Greater Manchester", "M1 1AE"), ("Edinburgh",
        "", "EH1 1YZ"),
         ("Bristol", "", "BS1 4DJ"), ("Cardiff", "", "CF10 1EP")),
        ("High Street", "Station Road", "Church Lane", "Victoria Terrace", "King's Walk"),
        _words("Harry Olivia Muhammad Poppy Oscar Freya Alfie Imogen Rhys Niamh Hamish Zara Callum "
               "Beatrice Ewan"),
        _words("Smith Khan Evans Taylor Hughes Davies O'Neill Fraser Ahmed Wright Lloyd Ashworth "
               "MacLeod Begum Harris"),
        ("Ltd", "LLP", "PLC", "& Co"),
    ),
    Country(
        "United States", 14, "1",
        (("415", "555-01##"), ("212", "555-01##"), ("312", "555-01##"), ("512", "555-01##")),
        (("San Francisco", "CA", "94105"), ("New York", "NY", "10001"), ("Chicago", "IL", "60601"),
         ("Austin", "TX", "78701"), ("Portland", "OR", "97201")),
        ("Market Street", "Broadway", "Lake Shore Drive", "5th Avenue", "Elm Street"),
        _words("Liam Emma Jose Ava Mason Sophia Ethan Harper DeShawn Maria Logan Abigail Wei Hannah "
               "Carlos"),
        _words("Johnson Garcia Miller Davis Rodriguez Martinez Lee Anderson Thomas Washington Kim Lopez "
               "Clark O'Connor Nowak"),
        ("Inc", "LLC", "Corp", "Co"),
    ),
    Country(
        "France", 7, "33", (("1", "42 ## ## ##"), ("4", "72 ## ## ##"), ("5", "56 ## ## ##")),
        (("Paris", "", "75001"), ("Lyon", "Auvergne-Rhône-Alpes", "69002"), ("Bordeaux", "", "33000"),
         ("Saint-Étienne", "", "42000")),
        ("rue de la Paix", "avenue Victor-Hugo", "place Bellecour", "quai des Chartrons"),
        _words("Zoé Léa Gaël Chloé Hugo Inès Étienne Camille Noël Margaux François Agnès"),
        _words("Martin Bernard Dubois Lefèvre Moreau Garçon Benoît Hélias d'Aubigné Côté Müller Chevalier"),
        ("SARL", "SAS", "SA", "& Fils"),
    ),
    Country(
        "Germany", 6, "49", (("30", "9018####"), ("89", "2180####"), ("40", "4283####")),
        (("Berlin", "", "10115"), ("München", "Bayern", "80331"), ("Hamburg", "", "20095"),
        ("Köln", "NRW", "50667")),
        ("Hauptstraße", "Goethestraße", "Am Markt", "Lindenallee"),
        _words("Jürgen Anna Björn Käthe Lukas Sophie Günther Marie Jörg Leonie Matthias Ayşe"),
        _words("Müller Schmidt Weiß Schäfer Köhler Groß Fischer Yılmaz Bäcker Vogel Krüger Hoffmann"),
        ("GmbH", "AG", "KG", "e.K."), number_first=False,
    ),
    Country(
        "Japan", 4, "81", (("3", "52##-####"), ("6", "62##-####")),
        (("東京都千代田区", "東京都", "100-0001"), ("Osaka", "Osaka", "530-0001"), ("Kyoto", "Kyoto",
        "600-8001")),
        ("Chiyoda 1-1", "Umeda 2-4", "中京区河原町通"),
        _words("Haruto Yui Sota Hina Ren Aoi Kenji Sakura"),
        _words("Satō Suzuki Takahashi Tanaka Itō Watanabe Yamamoto Nakamura"),
        ("K.K.", "株式会社", "GK"),
    ),
    Country(
        "Ireland", 3, "353", (("1", "6## ####"), ("21", "4## ####")),
        (("Dublin", "", "D02 X285"), ("Cork", "Co. Cork", "T12 W8KP"), ("Galway", "", "H91 E2K3")),
        ("O'Connell Street", "Patrick Street", "Quay Lane"),
        _words("Aoife Seán Saoirse Pádraig Ciara Oisín Niamh Fionn"),
        _words("Murphy Ó-Súilleabháin O'Brien Byrne Walsh Ní-Dhomhnaill Kelly Doyle"),
        ("Teoranta", "Ltd", "DAC"),
    ),
    Country(
        "Singapore", 2, "65", (("", "6### ####"),), (("Singapore", "", "018956"), ("Singapore", "",
        "238801")),
        ("Orchard Road", "Raffles Quay", "Jalan Besar"),
        _words("Wei-Ling Arjun Siti Jia-Hao Mei Farid Kumar Xin-Yi"),
        _words("Tan Lim Lee Ng Rahman Krishnan Goh Wong"),
        ("Pte Ltd", "LLP"),
    ),
)  # fmt: skip

WORDS = _words(
    "Harbour Alpine Blue Cedar Coastal Copper Crescent Delta Eastern Ember Evergreen Falcon Fern Golden "
    "Granite Green "
    "Highland Horizon Indigo Iron Jade Kauri Kestrel Lantern Linden Magnolia Maple Meadow Meridian "
    "Metro Moonlight "
    "Northern Oak Ocean Orchid Pacific Peak Pioneer Quartz Redwood Ridge River Rosewood Sapphire Silver "
    "Southern "
    "Summit Sunrise Tasman Timber Union Valley Vertex Vista Western Willow Zenith"
)
TRADES = (
    "Accounting", "Architects", "Bakery", "Bookshop", "Brewing", "Builders", "Catering",
    "Ceramics", "Cleaning",
    "Coffee Roasters", "Consulting", "Couriers", "Dairy", "Dental", "Design", "Electrical",
    "Engineering", "Events",
    "Farms", "Fencing", "Films", "Fisheries", "Fitness", "Flooring", "Florists", "Freight",
    "Furniture", "Glass",
    "Hardware", "Hotels", "IT Services", "Joinery", "Landscapes", "Legal", "Logistics", "Marine",
    "Media", "Motors",
    "Nurseries", "Optical", "Painting", "Pharmacy", "Physio", "Plumbing", "Printing", "Property",
    "Recruitment",
    "Roofing", "Security", "Solar", "Surveyors", "Textiles", "Tiles", "Tourism", "Toys",
    "Transport", "Veterinary",
    "Vineyards", "Wholesale", "Workwear",
)  # fmt: skip
OFFICES = ("accounts", "info", "hello", "office", "billing", "admin")
MAIL_HOSTS = ("fastpost.example", "mailbox.example", "inbox.example", "letters.example")

AWKWARD = (
    'The "Red Lion" Inn', "Smith & Sons", "D'Arcy O'Neill-Fforbes", "=cmd|' /C calc'!A0", "+Plus Pharmacy",
    "@home Interiors", "-Minus- Records", "🍕 Pizza Palace 🇮🇹", "שלום חשבונאות בע״מ",
    "مؤسسة النور للتجارة",
    "Acme Holdings Ltd.", "Étoile Française S.à r.l.", "株式会社さくら", "Ångström & Øresund A/S",
    "100% Natural; Ltd",
    "Robert'); DROP TABLE contacts;--", "Null", "N/A", "Tom's \"Best\" Café & Bar", "Straße & Söhne GmbH",
    "O’Reilly’s Curly Quotes", "Jean-Luc d'Artagnan", "A", "{{ 7 * 7 }}", "C:\\Temp\\Ltd", "café",
    "Zoë van der Berg",
    "Ελληνικά Ψωμιά ΑΕ", "ООО Ромашка", "ﬁne ﬁsh co", "Løkke, Åse & Partners",
    "**Bold** _Traders_", "[Link](Nowhere)",
    "Very Long Established Family Owned And Operated Purveyors Of Fine Teas, Coffees, Spices And "
    "Assorted Comestibles To "
    "The Gentlefolk Of The Southern Hemisphere Since Eighteen Hundred And Ninety Three Incorporated",
)  # fmt: skip
