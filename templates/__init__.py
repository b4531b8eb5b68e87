"""The Jinja2 templates that ship with fixbot."""
