from __future__ import annotations

import pytest

from fixbot.audit.text import text_of

REPORT = "# Findings 🔴\n\n- ✅ Done — “quoted” café, ⏳ later\n- 🔶 Half way → there\n"


def content(data: bytes) -> str:
    text = text_of(data)
    assert text is not None
    return text.content


@pytest.mark.parametrize("encoding", ["sloppy-windows-1252", "mac_roman", "sloppy-windows-1254", "latin-1", "cp437"])
def test_text_that_was_read_in_a_wrong_encoding_is_read_again(encoding: str) -> None:
    damaged = REPORT.encode().decode(encoding).encode()
    text = text_of(damaged)
    assert text is not None
    assert text.content == REPORT
    assert "which was undone" in text.repaired


def test_text_that_was_damaged_twice_is_mended_twice() -> None:
    once = REPORT.encode().decode("latin-1")
    assert content(once.encode().decode("latin-1").encode()) == REPORT


@pytest.mark.parametrize(
    "kept",
    [
        REPORT,
        "The page shows `Ã©` where an “é” should be — see §4.",
        "├── app\n│   └── main.py\n└── tests\n",
        "Проверка кода: голый except скрывает ошибки — исправить.",
        "裸 except 会吞掉所有异常",
        "naïve façade, e\u0301 stays as it is; it's “fine” … ½ ﬁ",
        "plain",
    ],
)
def test_text_that_is_as_it_should_be_stays(kept: str) -> None:
    text = text_of(kept.encode())
    assert text is not None
    assert (text.content, text.repaired) == (kept, "")


def test_signs_of_which_bytes_were_lost_are_known_again() -> None:
    damaged = (REPORT * 3).encode().decode("sloppy-windows-1254")
    lossy = "".join(char for char in damaged if not "\x80" <= char <= "\x9f")
    assert "⏳ later" in content(lossy.encode())
    assert "🔶 Half way" in content(lossy.encode())


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_other_encodings_and_marks_are_read(encoding: str) -> None:
    assert content("# A report of faults\nx".encode(encoding)) == "# A report of faults\nx"


def test_ends_of_lines_become_line_feeds() -> None:
    assert content(b"a\r\nb\rc\n") == "a\nb\nc\n"


def test_latin_letters_that_are_no_utf8_are_read() -> None:
    text = text_of("café à la carte".encode("latin-1"))
    assert text is not None
    assert text.content == "café à la carte"
    assert "not UTF-8" in text.repaired


def test_bytes_that_are_no_text_are_none() -> None:
    assert text_of(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR") is None
