"""Cuts GitHub's OpenAPI description down to the requests a bot makes: `python slim_openapi.py FULL SLIM`.

FULL is generated/api.github.com.json of the npm package @octokit/openapi (MIT). Answers, descriptions and
examples go; bodies reject keys that they do not name.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

REPOSITORY = "/repos/{owner}/{repo}"
PATHS = re.compile(
    re.escape(REPOSITORY) + r"(|/actions/(permissions(/workflow)?|workflows)|/rules/branches/\{branch\}"
    r"|/(assignees|branches|check-runs|check-suites|code-scanning/sarifs|collaborators|comments"
    r"|commits|compare|contents|dispatches|forks|git|installation|issues|labels|merges|milestones|pulls|statuses"
    r"|topics)(/.*)?)"
    r"|/orgs/\{org\}/repos|/search/issues|/user|/users/\{username\}(/repos)?|/rate_limit"
    r"|/app|/app/installations(/\{installation_id\}(/access_tokens)?)?|/installation/(repositories|token)"
)
METHODS = ("get", "put", "post", "patch", "delete")
WORDS = frozenset({"description", "example", "examples", "externalDocs", "summary", "tags", "deprecated"})
# The description of the key `labels` allows this in words, the schema does not:
# https://docs.github.com/rest/issues/labels#add-labels-to-an-issue
BARE_LABELS = {"type": "array", "items": {"type": "string"}}


def slim(full: dict[str, Any]) -> dict[str, Any]:
    """Give a small description out of the full one; neither shares anything with the other."""
    full = json.loads(json.dumps(full))
    paths = {path: _path(item) for path, item in full["paths"].items() if PATHS.fullmatch(path)}
    for method in ("post", "put"):
        _body(paths[f"{REPOSITORY}/issues/{{issue_number}}/labels"][method])["oneOf"].append(BARE_LABELS)
    components: dict[str, dict[str, Any]] = {}
    _collect(paths, full["components"], components)
    for item in paths.values():
        for operation in item.values():
            if "requestBody" in operation:
                _close(_body(operation), components["schemas"])
    info = {key: full["info"][key] for key in ("title", "version", "license")}
    return {"openapi": full["openapi"], "info": info, "paths": paths, "components": components}


def _path(item: dict[str, Any]) -> dict[str, Any]:
    return {method: _operation(item[method]) for method in METHODS if method in item}


def _operation(operation: dict[str, Any]) -> dict[str, Any]:
    kept = {key: _bare(value) for key, value in operation.items() if key in {"parameters", "requestBody"}}
    return {"operationId": operation["operationId"], **kept, "responses": {"default": {"description": ""}}}


def _bare(node: Any, *, fields: bool = False) -> Any:  # noqa: ANN401 - JSON is any
    """Give `node` without what only people read; with `fields`, its keys are fields, not words of OpenAPI."""
    if isinstance(node, list):
        return [_bare(one) for one in node]
    if not isinstance(node, dict):
        return node
    kept = {key: value for key, value in node.items() if fields or not (key in WORDS or key.startswith("x-"))}
    return {key: _bare(value, fields=key == "properties" and not fields) for key, value in kept.items()}


def _body(operation: dict[str, Any]) -> dict[str, Any]:
    content: dict[str, Any] = operation["requestBody"]["content"]
    schema: dict[str, Any] = next(iter(content.values()))["schema"]
    return schema


def _collect(node: Any, source: dict[str, Any], target: dict[str, dict[str, Any]]) -> None:  # noqa: ANN401 - JSON is any
    """Copy into `target` every component that `node` refers to, and what that refers to."""
    for reference in sorted(_references(node)):
        _, _, kind, name = reference.split("/")
        if name not in target.setdefault(kind, {}):
            target[kind][name] = _bare(source[kind][name])
            _collect(target[kind][name], source, target)


def _references(node: Any) -> set[str]:  # noqa: ANN401 - JSON is any
    if isinstance(node, list):
        return set().union(*map(_references, node))
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
    return own.union(*map(_references, node.values()))


def _close(schema: dict[str, Any], schemas: dict[str, Any], *, beside: bool = False) -> None:
    """Make an object schema and those within it refuse unknown keys.

    With `beside`, the schema is an alternative next to an object's own fields: only those can be closed.
    """
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rsplit("/", 1)[1]]
    if "additionalProperties" in schema and not beside:
        return  # says itself what it takes, or has been here
    fields, branches = schema.get("properties", {}), _branches(schema)
    if fields and not beside and "allOf" not in schema:
        for branch in branches:
            schema["properties"] = {key: {} for key in branch.get("properties", {})} | schema["properties"]
        schema["additionalProperties"] = False
    for one in [*fields.values(), *filter(None, [schema.get("items")])]:
        _close(one, schemas)
    for branch in branches:
        _close(branch, schemas, beside=beside or bool(fields) or "allOf" in schema)


def _branches(schema: dict[str, Any]) -> list[dict[str, Any]]:
    return [branch for key in ("oneOf", "anyOf", "allOf") for branch in schema.get(key, [])]


def main() -> None:
    """Read the full description, write the slim one, a line a path."""
    full, target = map(Path, sys.argv[1:])
    text = json.dumps(slim(json.loads(full.read_text("utf-8"))), separators=(",", ":"))
    target.write_text(re.sub(r'("/[^"]*":\{)', r"\n\1", text) + "\n", "utf-8")


if __name__ == "__main__":
    main()
