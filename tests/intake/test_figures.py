"""Figures with unit, scale and qualifier, and numbers that are not figures."""

import pytest

from sco_cities.intake.reading.reader import read

from .small_dictionary import small_dictionary

pytestmark = pytest.mark.only_on("sqlite")
DICTIONARY = small_dictionary()


def figures(text: str) -> list[tuple]:
    marks = read(text, DICTIONARY).figures
    return [(mark.details["qualifier"], mark.details["value"], mark.details["unit"]) for mark in marks]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("It carries over 16.6 million passengers.", ("over", 16_600_000, "passengers")),
        ("It costs about $65 million.", ("about", 65_000_000, "US dollars")),
        ("nearly 20 representatives came", ("about", 20, "representatives")),
        ("up to 2,500 visitors", ("under", 2500, "visitors")),
        ("a 7.4 km line", ("exact", 7.4, "km")),
        ("24 new metro cars", ("exact", 24, "cars")),
        ("fell by 18 per cent", ("exact", 18, "percent")),
        ("1.1 million trees", ("exact", 1_100_000, "trees")),
        ("a 3,200-kilometre route", ("exact", 3200, "km")),
        ("2,000 officers within three years", ("exact", 2000, "officers")),
        ("более 40 тыс. туристов", ("over", 40_000, "tourists")),
        ("2,5 млн пассажиров", ("exact", 2_500_000, "passengers")),
        ("30 000 датчиков", ("exact", 30_000, "датчиков")),
        ("не менее 12 стран", ("over", 12, "countries")),
        ("почти 700 услуг", ("about", 700, "services")),
        ("65 млн долларов", ("exact", 65_000_000, "US dollars")),
        ("It costs Rs 500 crore.", ("exact", 5_000_000_000, "rupees")),
        ("It costs ₹25 lakh.", ("exact", 2_500_000, "rupees")),
        ("It costs over 20 crore rupees.", ("over", 200_000_000, "rupees")),
        ("3.5 lakh trees", ("exact", 350_000, "trees")),
        ("It costs Rs. 1,25,00,000.", ("exact", 12_500_000, "rupees")),
        ("It costs Rs 2 lakh crore.", ("exact", 2_000_000_000_000, "rupees")),
        ("12 миллионами рублей", ("exact", 12_000_000, "roubles")),
        ("5 миллионам жителей", ("exact", 5_000_000, "residents")),
        ("в 3 миллиардах рублей", ("exact", 3_000_000_000, "roubles")),
        ("2 триллионами рублей", ("exact", 2_000_000_000_000, "roubles")),
        ("1 млн 200 тыс. жителей", ("exact", 1_200_000, "residents")),
        ("более 2 миллиардов 50 млн рублей", ("over", 2_050_000_000, "roubles")),
        ("1亿2000万人", ("exact", 120_000_000, "people")),
        ("1亿2000多万人", ("over", 120_000_000, "people")),
        ("超过4万人次", ("over", 40_000, "visits")),
        ("1.5万亿美元", ("exact", 1_500_000_000_000, "US dollars")),
        ("500多平方米", ("over", 500, "square metres")),
        ("30余名代表参加", ("over", 30, "delegates")),
        ("约1450余万元", ("over", 14_500_000, "yuan")),
        ("约200人", ("about", 200, "people")),
        ("1000人左右", ("about", 1000, "people")),
        ("近700项服务", ("about", 700, "services")),
        ("装机容量200兆瓦", ("exact", 200, "MW")),
        ("It costs 2.5m euros.", ("exact", 2_500_000, "euros")),
        ("a 2.5m-euro project", ("exact", 2_500_000, "euros")),
        ("1.2 m residents", ("exact", 1_200_000, "residents")),
        ("5m cubic metres of water", ("exact", 5_000_000, "cubic metres")),
        ("10k visitors", ("exact", 10_000, "visitors")),
        ("It costs $5M", ("exact", 5_000_000, "US dollars")),
        ("It costs $65 Million.", ("exact", 65_000_000, "US dollars")),
        ("It costs €2.5 m.", ("exact", 2_500_000, "euros")),
        ("It costs $1.5bn.", ("exact", 1_500_000_000, "US dollars")),
        ("It costs Rs 500 cr.", ("exact", 5_000_000_000, "rupees")),
        ("1 500 tonnes", ("exact", 1500, "tonnes")),
        ("1 200 000 passengers", ("exact", 1_200_000, "passengers")),
        ("In 2024 500 buses were bought.", ("exact", 500, "buses")),
        ("5 тысяч 200 тонн", ("exact", 5200, "tonnes")),
        ("1 млн 234 тыс. 567 жителей", ("exact", 1_234_567, "residents")),
        ("3万5000人", ("exact", 35_000, "people")),
        ("1万零500人", ("exact", 10_500, "people")),
        ("-500 buses", ("exact", 500, "buses")),
        ("负责30名代表", ("exact", 30, "delegates")),
        ("an 18-metre bus", ("exact", 18, "metres")),
        ("a 65-million-dollar project", ("exact", 65_000_000, "US dollars")),
        ("a 50-square-kilometre park", ("exact", 50, "square km")),
        ("20 18-метровых автобусов", ("exact", 20, "buses")),
        ("250 млн долл. США", ("exact", 250_000_000, "US dollars")),
        ("250 млн долл.", ("exact", 250_000_000, "US dollars")),
        ("节电500万度电", ("exact", 5_000_000, "kWh")),
        ("five sister cities", ("exact", 5, "sister cities")),
        ("agreements on two pairs of sister cities", ("exact", 2, "sister cities")),
        ("one pair of sister lakes", ("exact", 1, "sister lakes")),
        ("трёх городов-побратимов", ("exact", 3, "sister cities")),
        ("The number of museums has surpassed 40.", ("over", 40, "museums")),
        ("It has a population of 290,000.", ("exact", 290_000, "people")),
        ("该市人口29万", ("exact", 290_000, "people")),
        ("签署9份建立友好城市关系协议书,双方满意", ("exact", 9, "agreements")),
        ("与5个国外城区建立联系", ("exact", 5, "districts")),
    ],
)
def test_a_number_with_a_unit_is_a_figure(text, expected):
    assert figures(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Bus No. 88 stops here, line 2 too.",
        "In 2024 the work began; by 2030 it ends.",
        "They met on May 14 at 10:30.",
        "the 12th meeting, a 5G network, G20",
        "between 10 and 15 buses, 10-15 buses",
        "Deaths fell to 5‰.",
        "Смертность снизилась до 5‰.",
        "死亡率下降5‰。",
        f"1 млн {'9' * 5000} тыс.",
        "1 млн $200 тыс. жителей, 5 тысяч 20 тонн, 5 тысяч 2,5 тонны",
        "3万5人",
        "fell by -2.3%; изменились на −2,3%; минус 25 градусов",
        "同比-2.3%，零下 25摄氏度",
        "-25 градусов",
        "1 млн 200 млн жителей, 1 млн 2000 тыс. жителей",
        "a score of 3:2",
        "Автобус № 88, дом 5, школа № 3",
        "в 2023 году, 12-е заседание, 20-летие",
        "14 мая в 10:30",
        "第12个五年，第3届，88路，2023年，5月14日",
        "两国、三方",
        "成立20周年",
        "the 2025 Tashkent Friendship Cities Forum",
        "the two cities, three years, forty-five buses",
        "Photo: 40 visitors",
        "https://example.org/1399\nKazan signed agreements",
        "a fleet of 12m buses, 5m trees, a 250 m tower, 2.5m pounds",
        "2,3 billion dollars, 1,5 million tonnes, $1,5 million",
        "1'500 tonnes, 1’500 tonnes, 1.200.000 euros",
        "On May 12 500 residents took part.",
        "8 800 555 35 35 calls",
        "from -5 to -10 degrees, -5...-10 degrees",
        "£5m–£6m",
        "COVID-19 patients, Su-57 aircraft, Expo-2017 visitors",
        "two 300-bed hospitals, three 600-place schools, 1,000-room hotels",
        "a 20-car train carries them",
        "a 2-million-strong city.",
        "600-местные школы, 25-этажные дома, 3-комнатные квартиры",
        "1,5-миллионным городом, 10-тысячный стадион",
        "в 5-м классе, 1-я больница",
        "5 тысяч 20 тонн, 1 млн 200 тонн",
        "3万5千米，3万5人，1万2千瓦",
        "气温25度",
    ],
)
def test_labels_dates_ranges_and_words_are_no_figures(text):
    assert figures(text) == []


def test_a_value_that_occurs_twice_is_one_figure():
    (mark,) = read("It has 350,000 residents. Water for 350,000 residents.", DICTIONARY).figures
    assert len(mark.spans) == 2


def test_a_unit_does_not_cross_a_line_break():
    assert figures("Views: 250\nVisitors of the page\n") == []
