"""Templates load only the tag and filter libraries that they use."""

import re

from django.template import engines
from django.template.base import Lexer, TokenType
from django.template.library import import_library

from tests.test_conventions import ROOT, report, templates, text_of


def test_a_template_uses_every_library_that_it_loads():
    libraries = engines["django"].engine.libraries
    unused = []
    for path in templates():
        tokens = Lexer(text_of(path)).tokenize()
        code = [token.contents for token in tokens if token.token_type in (TokenType.BLOCK, TokenType.VAR)]
        loaded = [name for each in code if each.startswith("load ") for name in each.split()[1:]]
        used = {name for each in code for name in re.findall(r"(?:^(?:filter )?|\|)(\w+)", each)}
        for name in loaded:
            library = import_library(libraries[name])
            if used.isdisjoint({*library.tags, *library.filters}):
                unused.append(f"{path.relative_to(ROOT)}: {name}")
    report("Libraries that a template loads and does not use", unused)
