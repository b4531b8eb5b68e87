import subprocess
import sys

import pytest

from fixbot.codemod.lazy import lazy
from fixbot.errors import CodemodError


def test_a_scan_never_loads_libcst_jinja_or_pygithub() -> None:
    program = (
        "import sys\n"
        "from fixbot.cli.main import _run\n"
        "_run(['scan', '--quiet', 'tests/codemod/testlazy.py'])\n"
        "heavy = ['libcst._nodes', 'jinja2', 'github']\n"
        "print([name for name in heavy if name in sys.modules])\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_a_module_that_is_not_there_is_said_so() -> None:
    with pytest.raises(CodemodError, match="no_such_module_at_all is not installed"):
        lazy("no_such_module_at_all")


def test_a_module_is_loaded_when_it_is_first_asked() -> None:
    program = (
        "import sys\n"
        "from fixbot.codemod.lazy import lazy\n"
        "wave = lazy('wave')\n"
        "before = 'open' in object.__getattribute__(wave, '__dict__')\n"
        "print(before, callable(wave.open), lazy('wave') is wave)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout == "False True True\n"
