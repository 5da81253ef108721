"""Sphinx builds the documentation without a network; warnings are errors in ``.ci/run``."""

from __future__ import annotations

import sys
from pathlib import Path

import stsdetect

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE / "_ext"))

project = "stsdetect"
author = "the stsdetect authors"
release = version = stsdetect.__version__

extensions = [
    "myst_nb",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.autosummary",
    "native_math",
    "generated_pages",
]
exclude_patterns = ["_build", "_ext", "jupyter_execute"]
html_math_renderer = "mathml"
html_theme = "pydata_sphinx_theme"
html_title = "stsdetect"
html_static_path = ["_static"]
html_css_files = ["docs.css"]
html_show_sourcelink = False
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "show_toc_level": 2,
    "navigation_with_keys": False,
}

autosummary_generate = True
autodoc_typehints = "none"
numpydoc_show_class_members = False
numpydoc_xref_param_type = False

myst_enable_extensions = ["amsmath", "deflist", "dollarmath", "colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "cache"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_execution_excludepatterns = []
suppress_warnings = ["mystnb.unknown_mime_type"]
