"""Organisations are recognised by the form of their names."""

import pytest

from sco_cities.intake.reading.reader import read

from .small_dictionary import small_dictionary

pytestmark = pytest.mark.only_on("sqlite")
DICTIONARY = small_dictionary()


def organisations(text: str) -> list[str]:
    return [mark.value for mark in read(text, DICTIONARY).organisations]


@pytest.mark.parametrize(
    "text, expected",
    [
        ("The Almaty Tourism Bureau closed.", ["Almaty Tourism Bureau"]),
        ("He met the Committee for External Relations of Kazan Ivan Petrov.",
         ["Committee for External Relations of Kazan"]),
        ("The Ministry of Energy, Water and Trade agreed.", ["Ministry of Energy, Water and Trade"]),
        ("The head of the Department of Culture, and Ivan Petrov, agreed.", ["Department of Culture"]),
        ("The Ministry of Health and Ivan Petrov agreed.", ["Ministry of Health"]),
        ("The Political Bureau of the CPC Central Committee, and Ivan Petrov, agreed.",
         ["Political Bureau of the CPC Central Committee"]),
        ("The Committee for Tourism, Culture, and Sport of Kazan agreed.",
         ["Committee for Tourism, Culture, and Sport of Kazan"]),
        ("The Ministry of Culture and Tourism agreed.", ["Ministry of Culture and Tourism"]),
        ("The Department of Science and Technology agreed.", ["Department of Science and Technology"]),
        ("The head of the Department of Foreign Relations Anna Petrova agreed.",
         ["Department of Foreign Relations"]),
        ("The head of the Institute of Confucius Anna Testova agreed.", ["Institute of Confucius"]),
        ("The Department of European and Central Asian Affairs Ivan Petrov agreed.",
         ["Department of European and Central Asian Affairs"]),
        ("The chairman of the Volga Business Council Ivan Petrov agreed.", ["Volga Business Council"]),
        ("Three Rivers Solar, a Chinese company, won.", ["Three Rivers Solar"]),
        ("China's Huaxin Water Group won.", ["Huaxin Water Group"]),
        ("The Osh Technical Institute and Tianjin Binhai College agreed.",
         ["Osh Technical Institute", "Tianjin Binhai College"]),
        ("the Dushanbe mayor's office said", ["Dushanbe mayor's office"]),
        ("в Ошском технологическом институте", ["Ошский технологический институт"]),
        ("Министерство энергетики Таджикистана", ["Министерство энергетики Таджикистана"]),
        ("с комитетом по внешним связям Казани", ["комитет по внешним связям Казани"]),
        ("компания «Хуасинь Вода» победила", ["Хуасинь Вода"]),
        ("в департаменте полиции Алматы", ["департамент полиции Алматы"]),
        ("塔什干地铁公司表示", ["塔什干地铁公司"]),
        ("The Volga provincial government agreed.", ["Volga provincial government"]),
        ("сообщает пресс-служба городской администрации", ["пресс-служба городской администрации"]),
        ("Законодательное собрание Волжской области", ["Законодательное собрание Волжской области"]),
        ("депутат столичного парламента", ["столичный парламент"]),
        ("天津市文化和旅游局的代表", ["天津市文化和旅游局"]),
        ("塔吉克斯坦能源部宣布", ["塔吉克斯坦能源部"]),
        ("the Shanghai Cooperation Organization", ["Shanghai Cooperation Organization"]),
        ("The Department of Trade of the Bishkek City Hall agreed.",
         ["Department of Trade of the Bishkek City Hall"]),
        ("Tianjin Bus Group Co., Ltd. won.", ["Tianjin Bus Group Co., Ltd"]),
        ("a Tianjin Bus Group delegation", ["Tianjin Bus Group"]),
        ("喀山市经济委员会主任", ["喀山市经济委员会"]),
        ("塔什干轨道交通集团有限公司中标", ["塔什干轨道交通集团有限公司"]),
        ("塔什干第一医院引进天津医疗设备公司的设备", ["天津医疗设备公司"]),
        ("天津大学与塔什干大学共建实验室", ["天津大学", "塔什干大学"]),
        ("代表团参观了三江机械制造厂、新江大学", ["三江机械制造厂", "新江大学"]),
        ("завод ООО «Волга» и техникум «Заря»", ["Волга", "Заря"]),
        ("с АО «Волга» и китайской компанией Three Rivers Rail", ["Волга", "Three Rivers Rail"]),
        ("在场有陕西历史博物馆", ["陕西历史博物馆"]),
        ("and the Tourism Committee of Tashkent Region took part.", ["Tourism Committee of Tashkent Region"]),
        ("в Самарском университете имени академика С. П. Королёва",
         ["Самарский университет имени академика С. П. Королёва"]),
    ],
)  # fmt: skip
def test_a_head_word_with_a_name_is_an_organisation(text, expected):
    assert organisations(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The Ministry said no. The company agreed.",
        "The City Council met.",
        "В министерстве сказали. Компания согласна.",
        "Больницы Ташкента и Бишкека",
        "В центре «умного города»",
        "两国签署协议，塔什干签署",
        "一家医院和17家医院",
        "将在杜尚别成立禁毒中心",
        "塔什干市中心",
        # These names are organisations that do not exist yet, or parts of another name.
        "A Youth Innovation Center will be built; they plan to open a joint Ocean Museum Center.",
        "They proposed the creation of an Ocean Museum Center and the opening of a Youth Innovation Center.",
        "The Bus Company Agreement and the Moscow Office Tower",
        "Kazan Opens Tourism Office\n\nIt was a good day.",
        "双方将在杜尚别建设物流中心",
        "中方企业和哈方公司",
        "市内有师范学院和历史博物馆",
    ],
)
def test_a_head_word_alone_is_none(text):
    assert organisations(text) == []
