"""System checks that report facets with undeclared inputs in `facets.py`."""

from collections.abc import Iterable, Iterator

from django.core.checks import Error, register

from . import registry
from .facets import Reads
from .registry import IndexedModel


@register()
def check_indexed_models(app_configs, **kwargs) -> list[Error]:
    """Returns the errors in all declarations."""
    models = list(registry.indexed_models())
    errors = [error for model in models for error in _model_errors(model)]
    # Facets are checked only if all models pass, because a facet may read any collection that its model requires.
    return errors or [
        error
        for model in models
        for name, facet in model.facets.items()
        for error in read_errors(
            f"The facet “{name}” of “{model.collection}”", model, facet.reads(model.collection)
        )
    ]


def _model_errors(model: IndexedModel) -> Iterator[Error]:
    if "state" not in _names(model.dimensions):
        yield Error(
            f"The index of “{model.collection}” does not contain the publication states.",
            hint="Add `state_dimension(MODEL)` to its dimensions.",
            obj=model.model,
            id="facet_index.E001",
        )
    for name in model.needs:
        if not registry.is_registered(name):
            yield Error(
                f"The index of “{model.collection}” needs “{name}”, which no app registers.",
                hint="Correct `needs`, or register an IndexedModel of this name in the `facets.py` of its app.",
                obj=model.model,
                id="facet_index.E002",
            )


def read_errors(subject: str, model: IndexedModel, reads: Iterable[Reads]) -> Iterator[Error]:
    """Yields an error for each invalid entry in `reads` of a facet or column. Messages begin with `subject`."""
    for read in reads:
        if error := _read_error(subject, model, read):
            yield error


def _read_error(subject: str, model: IndexedModel, read: Reads) -> Error | None:
    if not registry.is_registered(read.collection) or (
        read.collection not in registry.required_collections(model.collection)
    ):
        return Error(
            f"{subject} reads “{read.collection}”, which this index does not need.",
            hint=f"Add “{read.collection}” to `needs` of the IndexedModel “{model.collection}”.",
            obj=model.model,
            id="facet_index.E003",
        )
    other = registry.indexed_model(read.collection)
    if read.records and not other.keeps_records:
        return Error(
            f"{subject} reads records of “{read.collection}”, which are not kept in memory.",
            hint=f"Set `keeps_records` of the IndexedModel “{read.collection}”, or add a Dimension.",
            obj=model.model,
            id="facet_index.E004",
        )
    if read.dimension and read.dimension not in _names(other.dimensions):
        return Error(
            f"{subject} reads the dimension “{read.dimension}” of “{read.collection}”, which does not exist.",
            hint=f"Add a Dimension of this name to the IndexedModel “{read.collection}”, or correct the name.",
            obj=model.model,
            id="facet_index.E005",
        )
    if read.facet and read.facet not in other.facets:
        return Error(
            f"{subject} reads the facet “{read.facet}” of “{read.collection}”, which does not exist.",
            hint=f"Add a facet of this name to the IndexedModel “{read.collection}”, or correct the name.",
            obj=model.model,
            id="facet_index.E006",
        )
    return None


def _names(dimensions: Iterable) -> set[str]:
    return {dimension.name for dimension in dimensions}
