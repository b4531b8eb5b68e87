"""Where new imports and set-up statements go at the top of a module."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable

from fixbot.analysis.module import Module

Insertion = tuple[int, str]  # before which line (from 1), and the text without a line end


def insertions(module: Module, imports: Iterable[str], setup: Iterable[str], *, until: int) -> list[Insertion]:
    """Return the lines to insert so that each statement of `imports` and `setup` stands once at the top.

    All of them go before line `until`, the first line that needs them while the module is being imported.
    """
    leading = leading_imports(module, until)
    present = {text for node in leading for text in _provides(node)}
    new_imports = [line for line in dict.fromkeys(imports) if line not in present]
    new_setup = list(dict.fromkeys(setup))
    if not leading and (new_imports or new_setup):
        return [(_top(module), _apart(module, "\n\n".join(filter(None, map("\n".join, (new_imports, new_setup))))))]
    placed = [_place_import(module, leading, line) for line in new_imports]
    return placed + (_place_setup(module, leading, new_setup) if new_setup else [])


def _provides(node: ast.Import | ast.ImportFrom) -> list[str]:
    """Return the plain imports that an import at the top makes needless."""
    if isinstance(node, ast.Import):
        packages = [f"import {alias.name.split('.')[0]}" for alias in node.names if alias.asname is None]
        return [*packages, *(f"import {alias.name}" for alias in node.names if alias.asname is None)]
    return []


def is_setup_line(line: str) -> bool:
    """Say whether a line can be one that `insertions` puts in: blank, an import, or a name given a value."""
    try:
        body = ast.parse(line.strip()).body
    except SyntaxError:
        return False
    return all(isinstance(node, ast.Import | ast.ImportFrom | ast.Assign) for node in body)


def leading_imports(module: Module, until: int) -> list[ast.Import | ast.ImportFrom]:
    """Return the imports at the top of a module, up to the first statement that linters do not allow between them."""
    found = []
    for node in module.tree.body:
        if node.lineno >= until or node.col_offset:
            break  # what shares its line with the statement before it cannot be put below it
        if isinstance(node, ast.Import | ast.ImportFrom):
            found.append(node)
        elif not _may_precede_imports(node):
            break
    return found


def _may_precede_imports(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case ast.Assign(targets=[ast.Name(id=name)]):
            return name.startswith("__") and name.endswith("__")
        case ast.If() | ast.Try():
            return any(isinstance(child, ast.Import | ast.ImportFrom) for child in ast.walk(node))
    return False


def _place_import(module: Module, leading: list[ast.Import | ast.ImportFrom], line: str) -> Insertion:
    name = line.split()[1]
    imports = [node for node in leading if not _is_future(node)]
    section = _standard_section(imports)
    later = [node for node in section if _sorts_after(node, name)]
    if later:
        return later[0].lineno, line
    if section:
        return _after(section[-1]), line
    if imports:
        return _above_comments(module, imports[0]), f"{line}\n"
    return _after(leading[-1]), f"\n{line}"


def _above_comments(module: Module, node: ast.stmt) -> int:
    """Return the first line of the comments directly above a statement, of the statement where they open the file."""
    line = node.lineno
    while line > 1 and module.lines[line - 2].startswith("#"):
        line -= 1
    return line if line > 1 else node.lineno


def _is_future(node: ast.Import | ast.ImportFrom) -> bool:
    return isinstance(node, ast.ImportFrom) and node.module == "__future__"


def _standard_section(imports: list[ast.Import | ast.ImportFrom]) -> list[ast.Import | ast.ImportFrom]:
    """Return the first run of neighbouring imports that has one of the standard library."""
    sections: list[list[ast.Import | ast.ImportFrom]] = []
    for node in imports:
        if sections and node.lineno <= _after(sections[-1][-1]):
            sections[-1].append(node)
        else:
            sections.append([node])
    return next((section for section in sections if any(_is_standard(node) for node in section)), [])


def _is_standard(node: ast.Import | ast.ImportFrom) -> bool:
    return _module_name(node).split(".")[0] in sys.stdlib_module_names


def _module_name(node: ast.Import | ast.ImportFrom) -> str:
    if isinstance(node, ast.Import):
        return node.names[0].name
    return "." * node.level + (node.module or "")


def _sorts_after(node: ast.Import | ast.ImportFrom, name: str) -> bool:
    """Say whether a sorted block has `node` after `import name`: plain imports first, then by name."""
    if not _is_standard(node):
        return True
    renamed = node.names[0].asname is not None
    return isinstance(node, ast.ImportFrom) or (_module_name(node), renamed) > (name, False)


def _after(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) + 1


def _top(module: Module) -> int:
    """Return the first line after the docstring, the future imports and the leading comments."""
    head: ast.stmt | None = None
    for node in module.tree.body:
        is_doc = node is module.tree.body[0] and ast.get_docstring(module.tree, clean=False) is not None
        if is_doc or (isinstance(node, ast.ImportFrom) and _is_future(node)):
            head = node
    if head is not None:
        return _after(head)
    line = 1
    while line <= len(module.lines) and module.lines[line - 1].lstrip().startswith("#"):
        line += 1
    return line


def _apart(module: Module, text: str) -> str:
    """Keep one blank line on either side of a first import where the neighbours have text."""
    top = _top(module)
    above = module.lines[top - 2].strip() if top > 1 else ""
    below = module.lines[top - 1].strip() if top <= len(module.lines) else ""
    return ("\n" if above else "") + text + ("\n" if below else "")


def _place_setup(module: Module, leading: list[ast.Import | ast.ImportFrom], lines: list[str]) -> list[Insertion]:
    line = _after(leading[-1])
    below = module.lines[line - 1].strip() if line <= len(module.lines) else ""
    return [(line, "\n".join(["", *lines, *([""] if below else [])]))]
