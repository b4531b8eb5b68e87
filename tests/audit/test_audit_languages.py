from __future__ import annotations

import pytest

from fixbot import registry
from fixbot.audit import read_document
from fixbot.model import Document, Location, Severity, Status

CODEMODS = registry.choose()
#: The wide form of the colon, which looks like the one of ASCII.
WIDE = "\uff1a"

REPORTS = {
    "Spanish": (
        "# Informe de auditoría\n\n## Resumen\n\n| Severidad | Cantidad |\n|-|-|\n| Crítica | 1 |\n\n## Hallazgos\n\n"
        "### [ALTA] Claves en el código\n**Archivo:** `a/b.py`, línea 14\n**Estado:** En progreso\n"
        "**Sugerencia:** Leerlas del entorno.\n"
    ),
    "French": (
        "# Rapport d'audit\n\n## Problèmes de gravité élevée\n\n### 1. Clés dans le code\n"
        "**Fichier :** `a/b.py:14`\n"
        "**Statut :** En cours\n**Recommandation :** Les lire ailleurs.\n"
    ),
    "German": (
        "# Bericht\n\n## Befunde\n\n### 1. Schlüssel im Code\n- **Schweregrad:** Hoch\n- **Datei:** `a/b.py`,"
        " Zeile 14\n"
        "- **Status:** In Bearbeitung\n- **Empfehlung:** Woanders lesen.\n"
    ),
    "Portuguese": (
        "# Relatório\n\n### 1. Chaves no código\n- **Severidade:** Alta\n- **Arquivo:** `a/b.py`, linha 14\n"
        "- **Situação:** Em andamento\n- **Recomendação:** Ler de outro lugar.\n"
    ),
    "Chinese": (
        f"# 代码审查报告\n\n### 高优先级 (High) - 1个\n\n#### 1. 密钥在代码中\n- **位置**{WIDE}`a/b.py` 第 14 行\n"
        f"- **状态**{WIDE}进行中\n- **修复方案**{WIDE}从环境读取\n"
    ),
    "Japanese": (
        f"# 監査報告\n\n### 1. 鍵がコードにある\n- **重要度**{WIDE}高\n- **場所**{WIDE}`a/b.py` 14行目\n-"
        f" **状態**{WIDE}対応中\n- **対策**{WIDE}別の所から読む\n"
    ),
}


@pytest.mark.parametrize("language", REPORTS)
def test_labels_severities_and_states_of_other_languages_are_understood(language: str) -> None:
    document = read_document("x.md", REPORTS[language].encode(), CODEMODS)
    assert isinstance(document, Document)
    (item,) = document.items
    assert item.locations == (Location("a/b.py", 14, 14),)
    assert (item.severity, item.status) == (Severity.HIGH, Status.IN_PROGRESS)
    assert item.recommendation


def test_titles_stay_in_their_language() -> None:
    document = read_document("x.md", REPORTS["Spanish"].encode(), CODEMODS)
    assert isinstance(document, Document)
    assert document.items[0].title == "Claves en el código"


def test_numbers_that_begin_anew_in_each_chapter_are_items_of_their_own() -> None:
    text = (
        f"# 报告\n\n## 高优先级 (High)\n\n#### 1. 连接未关闭\n- **位置**{WIDE}`a/b.py`\n\n"
        f"## 低优先级 (Low)\n\n#### 1. 缺少说明\n- **位置**{WIDE}`a/c.py`\n"
    )
    document = read_document("x.md", text.encode(), CODEMODS)
    assert isinstance(document, Document)
    assert [item.severity for item in document.items] == [Severity.HIGH, Severity.LOW]


def test_english_with_a_word_of_another_language_stays_as_it_is() -> None:
    text = "# Audit\n\n## 1. Media queries\n**Severity:** High\n**File:** `a/b.py:1`\n\nmedia: screen\n"
    document = read_document("x.md", text.encode(), CODEMODS)
    assert isinstance(document, Document)
    assert (document.items[0].title, document.items[0].severity) == ("Media queries", Severity.HIGH)
