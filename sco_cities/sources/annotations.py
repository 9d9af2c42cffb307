"""How many published records a record's relations lead to."""

from django.db.models import Count, Model, OuterRef, Q, Subquery


def published_count(model: type[Model], relation: str, **conditions) -> Subquery:
    """The number of different published records that `relation` of a record of `model` leads to.

    Each count is a subquery of its own: several relations joined in one query multiply their rows, which took
    25 times as long for the themes of 200,000 initiatives.
    """
    published = Q(**{f"{relation}__state": "published"}) & Q(**conditions)
    itself = model._base_manager.filter(pk=OuterRef("pk")).order_by().values("pk")
    return Subquery(itself.annotate(n=Count(relation, filter=published, distinct=True)).values("n"))
