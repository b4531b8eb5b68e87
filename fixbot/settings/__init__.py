"""What may be configured: turns a table into a `Settings` record or all its mistakes; touches no file."""

from fixbot.settings.globs import excluder
from fixbot.settings.record import Settings, merged, parse_set, settings_from

__all__ = ["Settings", "excluder", "merged", "parse_set", "settings_from"]
