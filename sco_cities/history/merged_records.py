"""The records that were merged into others, by the addresses that lead to those now."""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from django.contrib.contenttypes.models import ContentType

from sco_cities.db.pk_filter import pk_in
from sco_cities.sources.base_models import Record

from .models import Action, ChangeSource, Revision


def merged_records(model: type[Record], former_slugs: Mapping[str, int]) -> dict[str, list[int]]:
    """The keys of the merged records that had these slugs, the one that was merged first at the end.

    `former_slugs` has the key of the record to which each leads now. Records that were deleted otherwise are left out:
    nothing of them may be shown any more.
    """
    found: dict[str, list[int]] = defaultdict(list)
    slugs_by_target: dict[int, set[str]] = defaultdict(set)
    for slug, target in former_slugs.items():
        slugs_by_target[target].add(slug)
    while slugs_by_target:
        merged: dict[int, set[str]] = defaultdict(set)
        for target, key, slugs in _merges(model, slugs_by_target):
            if key != target and (had := slugs_by_target[target] & slugs):
                # Another record may have been merged into it before.
                merged[key] |= had
        for key, slugs in merged.items():
            for slug in slugs:
                found[slug].append(key)
        slugs_by_target = merged
    return found


def _merges(model: type[Record], targets: Mapping) -> Iterator[tuple[int, int, set[str]]]:
    """The merges into these records: their key, that of the merged record, and the slugs that it had."""
    content_type = ContentType.objects.get_for_model(model)
    target = "change_set__revisions__object_id"
    merges = Revision.objects.filter(
        pk_in(targets, target),
        change_set__revisions__content_type=content_type,
        change_set__revisions__action=Action.CHANGED,
        change_set__source=ChangeSource.MERGE,
        content_type=content_type,
        action=Action.DELETED,
    ).order_by()
    for into, key, slug, former in merges.values_list(target, "object_id", "slug", "changes__former_slugs"):
        yield into, key, {slug, *(row["slug"] for row in (former or {}).get("removed", ()))}
