"""A dictionary with a few names for tests that need no database."""

from sco_cities.intake.reading.dictionary import Dictionary, KnownName

CITIES = (
    ("dushanbe", ("Dushanbe", "Душанбе", "杜尚别")),
    ("tianjin", ("Tianjin", "Тяньцзинь", "天津")),
    ("tashkent", ("Tashkent", "Ташкент", "塔什干")),
    ("bishkek", ("Bishkek", "Бишкек", "比什凯克")),
    ("almaty", ("Almaty", "Алматы", "阿拉木图")),
    ("moscow", ("Moscow", "Москва", "莫斯科")),
    ("qingdao", ("Qingdao", "Циндао", "青岛")),
    ("kazan", ("Kazan", "Казань", "喀山")),
    ("shanghai", ("Shanghai", "Шанхай", "上海")),
    ("nizhny-novgorod", ("Nizhny Novgorod", "Нижний Новгород", "下诺夫哥罗德")),
    ("vladimir", ("Vladimir", "Владимир", "弗拉基米尔")),
    ("tver", ("Tver", "Тверь", "特维尔")),
)
# Places in the gazetteer with names that are also parts of personal names.
TOWNS = (("Darkhan", "Дархан"), ("Ivanovo", "Иваново", "Иванов"))
COUNTRIES = (
    ("CN", ("China", "Китай", "中国", "Chinese", "中方"), ("китайский",)),
    ("TJ", ("Tajikistan", "Таджикистан", "塔吉克斯坦", "塔方"), ("таджикский",)),
    ("KZ", ("Kazakhstan", "Казахстан", "哈萨克斯坦", "哈方"), ("казахстанский",)),
    ("MN", ("Mongolia", "Монголия", "蒙古国"), ("монгольский",)),
    ("UZ", ("Uzbekistan", "Узбекистан", "乌兹别克斯坦"), ("узбекский",)),
)


def small_dictionary() -> Dictionary:
    """Twelve cities and two towns, five countries, an organisation and a delegate."""
    return Dictionary(
        [
            *(KnownName("city", slug, names) for slug, names in CITIES),
            *(KnownName("city", "", names, rank=2) for names in TOWNS),
            *(
                KnownName("country", code.lower(), names, adjectives, details={"code": code})
                for code, names, adjectives in COUNTRIES
            ),
            KnownName(
                "organisation",
                "sco",
                ("Shanghai Cooperation Organization", "SCO", "上海合作组织", "上合组织"),
            ),
            KnownName("delegate", "anna-test", ("Anna Testova", "Анна Тестова", "安娜·捷斯托娃")),
        ]
    )
