"""fixbot finds anti-patterns, rewrites them, and opens pull requests that a maintainer merges unedited."""

VERSION = "0.1.0"
