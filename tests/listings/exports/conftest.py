import csv
import io

import pytest


@pytest.fixture
def export(client):
    """The status and the whole of a file, as bytes."""

    def of(path):
        response = client.get(path)
        return response.status_code, b"".join(response)

    return of


@pytest.fixture
def csv_rows(export):
    """The header and the rows of a CSV file, read back."""

    def of(path):
        status, file = export(path)
        assert status == 200
        return list(csv.reader(io.StringIO(file.decode(), newline="")))

    return of
