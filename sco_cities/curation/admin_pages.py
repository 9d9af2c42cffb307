"""Admin pages of curation in the order of the start page (review, data quality, translations, duplicates).

The packages for history and imports register their pages in their own `admin_pages` modules.
"""

from django.utils.translation import gettext_lazy as _

from sco_cities.admin_framework.pages import MAX_COUNT, AdminPage, PageGroup, register
from sco_cities.history.models import MERGE_RECORDS, REVIEW_RECORDS

from . import start_page
from .comments.threads import count_waiting_for
from .permissions.object_permissions import ADD_EVIDENCE
from .review import queue

REVIEW = register(
    AdminPage(
        url_name="admin:review",
        urls="sco_cities.curation.urls",
        title=_("Review"),
        description=_("Records sent by contributors. Publish them, or send them back with a reason."),
        permission=REVIEW_RECORDS,
        group=PageGroup.TO_DO,
        waiting_count=lambda request: queue.count_waiting(),
        waiting_entries=start_page.review_entries,
    )
)
MY_RECORDS = register(
    AdminPage(
        url_name="admin:my_records",
        urls="sco_cities.curation.urls",
        title=_("My records"),
        description=_("Your drafts, your records in review, and records sent back to you."),
        permission=ADD_EVIDENCE,
        group=PageGroup.TO_DO,
        waiting_count=lambda request: queue.count_own_drafts(request.user, MAX_COUNT + 1),
        waiting_entries=start_page.draft_entries,
    )
)
# Users with permission to see records may comment on them.
SEES_RECORDS = "sources.view_report"
COMMENTS = register(
    AdminPage(
        url_name="admin:comments",
        urls="sco_cities.curation.urls",
        title=_("Comments"),
        description=_("Comments that mention you, reply to you, or are about records that you have edited."),
        permission=SEES_RECORDS,
        group=PageGroup.TO_DO,
        waiting_count=lambda request: count_waiting_for(request.user),
        waiting_entries=start_page.comment_entries,
    )
)
DATA_QUALITY = register(
    AdminPage(
        url_name="admin:data_quality",
        urls="sco_cities.curation.urls",
        title=_("Data quality"),
        description=_(
            "The number of sourced, disputed, stale and untranslated values. Each number links to a queue of "
            "records."
        ),
        permission=REVIEW_RECORDS,
        numbers=start_page.quality_numbers,
    )
)
TRANSLATIONS_PAGE = register(
    AdminPage(
        url_name="admin:translations",
        urls="sco_cities.curation.urls",
        title=_("Translations"),
        description=_("Texts without a Russian or Chinese translation, and translations to be checked."),
        permission=REVIEW_RECORDS,
    )
)
DUPLICATES = register(
    AdminPage(
        url_name="admin:duplicates",
        urls="sco_cities.curation.urls",
        title=_("Duplicates"),
        description=_(
            "Records that may be duplicates. Compare and merge them, or mark them as not duplicates."
        ),
        permission=MERGE_RECORDS,
        numbers=start_page.duplicate_numbers,
    )
)
