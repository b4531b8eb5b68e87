"""Tests of a survey that collects no garbage."""

import gc
from collections.abc import Iterator

import pytest

from fixbot.engine.survey import uncollected


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    enabled = gc.isenabled()
    yield
    if enabled:
        gc.enable()


def test_garbage_is_collected_again_afterwards() -> None:
    gc.enable()
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_garbage_is_collected_again_after_an_error() -> None:
    gc.enable()
    with pytest.raises(ValueError, match="gone"), uncollected():
        raise ValueError("gone")  # noqa: EM101 - any error does
    assert gc.isenabled()


def test_where_no_garbage_was_collected_none_is_afterwards() -> None:
    gc.disable()
    with uncollected():
        pass
    assert not gc.isenabled()
