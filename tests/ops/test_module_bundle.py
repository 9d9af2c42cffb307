"""A bundle replaces a module and all its imports with one script."""

import pytest

from sco_cities.ops.static_storage import bundle, imported_modules

pytestmark = pytest.mark.only_on("sqlite")

MODULES = {
    "js/page.js": 'import { open } from "./map/view.js";\nimport "./menu.js";\nopen(1);\n',
    "js/map/view.js": 'import {\n  announce,\n} from "../status.js";\nexport function open(n) {\n  announce(n);\n}\n',
    "js/status.js": "export const announce = (text) => log.push(text);\n",
    "js/menu.js": 'import { announce } from "./status.js";\nannounce("menu");\n',
}


def test_imports_are_named_relative_to_the_folder_of_scripts():
    assert imported_modules("js/page.js", MODULES["js/page.js"]) == ["js/map/view.js", "js/menu.js"]
    assert imported_modules("js/map/view.js", MODULES["js/map/view.js"]) == ["js/status.js"]


def test_each_module_is_called_once_before_the_modules_that_import_it():
    assert bundle("js/page.js", MODULES.__getitem__) == (
        "const _js_status = (() => {\nconst announce = (text) => log.push(text);\nreturn { announce };\n})();\n"
        "const _js_map_view = (() => {\nconst {\n  announce,\n} = _js_status;\n"
        "function open(n) {\n  announce(n);\n}\nreturn { open };\n})();\n"
        'const _js_menu = (() => {\nconst { announce } = _js_status;\nannounce("menu");\nreturn {  };\n})();\n'
        "const _js_page = (() => {\nconst { open } = _js_map_view;\n\nopen(1);\nreturn {  };\n})();\n"
    )


def test_a_module_without_imports_stays_unchanged():
    assert bundle("js/status.js", MODULES.__getitem__) == MODULES["js/status.js"]


@pytest.mark.parametrize(
    "statement",
    [
        "export default function open() {}",
        "export let count = 0;",
        "export { open };",
        'export * from "./menu.js";',
        'import open from "./menu.js";',
        'import * as menu from "./menu.js";',
        'import { announce as say } from "./status.js";',
        'import htmx from "htmx";',
    ],
)
def test_an_unsupported_import_statement_is_rejected_with_its_module(statement):
    modules = MODULES | {"js/page.js": f'import "./menu.js";\n{statement}\n'}
    with pytest.raises(ValueError, match=r"^js/page\.js has a statement that bundles do not support: "):
        bundle("js/page.js", modules.__getitem__)


def test_a_circular_import_is_rejected():
    modules = MODULES | {"js/menu.js": 'import "./page.js";\n'}
    with pytest.raises(ValueError, match=r"^js/page\.js imports itself through js/menu\.js$"):
        bundle("js/page.js", modules.__getitem__)
