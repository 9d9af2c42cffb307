import csv
import io

import pytest


@pytest.fixture
def export(client):
    """Requests a file. Returns the status and the content as bytes."""

    def download(path):
        response = client.get(path)
        return response.status_code, b"".join(response)

    return download


@pytest.fixture
def csv_rows(export):
    """Requests a CSV file. Returns its header and its rows."""

    def read_rows(path):
        status, file = export(path)
        assert status == 200
        return list(csv.reader(io.StringIO(file.decode(), newline="")))

    return read_rows
