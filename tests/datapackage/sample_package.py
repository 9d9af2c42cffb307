"""A small fictional package about two towns that install lamps, in canonical order and with every column type."""

from io import StringIO
from pathlib import Path

from django.core.management import CommandError, call_command

from sco_cities.datapackage.descriptor import descriptor

LAMPS = {
    "countries": """\
code,name_en,name_ru,name_zh,sco_role,sco_since,state,translated_from
XA,Country A,Страна А,甲国,member,2001,published,
XB,Country B,,,none,,published,
""",
    "cities": """\
slug,name_en,name_ru,name_zh,country,latitude,longitude,population,geonames_id,wikidata_id,aliases,state,\
translated_from
alphaville,Alphaville,Альфавилль,阿尔法城,XA,10.5,-20.25,1000,101,Q101,Alpha; The Ville,published,
betatown,Betatown,,,XB,-0.00001,180,,,,,published,
""",
    "reports": """\
slug,title,publisher,published_on,language,address,accessed_on,note,state,title_ru,title_zh,note_ru,note_zh,\
translated_from
gazette-2025,"Lamps, ""bright"" ones",The Gazette,2025-01-01,en,https://gazette.example/lamps,2025-02-01,,published,\
,,,,
herald-2025,More lamps,The Herald,2025,en,https://herald.example/lamps,,A draft,draft,,,Черновик,草稿,
""",
    "themes": """\
slug,name_en,name_ru,name_zh,pillar,description,keywords,state,description_ru,description_zh,translated_from
lamps,Lamps,,,governance,All about lamps,bulb; лампа,published,Всё о лампах,有关路灯的一切,
streets,Streets,,,security,All about streets,,published,,,
""",
    "organisations": """\
slug,name_en,name_ru,name_zh,kind,country,city,aliases,state,translated_from
lamp-office,Lamp Office,,,city-government,XA,alphaville,,published,
""",
    "events": """\
slug,name_en,name_ru,name_zh,kind,series,host_city,starts_on,ends_on,date_text,parent,themes,state,\
series_ru,series_zh,date_text_ru,date_text_zh,translated_from
a-opening,Opening,,,meeting,,,2025-05-01,,,lamp-forum,,draft,,,,,
lamp-forum,Lamp Forum,,,forum,Lamp Forums,alphaville,2025-05,2025-05-03,in May,,lamps; streets,published,\
Форумы ламп,路灯论坛,в мае,五月,
""",
    "delegates": """\
slug,name_en,name_ru,name_zh,role,organisation,city,country,aliases,state,role_ru,role_zh,translated_from
ada,Ada Test,Ада Тест,,Mayor of Alphaville,lamp-office,alphaville,XA,,published,мэр Альфавилля,阿尔法城市长,
bob,Bob Test,,,Guest,,,,,draft,,,
""",
    "passages": """\
report,number,summary,quotation,speakers,summary_ru,summary_zh,translated_from,archive_address
gazette-2025,1,Lamps were put up.,,ada; bob,Лампы поставлены.,路灯已安装。,summary_zh:0123abcd,
gazette-2025,2,They shine.,“Let there be light.”,,,,,https://archive.example/gazette
herald-2025,10,More of them.,,,,,,
""",
    "attendances": """\
event,delegate,role_at_event,role_at_event_ru,role_at_event_zh,translated_from
lamp-forum,ada,speaker,докладчик,发言者,
""",
    "statements": """\
slug,delegate,event,summary,themes,state,summary_ru,summary_zh,translated_from
lamps-are-bright,ada,,Lamps are bright.,lamps,published,Лампы яркие.,灯很亮。,summary_ru:0123abcd; summary_zh:89abcdef
""",
    "initiatives": """\
slug,title_en,title_ru,title_zh,summary_en,summary_ru,summary_zh,kind,status,starts_on,ends_on,event,\
countries,organisations,themes,state,translated_from
lamps-for-all,Lamps for all,Лампы для всех,,Everyone gets one.,,,project,agreed,2024,2024/2029,lamp-forum,\
XA; XB,lamp-office,lamps,published,
lamps-of-tomorrow,Lamps of tomorrow,,,"Two lines:
one, two.",,,plan,interest,,,,,,,draft,
""",
    "initiative_cities": """\
initiative,city,role
lamps-for-all,alphaville,lead
lamps-for-all,betatown,reference
""",
    "figures": """\
record,label,value,unit,qualifier,period,label_ru,label_zh,unit_ru,unit_zh,translated_from
cities:alphaville,lamps per street,0.5,lamps,about,,ламп на улице,每条街的灯,лампа | лампы | ламп,盏,
initiatives:lamps-for-all,lamps,16600000,lamps,over,2025,,,,,
""",
    "evidence": """\
record,field,report,passage,reported_value,stance,reported_value_ru,reported_value_zh,translated_from
cities:alphaville,figure:lamps per street,gazette-2025,1,,supports,,,
countries:XA,sco_role,gazette-2025,1,,supports,,,
delegates:ada,*,gazette-2025,1,,supports,,,
delegates:ada,role,gazette-2025,1,,supports,,,
events:lamp-forum,*,gazette-2025,1,,supports,,,
initiatives:lamps-for-all,*,gazette-2025,1,,supports,,,
initiatives:lamps-for-all,cities,gazette-2025,1,,supports,,,
initiatives:lamps-for-all,ends_on,gazette-2025,2,,supports,,,
initiatives:lamps-for-all,figure:lamps,gazette-2025,2,,supports,,,
initiatives:lamps-for-all,starts_on,gazette-2025,2,,supports,,,
initiatives:lamps-for-all,starts_on,herald-2025,10,2023,differs,,,
initiatives:lamps-for-all,status,gazette-2025,1,as of 2023: a wish,earlier,на 2023: желание,截至2023年：愿望,
initiatives:lamps-for-all,status,gazette-2025,1,,supports,,,
statements:lamps-are-bright,*,gazette-2025,2,,supports,,,
statements:lamps-are-bright,summary,gazette-2025,2,,supports,,,
""",
}


def make_package(folder: Path, tables: dict[str, str] = LAMPS) -> Path:
    """Writes a package of these tables into `folder` and returns it."""
    folder.mkdir(exist_ok=True)
    files = {f"{name}.csv": text.encode() for name, text in tables.items()}
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "datapackage.json").write_text(descriptor(files), encoding="utf-8")
    return folder


def edited(table: str, old: str, new: str, tables: dict[str, str] = LAMPS) -> dict[str, str]:
    """Returns the tables after replacing the only occurrence of `old` in `table` with `new`."""
    assert tables[table].count(old) == 1, f"{old!r} occurs {tables[table].count(old)} times"
    return tables | {table: tables[table].replace(old, new)}


def load(folder: Path, *, evidence_stands=True) -> str:
    """Returns the output of `load_package`. By default, new values need no evidence."""
    output = StringIO()
    call_command("load_package", str(folder), evidence_stands=evidence_stands, stdout=output)
    return output.getvalue().strip()


def problems_of(folder: Path) -> list[str]:
    """Returns the errors that `load_package` reports, one per line. Fails if there are no errors."""
    try:
        load(folder)
    except CommandError as error:
        return str(error).splitlines()[1:]
    raise AssertionError("the package was loaded")


def everything_stored() -> dict[str, list]:
    """Returns all rows of all tables, with timestamps."""
    from sco_cities.datapackage.tables import TABLES

    models = {table.model for table in TABLES.values()}
    models |= {column.through for table in TABLES.values() for column in table.lists}
    return {model._meta.label: list(model.objects.order_by("pk").values()) for model in models}
