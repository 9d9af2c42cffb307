"""Lines that belong to the web page and not to the text, and sentences of the text that begin with the same words."""

import pytest

from sco_cities.intake.reading.boilerplate import boilerplate_spans
from sco_cities.intake.reading.report_text import ReportText

pytestmark = pytest.mark.only_on("sqlite")


def boilerplate(text: str) -> list[str]:
    report = ReportText(text)
    return [report.flat[span.start : span.end] for span in boilerplate_spans(report).spans]


@pytest.mark.parametrize(
    "text",
    [
        "Shared e-scooters will appear in Dushanbe this year: 500 scooters.",
        "Share of electric buses in Bishkek reached 40%, the mayor said.",
        "Related projects worth $50 million will follow.",
        "Views on the agreement differ.",
        "Comments from 500 residents were collected.",
        "Copyright protection was discussed by 20 experts.",
        "By 2030 the city will buy 500 electric buses",
        "By March, Dushanbe will buy 500 buses",
        "Text messages reached 500 residents",
        "Renewable Energy Sources by 2030 will give 500 MW",
        "Open Source: 500 libraries",
        "Автор проекта — мэр Казани Ильсур Метшин.",
        "Текст меморандума подписали мэры 20 городов.",
        "Подготовила город к зиме бригада из 500 рабочих.",
        "Комментарий дал мэр Казани Ильсур Метшин.",
        "Поделиться опытом приехали 200 делегатов.",
        "Подробнее о закупке рассказал мэр Казани Ильсур Метшин.",
        "Фото-выставка собрала 500 посетителей",
        "Источник — бюджет Казани",
        "分享会上，天津市副市长赵文斌说，已投入500辆公交车。",
        "点击率达到40%，天津市副市长赵文斌说。",
        "版权保护合作协议由20个城市签署。",
        "标签500个。",
        "资金来源：亚投行贷款2亿美元，杜尚别市出资5000万美元",
        "发展蓝图：2030年建成地铁50公里",
        "新华社发布的报告显示有500辆公交车",
        "记者在天津，记者从天津市政府获悉，拍摄工作完成。",
    ],
)
def test_a_sentence_that_begins_like_boilerplate_is_none(text):
    assert boilerplate(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Share",
        "Share on Facebook",
        "Share: ",
        "Views: 250",
        "Views 1,250",
        "Comments (3)",
        "https://example.org/2025/05/14/500-buses",
        "In this file photo, Mayor of Kazan Ivan Petrov opens a park.",
        "На фото мэр Казани Иван Петров",
        "▲天津市市长王小明",
        "图为天津市市长王小明。",
        "Tags: transport, bus, Dushanbe",
        "Related: Tashkent buys 500 buses",
        "Related articles",
        "More on this topic",
        "Read also: Baku bus No. 88 changes its route",
        "Follow us on Telegram",
        "Copyright 2025 Pamir Press",
        "Читайте также: Баку купит 500 автобусов",
        "Подробнее",
        "Просмотров: 250",
        "Комментарии (3)",
        "Поделиться в Telegram",
        "相关阅读：巴库88路公交车调整线路",
        "阅读量 1200",
        "浏览次数：1200",
        "点击查看更多",
        "标签：公交 天津",
        "分享到：微信 微博",
        "版权归帕米尔社所有",
        "By Nargiza Olimova",
        "By Anna Testova and John Smith",
        "By John Smith, 14 May 2025",
        "Written by J. K. Smith",
        "Reporting by John Smith; Editing by Wang Lin",
        "Text: the press office of the city",
        "Автор — Анна Петрова",
        "Автор текста: Анна Петрова",
        "Подготовила А. Петрова.",
        "Корреспондент ТАСС Иван Петров",
        "来源：帕米尔社",
        "图片来源：帕米尔社",
        "文/林小禾",
        "作者：林小禾 编辑：王五",
        "林小禾 摄",
        "新华社发",
        "本报记者 林小禾、赵文斌",
        "城市新闻记者 林小禾 摄影 赵文斌",
        "本文来源：帕米尔社",
        "（本报记者林小禾 通讯员赵文斌）",
        "Photo: Pamir Press/Olim Saidov",
        "Photo courtesy of the city",
        "Source: Pamir Press",
        "Фото: Олим Саидов/Памир-Пресс",
        "Источник: ТАСС",
        "Home > News > Cities",
        "Главная » Новости » Города",
    ],
)
def test_bylines_credits_and_lines_of_links_are_not_part_of_the_text(text):
    assert boilerplate(text)[:1] == [text]


def test_the_titles_below_a_label_of_other_pages_are_boilerplate_up_to_a_sentence():
    titles = "Related articles:\nKazan hosts forum\n\nTver plans a tram"
    assert titles in boilerplate(titles)
    assert titles not in boilerplate(f"{titles}.")


def test_a_long_line_of_links_that_ends_with_a_sentence_is_read_quickly():
    # A pattern that can match a space in several ways would take years.
    assert boilerplate(f"{'News > ' * 1000}More.") == []
