"""Values of proposals in their canonical form: what a curator types is checked as the form of the record would."""

from decimal import Decimal, InvalidOperation

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.utils.translation import gettext as _

from initiatives.models import CityRole
from sco_cities.core import edtf
from sco_cities.sources.base_models import Record
from sco_cities.sources.models import Figure, Qualifier

from .models import ProposalKind

# Columns that are not proposed: they have their own rules.
_NEVER = frozenset({"id", "state", "created_at", "updated_at", "search_text", "translated_from"})
FIGURE_KEYS = ("label", "value", "unit", "qualifier", "period")


def canonical_columns(model: type[Record], values: dict) -> dict[str, str]:
    """Columns of a new draft; ValidationError, by column, if one is unknown or invalid. Empty ones are left out."""
    result, errors = {}, {}
    for name, value in values.items():
        try:
            if checked := canonical_value(model, name, value):
                # A column of a relation is the slug alone.
                result[name] = checked.get("slug", "") if isinstance(checked, dict) else checked
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)
    return result


def canonical_value(model: type[Record], name: str, value):
    """The value of a field: a text, or for a relation {"slug": …}. ValidationError if it is invalid."""
    field = _field(model, name)
    if field.is_relation:
        return _relation_value(field, value)
    text = str("" if value is None else value).strip()
    if not text:
        return ""
    if isinstance(field, models.DecimalField):
        text = text.replace(",", ".")
    field.clean(field.to_python(text), None)
    return text


def canonical_figure(value: dict) -> dict[str, str]:
    """A figure; ValidationError, by part, if a part is invalid. Label and unit may still be empty."""
    result = {key: str(value.get(key) or "").strip() for key in FIGURE_KEYS}
    errors = {}
    try:
        number = Decimal(result["value"].replace(",", "").replace(" ", ""))
        result["value"] = f"{Figure._meta.get_field('value').clean(number, None).normalize():f}"
    except (InvalidOperation, ValidationError):
        errors["value"] = _("Enter a number.")
    result["qualifier"] = result["qualifier"] or Qualifier.EXACT.value
    if result["qualifier"] not in Qualifier.values:
        errors["qualifier"] = _("Select one of the choices.")
    try:
        edtf.validate(result["period"])
    except ValidationError as error:
        errors["period"] = error
    for key in ("label", "unit"):
        longest = Figure._meta.get_field(key).max_length
        if len(result[key]) > longest:
            errors[key] = _("Enter at most %(most)s characters.") % {"most": longest}
    if errors:
        raise ValidationError(errors)
    return result


def canonical(kind: str, model: type[Record], field: str, value):
    """The value of a proposal of any kind in its canonical form; ValidationError if it is invalid."""
    if kind == ProposalKind.FIGURE:
        return canonical_figure(value if isinstance(value, dict) else {})
    if kind == ProposalKind.ATTENDANCE:
        role = value.get("role_at_event", "") if isinstance(value, dict) else value
        return {"role_at_event": str(role or "").strip()[:120]}
    if kind == ProposalKind.VALUE:
        return canonical_value(model, field, value)
    return canonical_columns(model, value if isinstance(value, dict) else {})


def _field(model: type[Record], name: str) -> models.Field:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        field = None
    known = {*model.evidence_fields, *(each.name for each in model._meta.concrete_fields)} - _NEVER
    if field is None or name not in known:
        raise ValidationError(_("This kind of record has no such field."))
    return field


def _relation_value(field: models.Field, value) -> dict[str, str]:
    value = value if isinstance(value, dict) else {"slug": str(value or "")}
    result = {}
    if slug := str(value.get("slug") or "").strip():
        result["slug"] = _existing_slug(field, slug)
    if role := value.get("role"):
        if role not in CityRole.values:
            raise ValidationError(_("Select one of the choices."))
        result["role"] = role
    return result


def _existing_slug(field: models.Field, slug: str) -> str:
    slug = slug.lower()
    if not field.related_model._base_manager.filter(slug=slug).exists():
        raise ValidationError(_("There is no such record."))
    return slug
