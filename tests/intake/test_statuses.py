"""The status of an initiative comes from the cues in its clause."""

import pytest

from sco_cities.intake.reading.reader import read

from .small_dictionary import small_dictionary

pytestmark = pytest.mark.only_on("sqlite")
DICTIONARY = small_dictionary()


def initiatives(text: str) -> list[tuple[str, list[str]]]:
    marks = [mark for mark in read(text, DICTIONARY).initiatives if mark.certainty != "doubtful"]
    return [(mark.details["status"], [city.key for city in mark.details["cities"]]) for mark in marks]


@pytest.mark.parametrize(
    "text, status",
    [
        ("Kazan is interested in Tianjin's metro.", "interest"),
        ("Kazan proposed a direct flight to Tianjin.", "proposed"),
        ("An agreement between Kazan and Tianjin is to be signed in autumn.", "proposed"),
        ("A direct flight from Kazan to Tianjin will be launched.", "proposed"),
        ("Kazan and Tianjin signed an agreement.", "agreed"),
        ("Tianjin will supply buses to Kazan under a contract signed on Monday.", "agreed"),
        ("A metro line is being built in Kazan.", "under_way"),
        ("A direct flight from Kazan to Tianjin was launched.", "operating"),
        ("The tram project in Kazan has been suspended.", "stalled"),
        ("Казань проявила интерес к метро Тяньцзиня.", "interest"),
        ("Соглашение Казани и Тяньцзиня планируется подписать осенью.", "proposed"),
        ("Казань и Тяньцзинь подписали соглашение.", "agreed"),
        ("В Казани строится линия метро.", "under_way"),
        ("Открыт прямой рейс из Казани в Тяньцзинь.", "operating"),
        ("Проект трамвая в Казани приостановлен.", "stalled"),
        ("喀山对天津地铁感兴趣。", "interest"),
        ("喀山与天津的友好城市协议拟于秋季签署。", "proposed"),
        ("喀山与天津签署合作协议。", "agreed"),
        ("喀山正在建设地铁线路。", "under_way"),
        ("喀山至天津直飞航线开通。", "operating"),
        ("喀山有轨电车项目已经中止。", "stalled"),
    ],
)
def test_the_weakest_cue_determines_the_status(text, status):
    assert [found for found, _ in initiatives(text)] == [status]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"A direct flight from Kazan to Tianjin will be launched," he said.', []),
        ("«Прямой рейс из Казани в Тяньцзинь будет открыт», — сказал он.", []),
        ("“喀山至天津将开通直飞航线。”他说。", []),
        ('"Kazan and Tianjin signed an agreement," he said.', ["agreed"]),
        ("A direct flight from Kazan to Tianjin will be launched, he said.", ["proposed"]),
    ],
)
def test_a_promise_in_a_quotation_is_doubtful(text, expected):
    assert [status for status, _cities in initiatives(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "The mayor of Kazan visited Tianjin.",
        "Kazan and Tianjin have not signed an agreement.",
        "No decision on a metro line in Kazan has been taken; no contract was discussed.",
        "Казань и Тяньцзинь не подписали соглашение.",
        "Мэр Казани побывал в Тяньцзине.",
        "喀山与天津尚未达成协议。",
        "喀山市长访问天津。",
        "The metro station in Almaty has not been opened.",
        "The metro station in Almaty has not yet been opened.",
        "The sister-city agreement between Kazan and Tianjin has never been signed.",
        "Dushanbe refused to sign the memorandum with Tianjin.",
        "Almaty will not build a tram line.",
        "Almaty decided not to build a tram line.",
        "Almaty has no plans for a tram line.",
        "Меморандум между Казанью и Тяньцзинем не был подписан.",
        "Казань и Тяньцзинь так и не подписали соглашение.",
        "Казань отказалась подписать меморандум с Тяньцзинем.",
        "Казани и Тяньцзиню не удалось подписать соглашение.",
        "Метро в Алматы не было построено.",
        "Алматы не будет строить метро.",
        "Планов строить метро в Бишкеке нет.",
        "比什凯克暂无建设地铁的计划",
        "比什凯克没有建设地铁的计划。",
        "比什凯克放弃了建设地铁的计划。",
        "比什凯克将不会建设地铁。",
        "比什凯克并未签署备忘录。",
        "喀山与天津未能签署合作协议。",
        "喀山至天津直飞航线尚未正式开通。",
    ],
)
def test_visits_and_denials_make_no_initiative(text):
    assert initiatives(text) == []


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Kazan signed not only an agreement but also a memorandum with Tianjin.", "agreed"),
        ("A tram line was opened in Kazan not long ago.", "operating"),
        ("Tianjin will not only supply buses to Kazan but also service them.", "proposed"),
        ("比什凯克计划为无人机建设中心。", "proposed"),
        ("比什凯克公布无人机的计划。", "proposed"),
        ("比什凯克将不断扩建地铁。", "proposed"),
    ],
)
def test_not_every_not_is_a_denial(text, status):
    assert [found for found, _cities in initiatives(text)] == [status]


def test_abandoned_plans_have_the_status_stalled():
    text = "Plans for a direct flight between Kazan and Tianjin were dropped."
    assert initiatives(text) == [("stalled", ["kazan", "tianjin"])]
