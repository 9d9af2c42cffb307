"""Form data that tests take from Django's forms equals the data that a browser submits."""

import pytest

from tests.curation.admin_client import (
    admin_url,
    curated_models,
    curator_client,
    form_data,
    unrendered_form_data,
)
from tests.sample_records import make_sample_records


@pytest.mark.django_db
def test_a_form_has_the_same_values_without_its_page():
    make_sample_records()
    curator = curator_client()
    compared = 0
    for model in curated_models():
        for record in [None, *model.objects.all()[:1]]:
            url = admin_url(record, "change") if record else admin_url(model, "add")
            page = curator.get(url)
            if page.status_code == 200:
                of_page = form_data(page)
                of_page.pop("csrfmiddlewaretoken", None)
                of_page.pop("form_key", None)
                assert unrendered_form_data(curator, url) == of_page
                compared += 1
    assert compared > 15
