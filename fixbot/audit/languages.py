"""Puts the words of a report's form into English, where it is written in a language that is known; not what it says.

Labels, names of columns and chapters, severities, states and the word for lines are put; titles and prose stay.
"""

from __future__ import annotations

import re
import unicodedata

# By what it means in English: words of Spanish, French, German, Portuguese, Chinese and Japanese, without accents.
_LABELS = {
    "Severity": "severidad gravedad criticidad prioridad|gravite severite criticite priorite|schweregrad"
    " schwere prioritat"
    " kritikalitat dringlichkeit|severidade gravidade criticidade prioridade|严重性 严重程度 严重级别 优先级"
    " 风险等级 级别"
    "|重要度 深刻度 優先度",
    "Location": "archivo archivos fichero ficheros ubicacion ubicaciones ruta|fichier fichiers emplacement"
    " emplacements chemin"
    " localisation|datei dateien fundstelle fundstellen ort pfad stelle stellen betroffene_dateien|arquivo arquivos"
    " localizacao caminho|位置 文件 文件路径 路径 所在文件 文件位置|場所 ファイル 該当箇所 箇所 対象ファイル",
    "Line": "linea lineas|ligne lignes|zeile zeilen|linha linhas|行 行号|行番号",
    "Status": "status estado situacion|statut etat|zustand|situacao|状态|状態 ステータス 対応状況",
    "Recommendation": "recomendacion recomendaciones sugerencia solucion correccion remediacion accion|recommandation"
    " recommandations correctif remediation|empfehlung empfehlungen losung massnahme massnahmen behebung vorschlag"
    "|recomendacao sugestao solucao correcao acao|建议 修复方案 修复建议 解决方案 改进建议 解决建议|推奨 対策"
    " 修正案 改善案 推奨対応",
    "Issue": "problema hallazgo descripcion titulo|probleme constat titre|befund beschreibung titel|achado descricao"
    "|问题 问题描述 描述 标题 说明|問題 問題点 説明 内容 詳細 指摘",
    "Category": "categoria tipo|categorie|kategorie|类别 类型 分类|カテゴリ 種別 分類",
    "Impact": "impacto|auswirkung auswirkungen|影响|影響",
    "Priority": "priority",
    "Count": "cantidad|nombre|anzahl|quantidade|数量|件数",
}
_SEVERITIES = {
    "Critical": "critica critico criticas criticos|critique critiques bloquant|kritisch kritische kritischer"
    " blockierend"
    "|严重 致命 紧急|緊急 致命的 重大",
    "High": "alta alto altas altos|elevee eleve elevees haute majeure majeur|hoch hohe hoher schwerwiegend|高"
    " 高危 高风险 重要",
    "Medium": "media medio medias medios|moyenne moyen moyennes moderee|mittel mittlere mittlerer|中 中危 中等 中风险",
    "Low": "baja bajo bajas bajos informativa informativo|faible faibles mineure mineur basse|niedrig niedrige"
    " gering geringe"
    "|baixa baixo baixas|低 低危 轻微 低风险 提示|軽微 情報",
}
_STATES = {
    "Pending": "pendiente por_hacer|en_attente a_faire|ausstehend geplant zu_erledigen|pendente a_fazer|待处理"
    " 未开始 待修复 待办|未対応 未着手",
    "In progress": "en_progreso en_curso|en_cours|in_bearbeitung in_arbeit|em_andamento em_progresso|进行中"
    " 处理中 修复中|対応中 進行中",
    "Fixed": "corregido corregida resuelto resuelta completado completada hecho cerrado|corrige corrigee resolu"
    " resolue termine"
    " fait|behoben erledigt gelost geschlossen abgeschlossen|corrigido corrigida resolvido resolvida concluido feito"
    "|已修复 已完成 已解决 完成|対応済み 完了 修正済み 解決済み",
    "Open": "abierto abierta|ouvert ouverte|offen|aberto aberta|未解决 未修复|未解決",
    "Rejected": "descartado rechazado no_se_corrige|rejete rejetee|abgelehnt verworfen|rejeitado descartada"
    "|已拒绝 不修复|却下 対応不要",
}
_CHAPTERS = {
    "Summary": "resumen resumen_ejecutivo|resume synthese resume_executif|zusammenfassung uberblick|resumo"
    " resumo_executivo sumario"
    "|总结 概述 摘要 执行摘要 总体评估 审查信息 审查概述|概要 まとめ サマリー 総評",
    "Action plan": "plan_de_accion proximos_pasos|plan_d'action prochaines_etapes|massnahmenplan nachste_schritte"
    "|plano_de_acao proximos_passos|行动计划 修复清单 快速修复清单 后续步骤 下一步|アクションプラン 次のステップ",
    "Conclusion": "conclusion conclusiones|fazit schluss|conclusao|结论|結論",
    "Recommendations": "recomendaciones|recommandations|empfehlungen|recomendacoes|建议 总体建议 改进建议|推奨事項",
    "Positive": "aspectos_positivos puntos_fuertes fortalezas|points_positifs points_forts|positives starken"
    "|pontos_positivos"
    " pontos_fortes|代码亮点 优点 亮点|良い点",
}
_LINES = re.compile(r"\b(?:l[ií]neas?|lignes?|zeilen?|linhas?)\s+(?=[0-9])", re.IGNORECASE)
_CJK_LINES = re.compile(r"第?\s?(?P<first>[0-9]{1,7})(?:\s?[-~\u2013\u301c至到]\s?(?P<last>[0-9]{1,7}))?\s?行目?")
# The wide forms of signs, by their numbers: they look like those of ASCII.
_WIDE = {0xFF1A: ": ", 0xFF0C: ", ", 0x3001: ", ", 0xFF08: " (", 0xFF09: ")", 0x3010: "[", 0x3011: "]", 0xFF1B: "; "}
_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
_LABEL = re.compile(
    r"^(?P<before>\s*(?:[-*+>]\s+"
    r"|[0-9]{1,3}\.\s+)?[^\w\s*]{0,3}\s?)(?P<stars>\*{0,2})(?P<label>[^\W\d_][^:*\n|`]{0,40})(?P<behind>\s*(?::\*{0,2}|\*{2}\s*:))(?P<value>.*)$"
)
_HEADING = re.compile(r"^(?P<marks>#{1,6}\s+)(?P<title>.{1,300})$")
_INSIDE = re.compile(r"(?P<open>[\[(])(?P<word>[^\[\]()\n]{1,30})(?P<close>[\])])")
_QUALIFIED = re.compile(
    r"\b(?:prioridad\w*|severidad\w*|gravedad|hallazgos?|problemas?|priorite|gravite|severite|problemes?|constats?"
    r"|prioritat|befunde?|probleme?|schweregrad|achados?|riesgos?|riscos?|risques?|risiken)\b|问题|优先级|优先"
    r"|風險|問題|優先度|风险"
)
_FENCE = re.compile(r"^\s{0,3}(?:```|~~~)")
_LEAST, _LONGEST_LINE, _LONGEST_HEADING = 2, 2_000, 60


def _known(by_meaning: dict[str, str]) -> dict[str, str]:
    return {
        word.replace("_", " "): meaning
        for meaning, said in by_meaning.items()
        for word in said.replace("|", " ").split()
    }


_BY_LABEL, _BY_SEVERITY, _BY_STATE = _known(_LABELS), _known(_SEVERITIES), _known(_STATES)
_BY_CHAPTER = _known(_CHAPTERS)
_BY_VALUE = {**_BY_STATE, **_BY_SEVERITY}


def in_english(text: str) -> str:
    """Return a text with the words of its form in English, line by line; as it is where it is in English."""
    lines = text.split("\n")
    put: list[str] = []
    found, is_code = 0, False
    for line in lines:
        if _FENCE.match(line):
            is_code = not is_code
        english = line if is_code or len(line) > _LONGEST_LINE else _line(line)
        found += english != line
        put.append(english)
    return "\n".join(put) if found >= _LEAST else text


def _line(line: str) -> str:
    if line.isascii():
        return _formed(line)
    if _CJK.search(line):
        line = _CJK_LINES.sub(
            lambda match: f" line {match['first']}{'-' + match['last'] if match['last'] else ''} ", line
        )
        line = line.translate(_WIDE)
    return _formed(line)


def _formed(line: str) -> str:
    """Return a line with its label, its cells or its heading in English."""
    line = _LINES.sub("lines ", line)
    if heading := _HEADING.match(line):
        return heading["marks"] + _heading(heading["title"])
    if line.lstrip().startswith("|"):
        return "|".join(_cell(cell) for cell in line.split("|"))
    label = _LABEL.match(line)
    meaning = _BY_LABEL.get(_plain(label["label"])) if label else None
    if label is None or meaning is None:
        return line
    value = _value(label["value"]) if meaning in {"Severity", "Status", "Priority"} else label["value"]
    return f"{label['before']}{label['stars']}{meaning}{label['behind']}{value}"


def _heading(title: str) -> str:
    plain = _plain(re.sub(r"^\W*(?:[0-9]{1,3}(?:\.[0-9]{1,3})*[.):]?\s+)?", "", title))
    if plain in _BY_CHAPTER:
        return _BY_CHAPTER[plain]
    put = _INSIDE.sub(
        lambda match: f"{match['open']}{_BY_VALUE.get(_plain(match['word']), match['word'])}{match['close']}", title
    )
    words = re.findall(r"[a-z]+", plain)
    if put == title and len(plain) < _LONGEST_HEADING and _QUALIFIED.search(plain) and not plain[:1].isdigit():
        level = next((_BY_SEVERITY[word] for word in words if word in _BY_SEVERITY), "") or _of_cjk(plain)
        return f"{title} ({level})" if level and not _has_english(title) else title
    return put


def _has_english(title: str) -> bool:
    return re.search(r"\b(?:critical|high|medium|low)\b", title, re.IGNORECASE) is not None


def _of_cjk(plain: str) -> str:
    found = [word for word in _BY_SEVERITY if _CJK.search(word) and plain.startswith(word)]
    return _BY_SEVERITY[max(found, key=len)] if found else ""


def _cell(cell: str) -> str:
    plain = _plain(cell)
    meaning = _BY_LABEL.get(plain) or _BY_VALUE.get(plain)
    return f" {meaning} " if meaning else cell


def _value(value: str) -> str:
    """Return the value of a label with the severity or the state in English that it begins with."""
    plain = _plain(value)
    known = [word for word in _BY_VALUE if plain == word or re.match(rf"{re.escape(word)}(?![^\W_])", plain)]
    if not known and _CJK.search(value):
        known = [word for word in _BY_VALUE if plain.startswith(word)]
    signs = "".join(re.findall(r"[^\w\s.,;:*]", value))
    return f" {_BY_VALUE[max(known, key=len)]} {signs}".rstrip() if known else value


def _plain(text: str) -> str:
    """Return words in small letters without accents, marks and signs around them."""
    parts = unicodedata.normalize("NFD", text.strip().lower().replace("ß", "ss"))
    kept = "".join(char for char in parts if not unicodedata.combining(char) or "\u3040" <= char <= "\u30ff")
    return re.sub(r"^[^\w]+|[^\w)]+$", "", unicodedata.normalize("NFC", kept))
