"""The values of a form in a page, as a browser submits them."""

from bs4 import BeautifulSoup


def form_values(html: str | bytes, selector: str) -> dict[str, str | list[str]]:
    """By name, the values of the unchanged form that `selector` finds; lists for selects of several options."""
    values: dict[str, str | list[str]] = {}
    form = BeautifulSoup(html, "lxml").select_one(selector)
    for field in form.select("input[name], textarea[name], select[name]"):
        name = field["name"]
        if field.name == "textarea":
            values[name] = field.text.removeprefix("\n")
        elif field.name == "select":
            selected = [option["value"] for option in field.select("option[selected]")]
            if field.has_attr("multiple"):
                values[name] = selected
            elif options := field.select("option"):
                values[name] = (selected or [options[0]["value"]])[0]
        elif field.get("type") in {"checkbox", "radio"}:
            if field.has_attr("checked"):
                values[name] = field.get("value", "on")
        elif field.get("type") not in {"submit", "button"}:
            values[name] = field.get("value", "")
    return values
