"""Common data programs open every file of a release."""

import asyncio
import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from zipfile import ZipFile

import duckdb
import pandas
import pytest
from datasette.app import Datasette

from delegates.models import Statement
from initiatives.models import Initiative
from sco_cities.releases.release_writer import write_release
from sco_cities.sources.models import Evidence

# The files are the same on every engine.
pytestmark = [pytest.mark.django_db, pytest.mark.only_on("sqlite")]


@pytest.fixture
def path(loaded_package):
    return write_release()[0].path


@pytest.fixture
def sizes():
    return {
        "initiatives.csv": Initiative.objects.count(),
        "evidence.csv": Evidence.objects.count(),
        "statements.csv": Statement.objects.count(),
        "columns.csv": None,
    }


def test_pandas_reads_the_flat_files_the_tables_and_the_database(path, sizes):
    for name, size in sizes.items():
        frame = pandas.read_csv(path / name)
        assert size is None or len(frame) == size
    initiatives = pandas.read_csv(path / "initiatives.csv", index_col="slug")
    assert initiatives.disputed.dtype == bool
    with ZipFile(path / "sco-cities.zip") as archive, archive.open("cities.csv") as file:
        assert pandas.read_csv(file).latitude.dtype == float
    with closing(sqlite3.connect(path / "sco-cities.sqlite3")) as database:
        flat = pandas.read_sql("SELECT * FROM initiatives_flat", database, index_col="slug")
    assert set(flat.index) == set(initiatives.index)


@pytest.mark.thorough
def test_duckdb_reads_the_flat_files_and_the_tables(path, sizes):
    for name, size in sizes.items():
        ((count,),) = duckdb.sql(f"SELECT count(*) FROM read_csv('{path / name}')").fetchall()
        assert size is None or count == size
    with ZipFile(path / "sco-cities.zip") as archive:
        archive.extractall(path / "tables")
    for file in (path / "tables").glob("*.csv"):
        duckdb.sql(f"SELECT * FROM read_csv('{file}', header = true)").fetchall()


@pytest.mark.thorough
def test_datasette_shows_the_database_with_its_metadata(path):
    async def read(*addresses: str) -> list:
        metadata = json.loads((path / "metadata.json").read_text())
        datasette = Datasette([], immutables=[path / "sco-cities.sqlite3"], metadata=metadata)
        await datasette.invoke_startup()
        return [await datasette.client.get(address) for address in addresses]

    def run(*addresses: str) -> list:
        # A separate thread is needed, because the browser of other tests has an event loop in this thread.
        with ThreadPoolExecutor(1) as executor:
            return executor.submit(asyncio.run, read(*addresses)).result()

    tables = [
        f"/sco-cities/{name}" for name in ("initiatives", "initiatives_flat", "evidence_flat", "_columns")
    ]
    page, *answers = run("/sco-cities/cities", *(f"{table}.json?_size=5" for table in tables))
    assert [answer.status_code for answer in answers] == [200] * 4
    assert all(len(answer.json()["rows"]) == 5 for answer in answers)
    assert "Degrees north" in page.text
    assert "CC BY 4.0" in page.text
