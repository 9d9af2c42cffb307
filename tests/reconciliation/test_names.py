"""The record that a name refers to, and the conditions for a match."""

import pytest

pytestmark = [pytest.mark.only_on("sqlite"), pytest.mark.usefixtures("loaded_package")]

SPELLINGS = {
    "cities:dushanbe": (
        "Dushanbe", "ДУШАНБЕ", "杜尚别市", "«Душанбе»", "г.Душанбе", "Dušanbe", "City of Dushanbe",
        "Dushanbe, Tajikistan",
    ),
    "cities:tashkent": ("Toshkent shahri", "Тошкент", "Ташкента", "Ташкенте", "Taskent"),
    "cities:chelyabinsk": ("Čelâbinsk", "Cheliabinsk", "Chelyabins'k", "Челябинске"),
    "cities:almaty": ("Алматы қаласы", "Almaty municipality", "Алма-Ате"),
    "cities:urumqi": ("烏魯木齊", "Wulumuqi", "Urumchi", "Ürümqi"),
    "cities:beijing": ("Bei3jing1", "Běijīng", "北京市", "Пекине"),
    "cities:bishkek": ("Frunze", "Фрунзе"),
    "cities:khujand": ("Leninabad", "Ленинабад"),
    "cities:st-petersburg": ("СПб", "Leningrad", "列宁格勒"),
    "cities:ufa": ("Уфы", "Ufa (Russia)", "Уфа (г.)"),
    "cities:varanasi": ("Kashi (Varanasi)", "Бенарес (Варанаси)", "Varanasi (Banaras) (India)"),
    "countries:KG": ("Kyrgyz Republic", "Киргизия", "吉尔吉斯斯坦", "KGZ", "kg", "Qirgʻiziston", "قرقیزستان"),
    "countries:RU": ("Российской Федерации", "Россия (РФ)"),
    "countries:IR": ("伊朗伊斯兰共和国", "Исламской Республики Иран", "Iran (Islamic Republic of)"),
    "countries:CN": ("КНР", "PRC", "P.R. China", "People's Republic of China", "中华人民共和国"),
    "organisations:sco-secretariat": (
        "Secretariat of the Shanghai Cooperation Organisation",
        "Секретариат Шанхайской организации сотрудничества", "上合组织秘书处",
    ),
    "organisations:sco-rats": ("SCO RATS",),
    "organisations:huawei": ("Huawei Technologies Corp. Ltd", "Huawei (China)"),
    "organisations:crrc": ("CRRC", "crrc"),
    "organisations:crcc": ("CRCC",),
    "organisations:ktz": ("Казахстан темир жолы (КТЖ)",),
    "organisations:minsk-city": ("Минский горисполком", "Исполнительный комитет Минска"),
    "organisations:almaty-akimat": ("Almaty city administration", "Акимат города Алматы", "Akimat of Almaty"),
    "organisations:ru-interior-ministry": ("МВД РФ", "Министерство внутренних дел России", "Russian Interior Ministry"),
    "organisations:china-embassy-azerbaijan": ("Embassy of China in Azerbaijan", "Posolstvo Kitaya v Azerbaydzhane"),
    "delegates:ying-yong-shanghai": ("Ying Yong", "Ин Юн"),
    "delegates:muhammad-randhawa": ("Muhammad Randhawa", "Randhawa, Muhammad Ali"),
    "delegates:abdusalom-azizov": ("Azizov Abdusalom", "Азизов, Абдусалом", "Abdusalom Azizof"),
}  # fmt: skip


@pytest.mark.parametrize("record", SPELLINGS)
def test_a_record_is_matched_by_its_spellings(matched, record):
    collection = record.partition(":")[0]
    names = SPELLINGS[record]
    found = matched(*({"query": name, "type": collection} for name in names))
    assert dict(zip(names, found, strict=True)) == dict.fromkeys(names, record)


@pytest.mark.parametrize(
    ("collection", "name"),
    [
        ("cities", "Suizhou"), ("cities", "Nanchong"), ("cities", "Ash"), ("cities", "Jalilabad"),
        ("cities", "Tashkent Region"), ("cities", "Dushanbe, Kyrgyzstan"),
        ("cities", "Moscow (Idaho)"), ("cities", "Москва (река)"), ("cities", "Ufa (city) (airport)"),
        ("cities", "Moscow ((Idaho))"), ("cities", "喀山（机场）"), ("cities", "Colombia"), ("cities", "Колумбия"),
        ("countries", "Colombo"), ("organisations", "Huawei (Serbia)"),
        ("organisations", "Lahore Medical Association"),
        ("countries", "Niger"), ("countries", "Iraq"), ("countries", "Австрия"),
        ("organisations", "Ministry of Internal Affairs of Kazakhstan"), ("organisations", "China Mayly"),
        ("delegates", "Chen Jin"), ("delegates", "A. Azizov"), ("delegates", "Azizov"),
        ("delegates", "Muhammad Ali"), ("delegates", "Mohammed Ali"), ("delegates", "Mustafa Syed"),
        ("events", "Global Mayors Dialogue 2031"),
    ],
)  # fmt: skip
def test_the_name_of_another_thing_is_no_match(matched, collection, name):
    assert matched({"query": name, "type": collection}) == [""]


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ({"country": "Tajikistan"}, "cities:dushanbe"),
        ({"country": {"id": "countries:TJ", "name": "?"}}, "cities:dushanbe"),
        ({"country": ["TJ", "KG"]}, "cities:dushanbe"),
        ({"country": "France"}, ""),
        ({"coordinates": "38.5, 68.8"}, "cities:dushanbe"),
        ({"coordinates": "50,10"}, ""),
        ({"geonames_id": 1221874}, "cities:dushanbe"),
        ({"geonames_id": 1}, ""),
        ({"wikidata_id": "http://www.wikidata.org/entity/Q9365"}, "cities:dushanbe"),
        ({"unheard_of": "x"}, "cities:dushanbe"),
    ],
)
def test_other_columns_confirm_or_contradict(matched, properties, expected):
    pairs = [{"pid": pid, "v": value} for pid, value in properties.items()]
    assert matched({"query": "Dushanbe", "type": "cities", "properties": pairs}) == [expected]


GMD = "Global Mayors Dialogue: SCO Summit Cities"


@pytest.mark.parametrize(
    ("collection", "name", "property_id", "value", "expected"),
    [
        ("organisations", "Huawei", "kind", "company", True),
        ("organisations", "Huawei", "kind", "Компания", True),
        ("organisations", "Huawei", "kind", "international", False),
        ("organisations", "Huawei", "kind", "a large one", None),
        ("events", GMD, "year", 2025, True),
        ("events", GMD, "starts_on", "in summer 2025", True),
        ("events", GMD, "starts_on", "2019", False),
        ("events", GMD, "starts_on", "soon", None),
        ("cities", "Dushanbe", "name_ru", "ДУШАНБЕ", True),
        ("cities", "Dushanbe", "name_ru", "столица", None),
        ("cities", "Dushanbe", "coordinates", "38.6; 68.8", True),
        ("cities", "Dushanbe", "coordinates", "39.2, 69.3", None),
        ("cities", "Dushanbe", "coordinates", "50, 10", False),
        ("cities", "Dushanbe", "coordinates", "in the south", None),
        ("cities", "Dushanbe", "coordinates", "1938, 68.8", None),
    ],
)
def test_a_property_agrees_contradicts_or_is_neutral(ask, collection, name, property_id, value, expected):
    ((found, *_others),) = ask(
        {"query": name, "type": collection, "properties": [{"pid": property_id, "v": value}]}
    )
    features = {each["id"]: each["value"] for each in found["features"]}
    assert features.pop("name") == 100
    assert features == ({} if expected is None else {property_id: expected})
    assert found["match"] == (expected is not False)


def test_a_matching_country_compensates_for_an_uncertain_name(matched):
    query = {"query": "Oshe", "type": "cities"}
    assert matched(query, query | {"properties": [{"pid": "country", "v": "KG"}]}) == ["", "cities:osh"]


@pytest.mark.parametrize(
    ("name", "country"),
    [("Nanchong", "CN"), ("Pinsk", "BY"), ("Kinsk", "BY"), ("Москва (река)", "RU"), ("Moscow (Idaho)", "RU")],
)
def test_no_column_turns_a_different_name_into_a_match(matched, name, country):
    properties = [{"pid": "country", "v": country}]
    assert matched({"query": name, "type": "cities", "properties": properties}) == [""]


def test_names_that_two_records_have_are_no_match(matched, ask):
    query = {"query": "Kashi", "type": "cities"}
    assert matched(query) == [""]
    assert [each["score"] for each in ask(query)[0][:2]] == [100, 100]
    assert matched(query | {"properties": [{"pid": "country", "v": "India"}]}) == ["cities:varanasi"]


@pytest.mark.parametrize(
    "name",
    [
        "cities:dushanbe",
        {"id": "cities:dushanbe", "name": "x"},
        "cities: Dushanbe",
        "http://testserver/ru/cities/dushanbe/",
        "Q9365",
    ],
)
def test_an_identifier_overrides_names_and_other_columns(ask, name):
    (found,) = ask({"query": name})
    assert [(each["id"], each["score"], each["match"]) for each in found] == [("cities:dushanbe", 100, True)]


def test_the_address_of_a_page_on_another_site_identifies_nothing(ask):
    assert ask({"query": "https://example.org/cities/moscow/"}) != ask({"query": "cities:moscow"})


def test_an_unknown_number_is_matched_by_name_to_records_without_a_number(ask):
    """Karamay has no GeoNames number, and Dushanbe has a different number."""
    number = {"properties": [{"pid": "geonames_id", "v": 1529114}], "type": "cities"}
    karamay, dushanbe = ask({"query": "Karamay"} | number, {"query": "Dushanbe"} | number)
    assert karamay[0]["id"] == "cities:karamay"
    assert [each["id"] for each in karamay[0]["features"]] == ["name"]
    assert "cities:dushanbe" not in {each["id"] for each in dushanbe}


def test_names_and_types_are_in_the_language_of_the_address(ask):
    (found,) = ask({"query": "Dushanbe", "type": "cities"}, path="/ru/reconcile")
    assert (found[0]["name"], found[0]["description"]) == ("Душанбе", "Таджикистан")
    assert found[0]["type"] == [{"id": "cities", "name": "Город"}]


@pytest.mark.parametrize(
    "name", ["共和国", "имени", "г.", "国", "People's Republic", "ʻ(’", "王" * 400, "и" * 400, "½ﬁİß"]
)
def test_a_name_that_consists_only_of_stop_words_is_harmless(matched, name):
    assert matched({"query": name}) == [""]
