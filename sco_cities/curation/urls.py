"""URLs of the pages of curation, below /admin/."""

from django.urls import path

from . import record_search
from .comments import views as comments
from .data_quality import views as data_quality
from .duplicates import views as duplicates
from .evidence import views as evidence
from .merge import views as merge
from .review import joint_review
from .review import views as review
from .translations import views as translations
from .unsaved_forms import views as unsaved_forms

_PAIR = "duplicates/<slug:collection>/<slug:one>/<slug:other>/"

urlpatterns = [
    path("search/", record_search.search, name="search"),
    path("review/", review.review, name="review"),
    path("review/together/<slug:source>/<int:key>/", joint_review.review_together, name="review_together"),
    path("review/<slug:collection>/<int:key>/", review.review_record, name="review_record"),
    path("my-records/", review.my_records, name="my_records"),
    path("comments/", comments.comments, name="comments"),
    path("comments/<slug:collection>/<int:key>/", comments.record_comments, name="record_comments"),
    path("health/", data_quality.data_quality, name="data_quality"),
    path("health/<slug:collection>/<slug:metric>/", data_quality.queue, name="data_quality_queue"),
    path(
        "health/<slug:collection>/<slug:metric>/after/<int:key>/",
        data_quality.next_in_queue,
        name="data_quality_next",
    ),
    path("translations/", translations.translations, name="translations"),
    path("translations/text/", translations.translate, name="translate"),
    path("translations/texts.csv", translations.download, name="translations_download"),
    path("translations/upload/", translations.upload, name="translations_upload"),
    path("duplicates/", duplicates.duplicates, name="duplicates"),
    path("duplicates/two/", duplicates.not_duplicates, name="not_duplicates"),
    path(f"{_PAIR}two/", duplicates.mark_not_duplicates, name="mark_not_duplicates"),
    path(f"{_PAIR}again/", duplicates.unmark_not_duplicates, name="unmark_not_duplicates"),
    # The second record in the URL is merged into the first record.
    path("duplicates/<slug:collection>/<slug:target>/<slug:duplicate>/", merge.merge_records, name="merge"),
    path("evidence/<str:collection>/<int:key>/add/", evidence.add_evidence, name="add_evidence"),
    path("forms/keep/", unsaved_forms.keep_form, name="keep_form"),
    path("forms/ping/", unsaved_forms.ping_form, name="ping_form"),
    path("forms/restore/", unsaved_forms.restore_form, name="restore_form"),
    path("forms/discard/", unsaved_forms.discard_form, name="discard_form"),
]
