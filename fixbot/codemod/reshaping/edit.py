"""The edits that give a function a schema and its callers an object to pass; it only edits the node it is given."""

from __future__ import annotations

from fixbot.codemod.contract import Declined, Proposal
from fixbot.codemod.lazy import cst
from fixbot.codemod.reshaping.plans import Append, Pass, Reshape


def edit(plan: object, node: cst.CSTNode) -> Proposal | Declined:
    """Return what stands in the place of a node by one of the plans for schemas."""
    # A lazy module that is loaded inside an import statement can lose a Ctrl-C: load it by touching it first.
    _ = cst.CSTNode
    from fixbot.codemod.reshaping.calls import passed  # noqa: PLC0415 - LibCST is loaded when something is edited
    from fixbot.codemod.reshaping.reshape import reshaped  # noqa: PLC0415 - the same

    match plan:
        case Reshape() if isinstance(node, cst.FunctionDef):
            return reshaped(plan, node)
        case Pass() if isinstance(node, cst.Call):
            return passed(plan, node)
        case Append():
            return Proposal(node, imports=plan.imports, after=(plan.schema,))
    return Declined("it is not the node that was found")
