"""Says of which Python type the values of a column of SQLAlchemy are; it only reads."""

from __future__ import annotations

import ast

from fixbot.analysis.definitions import Class, File
from fixbot.analysis.module import statements
from fixbot.analysis.names import dotted
from fixbot.analysis.project import Project, Variable
from fixbot.analysis.types.annotated import defined, is_enum
from fixbot.analysis.types.names import VALUES
from fixbot.analysis.types.parts import Type, applied, named

# https://docs.sqlalchemy.org/en/20/core/type_basics.html
_TYPES = {
    **dict.fromkeys(
        ("String", "Text", "Unicode", "UnicodeText", "VARCHAR", "NVARCHAR", "CHAR", "NCHAR", "TEXT"), "str"
    ),
    **dict.fromkeys(("CLOB", "CITEXT"), "str"),
    **dict.fromkeys(("Integer", "BigInteger", "SmallInteger", "INTEGER", "BIGINT", "SMALLINT", "INT"), "int"),
    **dict.fromkeys(("Boolean", "BOOLEAN"), "bool"),
    **dict.fromkeys(("Float", "FLOAT", "REAL", "Double", "DOUBLE", "DOUBLE_PRECISION"), "float"),
    **dict.fromkeys(("Numeric", "NUMERIC", "DECIMAL"), "decimal.Decimal"),
    **dict.fromkeys(("DateTime", "DATETIME", "TIMESTAMP"), "datetime.datetime"),
    **dict.fromkeys(("Date", "DATE"), "datetime.date"),
    **dict.fromkeys(("Time", "TIME"), "datetime.time"),
    **dict.fromkeys(("Interval", "INTERVAL"), "datetime.timedelta"),
    **dict.fromkeys(("LargeBinary", "BINARY", "VARBINARY", "BLOB", "BYTEA"), "bytes"),
    **dict.fromkeys(("UUID", "Uuid"), "uuid.UUID"),
}
_ENUMS = frozenset({"Enum", "ENUM"})
_MODULES = ("sqlalchemy.", "sqlmodel.", "flask_sqlalchemy.", "sqlalchemy_utils.")
# What a column has among its arguments besides its type.
_NO_TYPES = frozenset({"ForeignKey", "Sequence", "CheckConstraint", "Identity", "Computed", "FetchedValue"})


def sql_name(node: ast.expr, file: File, at: ast.AST, project: Project) -> str:
    """Return the last name of something of SQLAlchemy: `sa.Column`, `db.Column`; nothing for anything else."""
    full = file.names.resolve(node, at) or ""
    if full.startswith(_MODULES):
        return full.rpartition(".")[2]
    if isinstance(node, ast.Attribute) and _is_database(node.value, file, at, project):
        return node.attr
    return ""


def _is_database(node: ast.expr, file: File, at: ast.AST, project: Project) -> bool:
    """Say whether a name stands for `SQLAlchemy()`, whose attributes are those of the library."""
    if not isinstance(node, ast.Name | ast.Attribute):
        return False
    found = project.lookup(node, file, at)
    if found is None and isinstance(node, ast.Name) and file.names.bound(file.module.tree).get(node.id) == {None}:
        found = Variable(file, node.id)
    if isinstance(found, Variable):
        return any(_makes(statement, found.name) for statement, _ in statements(found.file.module.tree))
    return found is None and (dotted(node) or "").rpartition(".")[2] == "db"


def _makes(node: ast.AST, name: str) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    made = isinstance(value, ast.Call) and (dotted(value.func) or "").rpartition(".")[2] == "SQLAlchemy"
    return made and any(isinstance(each, ast.Name) and each.id == name for each in targets)


def column_type(column: ast.Call, file: File, at: ast.AST, project: Project) -> Type | None:
    """Return the type of the values of a column, None where it is not known: without `None` where that is allowed."""
    given = [each.value for each in column.keywords if each.arg == "type_"]
    texts = (each for each in column.args if not (isinstance(each, ast.Constant) and isinstance(each.value, str)))
    for node in [*given, *texts]:
        plain = node.func if isinstance(node, ast.Call) else node
        word = sql_name(plain, file, at, project)
        if word not in _NO_TYPES:
            return _type(word, node, file, at, project)
    return None


def _type(word: str, node: ast.expr, file: File, at: ast.AST, project: Project) -> Type | None:
    args = node.args if isinstance(node, ast.Call) else []
    flags = {each.arg: each.value for each in node.keywords} if isinstance(node, ast.Call) else {}
    if word in _ENUMS:
        return _enum(args, file, at, project)
    if word == "ARRAY" and args:
        inner = sql_name(args[0].func if isinstance(args[0], ast.Call) else args[0], file, at, project)
        held = _type(inner, args[0], file, at, project)
        return applied(named("list"), [held], value=held.value) if held is not None else None
    full = _TYPES.get(word)
    decimal = flags.get("asdecimal")
    if isinstance(decimal, ast.Constant) and full in {"float", "decimal.Decimal"}:
        full = "decimal.Decimal" if decimal.value else "float"
    if full == "uuid.UUID":
        full = _uuid(node, flags.get("as_uuid"), file, at)
    return named(full, value=full in VALUES) if full is not None else None


def _uuid(node: ast.expr, flag: ast.expr | None, file: File, at: ast.AST) -> str | None:
    """Return the type of a UUID: text where it says so, and either for the older one of PostgreSQL that does not."""
    if isinstance(flag, ast.Constant):
        return "uuid.UUID" if flag.value else "str"
    origin = file.names.resolve(node.func if isinstance(node, ast.Call) else node, at) or ""
    return None if ".dialects." in origin else "uuid.UUID"


def _enum(args: list[ast.expr], file: File, at: ast.AST, project: Project) -> Type | None:
    """Return the enumeration of `Enum(Color)`, text for `Enum("red", "blue")`."""
    if args and all(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in args):
        return named("str", value=True)
    found = project.lookup(args[0], file, at) if args else None
    return defined(found, project) if isinstance(found, Class) and is_enum(found, project) else None
