"""How the pages are built: `sphinx-build -W docs build/docs`; the pages of the codemods are made from their files."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from derive.pages import write_catalogue  # noqa: E402 - found by the line above
from fixbot import VERSION  # noqa: E402 - so that one look shows what comes from here

project = "fixbot"
author = "the authors of fixbot"
project_copyright = "the authors of fixbot"
version = release = VERSION

extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
source_suffix = {".md": "markdown"}
exclude_patterns = ["build"]
nitpicky = True

html_theme = "furo"
html_title = f"fixbot {VERSION}"
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"source_repository": "https://github.com/fixbot-dev/fixbot", "source_directory": "docs/"}

write_catalogue(HERE / "catalogue")
