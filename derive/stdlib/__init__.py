"""Derives what the standard library's callables raise, as data: for developers, not for users of fixbot.

Three sources are joined (`join.py`): the library's own Python source (`read.py`, `flow.py`), probes of what is
written in C (`probe.py`), and the sentences of docstrings (`docs.py`). Types come from typeshed (`stubs.py`).
"""
