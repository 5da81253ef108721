"""The templates of pages, which escape all text, and the style and scripts that are put into a page."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import jinja2

from stsdetect.foreign_text import made_visible
from stsdetect.report.page import display_format


@cache
def page_file(name: str) -> str:
    """A file of this package, without the references to other files that those of Leaflet have."""
    text = (files("stsdetect.report.page") / name).read_text("utf-8")
    text = re.sub(r"//# sourceMappingURL=.*", "", text)
    return re.sub(r"url\([^)]*\)", "none", text) if name.endswith(".css") else text


@cache
def template(name: str) -> jinja2.Template:
    """A template of this package: text that enters it is escaped, and nothing in it is hidden."""
    pages = jinja2.Environment(
        loader=jinja2.PackageLoader("stsdetect.report.page"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for tool in ("number", "percent", "signed", "utc", "span", "ship_type"):
        pages.filters[tool] = getattr(display_format, tool)
    pages.tests["unknown"] = display_format.unknown
    pages.globals.update(
        category_names=display_format.CATEGORIES,
        local_times=display_format.local_times,
        position=display_format.position,
        size=display_format.size,
        tonnes=display_format.tonnes,
    )
    return pages.get_template(name)


def _shown(value: Any) -> Any:
    """What an expression of a template gives, with nothing hidden in its text; see `made_visible`."""
    return made_visible(value) if type(value) is str else value
