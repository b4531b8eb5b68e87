"""Counters that several processes share, such as those in Redis: what is read, checked and written in steps."""
