"""Draws the pictures of the README from real runs on the sample of `fixbot demo`; each letter is what a run wrote."""
