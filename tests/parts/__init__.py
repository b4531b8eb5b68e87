"""Real parts to test against: git over HTTP, a GitHub emulator with a recorder, GitHub's description."""
