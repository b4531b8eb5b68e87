import re

import pytest

from fixbot.analysis.module import Module, parse
from fixbot.engine import order
from fixbot.engine.imports import Patch, insertions
from fixbot.model import Rewrite, SourceFile
from fixbot.shell import ruff
from tests.engine.dressing import dressed

OLD = "\n\ndef old():\n    pass\n"
NEW = "\n\ndef new():\n    pass\n"
#: Other files, which make `services` and `shop` the project's own.
AROUND = {"services/booking.py": "x = 1\n", "shop/__init__.py": "", "shop/models.py": "x = 1\n"}

PYDANTIC = "from pydantic import BaseModel, ConfigDict"
BOOKING = "from services.booking import Params"
SCHEMAS = "from ..schemas import Params"


def top(head: str, *imports: str, path: str = "shop/orders/sell.py") -> str:
    """Return what stands above the function after it got some imports."""
    after = dressed(head + OLD, imports=imports, around=AROUND, path=path)
    assert after.endswith(NEW), after
    return after.removesuffix(NEW)


SECTIONS = {
    "nothing": ("", [PYDANTIC, BOOKING, SCHEMAS], f"{PYDANTIC}\n\n{BOOKING}\n\n{SCHEMAS}\n"),
    "only the standard library": ("import os\n", [PYDANTIC], f"import os\n\n{PYDANTIC}\n"),
    "several new sections": (
        "import os\n",
        [SCHEMAS, BOOKING, PYDANTIC, "import abc"],
        f"import abc\nimport os\n\n{PYDANTIC}\n\n{BOOKING}\n\n{SCHEMAS}\n",
    ),
    "a third party before": ("import attr\n", [PYDANTIC], f"import attr\n{PYDANTIC}\n"),
    "a third party after": (
        "import attr\nfrom numpy import a\nfrom rich import b\n",
        [PYDANTIC],
        f"import attr\nfrom numpy import a\n{PYDANTIC}\nfrom rich import b\n",
    ),
    "own modules only": ("import services\n", [PYDANTIC], f"{PYDANTIC}\n\nimport services\n"),
    "a comment above own modules": ("# own\nimport os\n", [PYDANTIC], f"# own\nimport os\n\n{PYDANTIC}\n"),
    "a future import": (
        "from __future__ import annotations\n",
        [PYDANTIC],
        f"from __future__ import annotations\n\n{PYDANTIC}\n",
    ),
    "own modules": (
        "import os\n\nimport numpy\n\nfrom shop.models import Item\n",
        [BOOKING],
        f"import os\n\nimport numpy\n\n{BOOKING}\nfrom shop.models import Item\n",
    ),
    "the same package": (
        "import os\n\nimport numpy\n\nfrom services.zoo import a\n",
        [BOOKING],
        f"import os\n\nimport numpy\n\n{BOOKING}\nfrom services.zoo import a\n",
    ),
    "relative modules": (
        "import os\n\nfrom .near import a\n",
        [SCHEMAS],
        f"import os\n\n{SCHEMAS}\nfrom .near import a\n",
    ),
    "relative modules further up": (
        "from ...far import a\nfrom .near import b\n",
        [SCHEMAS],
        f"from ...far import a\n{SCHEMAS}\nfrom .near import b\n",
    ),
    "the package itself": ("from .near import b\n", ["from . import a"], "from . import a\nfrom .near import b\n"),
    "third parties below relative ones": ("from . import a\n", [PYDANTIC], f"{PYDANTIC}\n\nfrom . import a\n"),
    "own modules above relative ones": (
        "import os\n\nfrom . import a\n",
        [BOOKING],
        f"import os\n\n{BOOKING}\n\nfrom . import a\n",
    ),
    "a new section and one more line at its edge": (
        "import numpy\n",
        ["import attr", "import os"],
        "import os\n\nimport attr\nimport numpy\n",
    ),
    "a new section below one more line": (
        "import os\n",
        ["import re", PYDANTIC],
        f"import os\nimport re\n\n{PYDANTIC}\n",
    ),
    "figures in names": ("import a2\nimport a10\n", ["import a9"], "import a2\nimport a9\nimport a10\n"),
    "another name for it": ("import attr\n", ["import numpy as np"], "import attr\nimport numpy as np\n"),
    "a name with another name": (
        "from a import b\n",
        ["from a import c as d"],
        "from a import b\nfrom a import c as d\n",
    ),
    "a class of the standard library": (
        "import os\nfrom abc import ABC\n",
        ["from dataclasses import dataclass"],
        "import os\nfrom abc import ABC\nfrom dataclasses import dataclass\n",
    ),
}


@pytest.mark.parametrize("case", SECTIONS)
def test_an_import_goes_into_the_section_of_its_kind(case: str) -> None:
    before, imports, after = SECTIONS[case]
    assert top(before, *imports) == after


LONG = ", ".join(f"name_number_{number}" for number in range(4))
LONGER = "from services.other import " + ", ".join(f"name_number_{number}" for number in range(6))
MERGED = {
    "one name": ("from pydantic import Field\n", "from pydantic import BaseModel, ConfigDict, Field\n"),
    "names on either side": (
        "from pydantic import AnyUrl, Field, field_validator\n",
        "from pydantic import AnyUrl, BaseModel, ConfigDict, Field, field_validator\n",
    ),
    "constants and functions": (
        "from pydantic import VERSION, V1, create_model\n",
        "from pydantic import VERSION, V1, create_model, BaseModel, ConfigDict\n",
    ),
    "constants and functions in order": (
        "from pydantic import V1, VERSION, create_model\n",
        "from pydantic import V1, VERSION, BaseModel, ConfigDict, create_model\n",
    ),
    "one of them there": ("from pydantic import BaseModel\n", "from pydantic import BaseModel, ConfigDict\n"),
    "both of them there": (
        "from pydantic import ConfigDict, BaseModel\n",
        "from pydantic import ConfigDict, BaseModel\n",
    ),
    "on several lines": (
        "from pydantic import (\n    Alias,\n    Base,  # why\n    Field,\n)\n",
        "from pydantic import (\n    Alias,\n    Base,  # why\n    BaseModel,\n    ConfigDict,\n    Field,\n)\n",
    ),
    "on several lines, all later": (
        "from pydantic import (\n    Field,\n    Json,\n)\n",
        "from pydantic import (\n    BaseModel,\n    ConfigDict,\n    Field,\n    Json,\n)\n",
    ),
    "on several lines, in disorder": (
        "from pydantic import (\n    Json,\n    Field,\n)\n",
        "from pydantic import (\n    Json,\n    Field,\n    BaseModel,\n    ConfigDict,\n)\n",
    ),
    "too long for one line": (
        f"from pydantic import {LONG}\n",
        "from pydantic import (\n    BaseModel,\n    ConfigDict,\n    " + LONG.replace(", ", ",\n    ") + ",\n)\n",
    ),
    "too long but for another one as long": (
        f"from pydantic import {LONG}\n\n{LONGER}\n",
        f"from pydantic import BaseModel, ConfigDict, {LONG}\n\n{LONGER}\n",
    ),
    "behind other code": (
        "import sys\n\nsys.path.append('x')\n\nfrom pydantic import Field\n",
        "import sys\n\nsys.path.append('x')\n\nfrom pydantic import BaseModel, ConfigDict, Field\n",
    ),
    "a comment": (
        "from pydantic import Field  # why\n",
        "from pydantic import BaseModel, ConfigDict\nfrom pydantic import Field  # why\n",
    ),
    "brackets on one line": (
        "from pydantic import (Field)\n",
        "from pydantic import BaseModel, ConfigDict\nfrom pydantic import (Field)\n",
    ),
    "two names on a line": (
        "from pydantic import (\n    Field, Json,\n)\n",
        "from pydantic import BaseModel, ConfigDict\nfrom pydantic import (\n    Field, Json,\n)\n",
    ),
    "no comma at the end": (
        "from pydantic import (\n    Field,\n    Json\n)\n",
        "from pydantic import BaseModel, ConfigDict\nfrom pydantic import (\n    Field,\n    Json\n)\n",
    ),
    "a name with another name": (
        "from pydantic import BaseModel as Base\n",
        "from pydantic import BaseModel, ConfigDict\nfrom pydantic import BaseModel as Base\n",
    ),
    "a line that is shared": (
        "from pydantic import Field; import os\n",
        "from pydantic import BaseModel, ConfigDict\nfrom pydantic import Field; import os\n",
    ),
    "everything": (
        "from pydantic import *\n",
        "from pydantic import BaseModel, ConfigDict\nfrom pydantic import *\n",
    ),
}


@pytest.mark.parametrize("case", MERGED)
def test_names_join_those_that_come_from_the_same_module(case: str) -> None:
    before, after = MERGED[case]
    assert top(before, PYDANTIC) == after
    assert top(before, "from pydantic import ConfigDict", "from pydantic import BaseModel") == after


def test_a_relative_import_joins_one_of_as_many_dots() -> None:
    assert top("from ..schemas import Other\nfrom .schemas import Third\n", SCHEMAS) == (
        "from ..schemas import Other, Params\nfrom .schemas import Third\n"
    )
    assert top("from . import a\n", "from . import b") == "from . import a, b\n"


def test_an_own_module_is_imported_where_the_path_has_been_set_up() -> None:
    head = "import sys\n\nsys.path.append('x')\n\nfrom {} import a\n"
    assert top(head.format("services.zoo"), BOOKING) == head.format("services.zoo").replace(
        "\nfrom", f"\n{BOOKING}\nfrom"
    )
    assert top(head.format("shop.zoo"), BOOKING) == head.format("shop.zoo").replace("\nfrom", f"\n{BOOKING}\nfrom")
    assert top(head.format("shop.zoo"), PYDANTIC).startswith(f"import sys\n\n{PYDANTIC}\n\nsys")


def test_without_an_import_at_the_top_there_is_one() -> None:
    assert top("x = 1\nfrom services.zoo import a\n", "import os", BOOKING) == (
        f"import os\n\nx = 1\n{BOOKING}\nfrom services.zoo import a\n"
    )


def test_a_name_on_a_line_that_is_shared_is_known() -> None:
    assert top("import os; from pydantic import BaseModel\n", "import os") == (
        "import os; from pydantic import BaseModel\n"
    )


def test_a_module_with_another_name_is_not_known_by_its_own() -> None:
    assert top("import numpy as np\n", "import numpy") == "import numpy\nimport numpy as np\n"
    assert top("import numpy as np\n", "import numpy as np") == "import numpy as np\n"
    assert top("from a import b\n", "from a import b as b") == "from a import b\n"


def test_a_crowded_section_is_parted() -> None:
    head = "import os\nfrom services.zoo import a\n"
    assert top(head, PYDANTIC) == f"import os\n\n{PYDANTIC}\n\nfrom services.zoo import a\n"
    assert top("from __future__ import annotations\nimport numpy\n", "import os") == (
        "from __future__ import annotations\n\nimport os\n\nimport numpy\n"
    )


def test_an_import_at_the_end_of_a_file_without_a_line_end_can_be_followed() -> None:
    assert dressed("if 1:\n    def old():\n        pass\nimport os", imports=("import abc",)).endswith(
        "pass\nimport os"
    )
    after = dressed(
        "def f():\n    def old():\n        pass\n\n\nfrom services import a", imports=("from services import b",)
    )
    assert after.endswith("\n\n\nfrom services import a, b\n")


@pytest.mark.parametrize("text", ["x = 1", "", "import a; x = 1"])
def test_what_is_no_import_is_refused(text: str) -> None:
    if text.startswith("import"):
        assert order.read([text]) == [order.Bound("a")]
        return
    with pytest.raises(ValueError, match="is no import statement"):
        order.read([text])


NEAT = {"one name", "names on either side", "constants and functions in order", "one of them there"} | {
    "on several lines",
    "on several lines, all later",
    "too long for one line",
}


def news(before: str, after: str) -> list[str]:
    """Return what ruff has against the order of imports."""
    rewrite = Rewrite("shop/orders/sell.py", before.encode(), after.encode(), ())
    (opinion,) = ruff.ask([rewrite], ruff.Style(select=("I",)))
    assert "I001" not in [found.code for found in opinion.before]
    return [found.message for found in opinion.after if found.code == "I001"]


# ruff looks for the project's own modules on the disk, where there are none
FOREIGN = [case for case, (before, _, _) in SECTIONS.items() if not re.search("services|shop", before)]


@pytest.mark.parametrize("case", FOREIGN)
def test_ruff_finds_the_sections_in_order(case: str) -> None:
    before, imports, _ = SECTIONS[case]
    foreign = [statement for statement in imports if statement != BOOKING] or [PYDANTIC]
    assert news(before + OLD, top(before, *foreign) + NEW) == []


@pytest.mark.parametrize("case", sorted(NEAT))
def test_ruff_finds_the_names_in_order(case: str) -> None:
    before, _ = MERGED[case]
    assert news(before + OLD, top(before, PYDANTIC) + NEW) == []


NAMES = ["Zed", "apple", "BETA", "B", "_x", "X1", "a2", "a10", "Ab", "AB_C", "Éa", "A2", "A10"]


@pytest.mark.parametrize("name", NAMES)
def test_names_are_sorted_as_ruff_sorts_them(name: str) -> None:
    others = order.ordered(set(NAMES) - {name})
    head = f"from m import {', '.join(others)}\n"
    assert news(head + OLD, top(head, f"from m import {name}") + NEW) == []


MODULES = ["b2", "b10", "B1", "Aa", "zz", "a", "a.b", "a_b", "ab"]


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("form", ["import {}\n", "from {} import x\n"])
def test_modules_are_sorted_as_ruff_sorts_them(module: str, form: str) -> None:
    lines = order.lines_for(order.read(form.format(other) for other in MODULES if other != module))
    head = "".join(f"{line.text()}\n" for line in lines)
    assert news(head + OLD, top(head, form.format(module).strip()) + NEW) == []


def test_an_import_behind_the_last_line_is_on_a_line_of_its_own() -> None:
    head = "x = 1\n\n\ndef f():\n    def old():\n        pass\n\n\n"
    after = dressed(f"{head}from services import a", imports=(BOOKING,), around=AROUND, path="b.py")
    assert after == f"{head.replace('old', 'new')}from services import a\n{BOOKING}\n"


@pytest.mark.parametrize(
    ("text", "patch"), [('"""Doc."""\n', Patch(2, 2, "\nimport os")), ("import abc\n", Patch(2, 2, "import os", 1))]
)
def test_a_module_may_have_nothing_but_its_head(text: str, patch: Patch) -> None:
    module = parse(SourceFile("a.py", text.encode()))
    assert isinstance(module, Module)
    (found,) = insertions(module, ["import os"], [], until=9)
    assert found == patch
