"""What the units of figures are: measures, money, persons."""

from sco_cities.names.vocabulary import vocabulary, words_of

CURRENCIES = {
    "$": "US dollars", "us$": "US dollars", "usd": "US dollars", "€": "euros", "eur": "euros", "¥": "yuan",
    "cny": "yuan", "rmb": "yuan", "£": "pounds", "₽": "roubles", "rub": "roubles", "₸": "tenge", "kzt": "tenge",
    "uzs": "sum", "inr": "rupees", "₹": "rupees", "pkr": "rupees", "rs": "rupees",
}  # fmt: skip
# These stand before nouns as well: "a 7.4 km line".
MEASURES = frozenset(CURRENCIES.values()) | {
    "som", "somoni", "manats", "km", "metres", "square metres", "square km", "cubic metres", "hectares", "tonnes", "kg",
    "litres", "MW", "kWh", "hours", "minutes", "days", "weeks", "months", "years", "percent", "TEU",
}  # fmt: skip
# Nobody measures these in metres: "5m passengers" are five million, "12m buses" may be twelve metres long.
_IN_MILLIONS = MEASURES | {
    "people", "residents", "visitors", "visits", "tourists", "passengers", "participants", "students", "schoolchildren",
    "children", "young people", "teachers", "workers", "doctors", "patients", "jobs", "trips",
}  # fmt: skip
ENGLISH_WORDS_IN_MILLIONS = words_of("units", "en", *_IN_MILLIONS)
CANONICAL = frozenset(row.meaning for row in vocabulary("units"))
