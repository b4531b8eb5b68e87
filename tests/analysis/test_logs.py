import pytest

from tests.engine.rewriting import fixed

HANDLER = "def f(a):\n    try:\n        a()\n    except:\n        pass\n"


def call(text: str, path: str = "sample.py") -> str | None:
    """Return the log call that the silent handler of a module gets, without its arguments."""
    after = fixed(text, path)
    lines = [line.strip() for line in after.splitlines() if line not in text.splitlines()]
    return next(
        (line.partition('("')[0].removesuffix("(") for line in lines if "warning" in line or "debug" in line), None
    )


USED = {
    "a logger": ("import logging\nlogger = logging.getLogger(__name__)\n", "logger.warning"),
    "a logger of any name": ("import logging\nchronicle = logging.getLogger('x')\n", "chronicle.warning"),
    "a logger from an imported maker": ("from logging import getLogger\nlog = getLogger()\n", "log.warning"),
    "an annotated logger": ("import logging\nlog: logging.Logger = logging.getLogger()\n", "log.warning"),
    "a child logger": ("import logging\nlog = logging.getLogger('a').getChild('b')\n", "log.warning"),
    "an adapter": ("import logging\nlog = logging.LoggerAdapter(logging.getLogger())\n", "log.warning"),
    "two names for one logger": ("import logging\nlog = logger = logging.getLogger()\n", "log.warning"),
    "structlog": ("import structlog\nevents = structlog.get_logger()\n", "events.warning"),
    "structlog with bound values": ("import structlog\nev = structlog.get_logger().bind(a=1)\n", "ev.warning"),
    "structlog without a logger": ("import structlog\n", "logger.warning"),
    "loguru": ("from loguru import logger\n", "logger.opt(exception=True).warning"),
    "loguru under another name": ("from loguru import logger as ear\n", "ear.opt(exception=True).warning"),
    "an imported logger that is used": ("from app import logger\nlogger.info('x')\n", "logger.warning"),
    "an imported logger under a usual name": ("from app import x as _log\n_log.info('x')\n", "_log.warning"),
    "a project's own maker that is used": (
        "from app import get_logger\nlog = get_logger()\nlog.info('')\n",
        "log.warning",
    ),
    "logging of another package that is used": ("from absl import logging\nlogging.info('x')\n", "logging.warning"),
    "celery": ("from celery.utils.log import get_task_logger\nlog = get_task_logger(__name__)\n", "log.warning"),
    "a logger below that nothing needs before": ("", "log.warning"),
}


@pytest.mark.parametrize("case", USED)
def test_the_logger_that_is_there_is_used_with(case: str) -> None:
    head, expected = USED[case]
    tail = "import logging\nlog = logging.getLogger()\n" if not head else ""
    assert call(head + HANDLER + tail) == expected


NOT_USED = {
    "an imported name that is never used": ("from app import logger\n", "_logger.warning"),
    "a logger that is bound only at times": (
        "import logging\nif DEBUG:\n    logger = logging.getLogger()\n",
        "_logger.warning",
    ),
    "a logger that is deleted": ("import logging\nlogger = logging.getLogger()\ndel logger\n", "_logger.warning"),
    "a logger that is bound to something else later": (
        "import logging\nlogger = logging.getLogger()\nlogger = None\n",
        "_logger.warning",
    ),
    "a logger that a loop binds anew": (
        "import logging\nlogger = logging.getLogger()\nfor logger in ():\n    pass\n",
        "_logger.warning",
    ),
    "a logger that a function binds anew": (
        "import logging\nlogger = logging.getLogger()\ndef stop():\n    global logger\n    logger = None\n",
        "_logger.warning",
    ),
    "a logger that only a function binds": ("def start():\n    global logger\n    logger = None\n", "_logger.warning"),
    "a name that is no logger": ("logger = print\n", "_logger.warning"),
    "a maker's result that is never used": ("from app import get_logger\nlogger = get_logger()\n", "_logger.warning"),
    "both usual names taken": ("logger = _logger = None\n", "logging.getLogger(__name__).warning"),
}


@pytest.mark.parametrize("case", NOT_USED)
def test_a_logger_of_fixbot_s_own_is_added_beside(case: str) -> None:
    head, expected = NOT_USED[case]
    assert call(head + HANDLER) == expected


def test_a_logger_below_is_not_used_where_the_function_runs_before() -> None:
    tail = "f(len)\nimport logging\nlogger = logging.getLogger()\n"
    assert call(HANDLER + tail) == "_logger.warning"


@pytest.mark.parametrize(
    "between",
    [
        "@f\ndef g():\n    pass\n",
        "def g(x=f(len)):\n    pass\n",
        "class A:\n    x = f(len)\n",
        "if True:\n    f(len)\n",
        "class A(metaclass=f):\n    pass\n",
    ],
)
def test_decorators_defaults_and_class_bodies_run_before_what_is_below(between: str) -> None:
    assert call(HANDLER + between + "import logging\nlogger = logging.getLogger()\n") == "_logger.warning"


@pytest.mark.parametrize("between", ["import os\n", "X = len('')\n", "class A:\n    x = 1\n", "def g():\n    f(len)\n"])
def test_what_cannot_call_the_function_does_not_matter(between: str) -> None:
    assert call(HANDLER + between + "import logging\nlogger = logging.getLogger()\n") == "logger.warning"


def test_a_logger_below_a_handler_of_the_module_is_not_used() -> None:
    assert (
        call("try:\n    run()\nexcept:\n    pass\nimport logging\nlogger = logging.getLogger()\n") == "_logger.warning"
    )


def test_a_parameter_that_hides_the_logger_is_not_logged_to() -> None:
    head = "import logging\nlogger = logging.getLogger()\n"
    assert call(head + HANDLER.replace("f(a)", "f(a, logger)")) == "_logger.warning"


def test_a_local_name_that_hides_the_logger_is_not_logged_to() -> None:
    head = "import logging\nlogger = logging.getLogger()\n"
    assert call(head + HANDLER + "    logger = None\n") == "_logger.warning"


def test_a_local_import_of_logging_hides_nothing_but_the_module() -> None:
    assert call("def f(a):\n    import logging\n" + HANDLER.partition("\n")[2]) == "logger.warning"


def test_where_every_name_is_hidden_nothing_is_added() -> None:
    text = "logger = _logger = None\ndef f(a, logging):\n" + HANDLER.partition("\n")[2]
    assert call(text) is None
    assert "except Exception:\n        pass\n" in fixed(text)


@pytest.mark.parametrize("path", ["logging.py", "src/logging.py", "app/logging/handlers.py"])
def test_a_file_that_hides_the_standard_library_s_logging_gets_no_logger(path: str) -> None:
    assert call(HANDLER, path) is None


def test_a_name_logging_that_is_something_else_gets_no_logger() -> None:
    assert call("import app.log as logging\n" + HANDLER) is None
    assert call("def g():\n    global logging\n    logging = 1\n" + HANDLER) is None


METHOD = "    def f(self, a):\n        try:\n            a()\n        except:\n            pass\n"
INIT = "    def __init__(self, b):\n        self.b = b\n        self.logger = logging.getLogger('x')\n"
LOG = "    log = logging.getLogger('x')\n"
OWNED = {
    "an attribute of the class": (LOG, METHOD, "self.log.warning"),
    "an attribute of the class in a class method": (
        LOG,
        "    @classmethod\n" + METHOD.replace("self", "cls"),
        "cls.log.warning",
    ),
    "an attribute that __init__ makes": (INIT, METHOD, "self.logger.warning"),
    "an attribute that __init__ makes after its parents": (
        INIT.replace("self.b = b", "super().__init__()"),
        METHOD,
        "self.logger.warning",
    ),
    "an attribute of the class in __init__": (LOG, METHOD.replace("def f", "def __init__"), "self.log.warning"),
    "another name for self": (LOG, METHOD.replace("self", "this"), "this.log.warning"),
}


@pytest.mark.parametrize("case", OWNED)
def test_the_logger_of_the_object_is_used_with(case: str) -> None:
    above, method, expected = OWNED[case]
    assert call("import logging\nclass A:\n" + above + method) == expected


BODY = "            try:\n                a()\n            except:\n                pass\n"
CLOSURE = f"    def g(self):\n        def f(a):\n{BODY}"
NOT_OWNED = {
    "a static method": (LOG, "    @staticmethod\n" + METHOD),
    "a method without parameters": (LOG, METHOD.replace("self, a", "*a")),
    "an attribute that another method takes away": (LOG + "    def g(self):\n        self.log = None\n", METHOD),
    "an attribute that the class binds twice": (LOG + "    log = None\n", METHOD),
    "an attribute that is deleted": (LOG + "    def g(self):\n        del self.log\n", METHOD),
    "an attribute that __init__ makes after calling a method": (
        INIT.replace("self.b = b", "self.f(b)"),
        METHOD,
    ),
    "an attribute that __init__ makes after giving itself away": (INIT.replace("self.b = b", "b(self)"), METHOD),
    "an attribute that __init__ makes after it may have returned": (
        INIT.replace("self.b = b", "if b:\n            return"),
        METHOD,
    ),
    "an attribute that __init__ makes, in __init__ of a subclass": (INIT, METHOD.replace("def f", "def __setattr__")),
    "an attribute that __init__ makes, in a class method": (
        INIT,
        "    @classmethod\n" + METHOD.replace("self", "cls"),
    ),
    "a method that binds self anew": (LOG, METHOD.replace("        try", "        self = a\n        try", 1)),
    "a function inside a method": (
        LOG,
        CLOSURE,
    ),
    "a function that is no method": ("    pass\n", HANDLER),
}


@pytest.mark.parametrize("case", NOT_OWNED)
def test_the_logger_of_the_object_is_not_trusted_with(case: str) -> None:
    above, method = NOT_OWNED[case]
    assert call("import logging\nclass A:\n" + above + method) == "logger.warning"


QUIET = {
    "__del__": "class A:\n    def __del__(self):\n" + METHOD.partition("\n")[2],
    "a handler of logging": "import logging\nclass A(logging.Handler):\n" + METHOD,
    "a filter of logging": "from logging import Filter\nclass A(Filter):\n" + METHOD,
    "a handler of signals": "import signal\n" + HANDLER + "signal.signal(signal.SIGTERM, f)\n",
    "a handler of signals that main registers": (
        "import signal\n" + HANDLER + "def main():\n    signal.signal(signal.SIGTERM, f)\n"
    ),
    "a method that handles signals": (
        "import signal\nclass A:\n    def g(self):\n        signal.signal(1, self.f)\n" + METHOD
    ),
}


@pytest.mark.parametrize("case", QUIET)
def test_nothing_is_logged_in(case: str) -> None:
    assert call(QUIET[case]) is None


@pytest.mark.parametrize("path", ["os.py", "Lib/os.py", "re/_parser.py", "Lib/collections/__init__.py"])
def test_what_logging_itself_imports_does_not_import_it(path: str) -> None:
    assert "import logging" not in fixed(HANDLER, path)


@pytest.mark.parametrize("path", ["app/types.py", "Lib.py", "Lib/json/tool.py", "src/string.py"])
def test_a_file_that_is_only_called_the_same_logs(path: str) -> None:
    assert "import logging" in fixed(HANDLER, path)


def test_other_functions_of_a_module_with_signals_log() -> None:
    head = "import signal\nsignal.signal(signal.SIGTERM, g)\n"
    assert call(head + HANDLER) == "logger.warning"


CARRIED = {
    "the logging module": ("import logging\n", "logging.warning", True),
    "a logger made here": ("import logging\nlog = logging.getLogger()\n", "log.warning", True),
    "a logger made on the spot": ("import logging\n", "logging.getLogger('x').warning", True),
    "structlog": ("import structlog\nlog = structlog.get_logger()\n", "log.warning", True),
    "loguru, which takes no exc_info": ("from loguru import logger\n", "logger.warning", False),
    "something that is only called log": ("from distutils import log\n", "log.warn", False),
    "an unknown attribute": ("", "a.log.warning", False),
}


@pytest.mark.parametrize(("head", "logs", "carries"), CARRIED.values(), ids=CARRIED)
def test_a_log_call_carries_the_traceback_where_it_is_known_to_take_it(head: str, logs: str, *, carries: bool) -> None:
    after = fixed(f"{head}def f(a):\n    try:\n        a()\n    except:\n        {logs}('no')\n")

    assert ("exc_info=True" in after) is carries
    assert "except Exception:" in after


def test_an_answer_that_something_is_not_implemented_is_no_failure() -> None:
    after = fixed(
        "def __eq__(a, b):\n    try:\n        return a.x() == b.x()\n    except:\n        return NotImplemented\n"
    )

    assert "log" not in after
    assert "except Exception:" in after


ADDED = {
    "its own name": ("", "logger = logging.getLogger(__name__)"),
    "the one name that functions log under": (
        "import logging\ndef g():\n    logging.getLogger('shop.till').info('x')\n",
        "logger = logging.getLogger('shop.till')",
    ),
    "its own name where there are several": (
        "import logging\ndef g():\n    logging.getLogger('a').info('x')\n    logging.getLogger('b').info('x')\n",
        "logger = logging.getLogger(__name__)",
    ),
    "its own name beside a variable's": (
        "import logging\ndef g(a):\n    logging.getLogger(a).info('x')\n",
        "logger = logging.getLogger(__name__)",
    ),
    "a hidden one among hidden variables": (
        "import re\nSIZE = 3\n_word = re.compile('a')\n",
        "_logger = logging.getLogger(__name__)",
    ),
    "one like any other beside `__all__`": (
        "__all__ = ['f']\n_word = 'a'\n",
        "logger = logging.getLogger(__name__)",
    ),
    "one like the other variables": ("_word = 'a'\nwords = {}\n", "logger = logging.getLogger(__name__)"),
}


@pytest.mark.parametrize(("above", "added"), ADDED.values(), ids=ADDED)
def test_a_logger_is_added_in_the_manner_of_the_module(above: str, added: str) -> None:
    after = fixed(f"{above}\n\n{HANDLER}", "sample.py")
    assert added.replace("'", '"') in after.replace("'", '"').splitlines()
