"""Makes a page for each codemod from its file: why, examples with their evidence, what it leaves alone, options."""

from derive.pages.catalogue import write_catalogue

__all__ = ["write_catalogue"]
