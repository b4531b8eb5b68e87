"""Calls that wait for the network, for other processes, for files or for a person; it only reads."""
