from __future__ import annotations

import textwrap
from collections.abc import Mapping

import pytest

from fixbot.chatops.words import vocabulary
from fixbot.codemod.contract import Site
from fixbot.codemod.demanding import Survey
from fixbot.engine.survey import whole
from fixbot.joint import attempt_jointly
from fixbot.model import Dismissed, Safety
from fixbot.registry import catalogue, choose

SLUG = "env-fallback-secret"


def surveyed(files: Mapping[str, str] | str) -> list[Site | Dismissed]:
    several = {"app.py": files} if isinstance(files, str) else files
    corpus = whole({path: textwrap.dedent(text).encode() for path, text in several.items()})
    return list(Survey(corpus).found())


def one(files: Mapping[str, str] | str) -> Site | Dismissed:
    (only,) = surveyed(files)
    return only


def fixed(text: str) -> str:
    (codemod,) = choose([SLUG])
    done = attempt_jointly(whole({"app.py": text.encode()}), codemod, Safety.REVIEW)  # type: ignore[arg-type]
    assert done.broken is None, done.broken.trace
    return done.rewrites[0].after.decode()


def reading(expression: str, after: str = "use(value)") -> str:
    return f"import os\n\n\ndef work(use, options, cache):\n    value = {expression}\n    {after}\n"


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ('os.getenv("JWT_SECRET", "x")', 'os.environ["JWT_SECRET"]'),
        ('os.getenv("JWT_SECRET", "")', 'os.environ["JWT_SECRET"]'),
        ('os.getenv("JWT_SECRET") or ""', 'os.environ["JWT_SECRET"]'),
        ('os.getenv("JWT_SECRET", None) or ""', 'os.environ["JWT_SECRET"]'),
        ('use("/", os.getenv("JWT_SECRET", "x"))', 'use("/", os.environ["JWT_SECRET"])'),
        ('options.get(os.getenv("JWT_SECRET", "x"))', 'options.get(os.environ["JWT_SECRET"])'),
        ('print(use(os.getenv("JWT_SECRET", "x")))', 'print(use(os.environ["JWT_SECRET"]))'),
        (
            'options.secret if options else os.getenv("JWT_SECRET", "x")',
            'options.secret if options else os.environ["JWT_SECRET"]',
        ),
        ('os.environ.get("JWT_SECRET", default="x")', 'os.environ["JWT_SECRET"]'),
        ("os.environ.get('JWT_SECRET', 'x').encode()", "os.environ['JWT_SECRET'].encode()"),
        ('options.secret or os.getenv("JWT_SECRET", "x")', 'options.secret or os.environ["JWT_SECRET"]'),
    ],
)
def test_a_fallback_becomes_a_demand(expression: str, written: str) -> None:
    assert fixed(reading(expression)) == reading(written)


SECRETS = """
    STRIPE_SECRET JWT_SECRET_KEY API_KEY SHOP_APIKEY PRIVATE_KEY SALT AWS_SECRET_ACCESS_KEY STRIPE_API_KEY_LIVE
    FIELD_ENCRYPTION_KEY DB_PASSWORD PGPASSWORD SMTP_PASS GITHUB_TOKEN
"""
OTHERS = """
    TOKEN_URL SECRET_NAME PRIVATE_KEY_PATH TOKENIZERS_PARALLELISM PASSWORD_MIN_LENGTH MAX_TOKENS STRIPE_PUBLISHABLE_KEY
    PUBLIC_API_KEY PWD GOOGLE_APPLICATION_CREDENTIALS USE_TOKEN API_KEY_ID JWT_ALGORITHM DATABASE_URL KEY HOST
    TOKEN_EXPIRE_MINUTES COMPASS SSH_ASKPASS
"""


@pytest.mark.parametrize("name", SECRETS.split())
def test_secrets_are_told_by_their_names(name: str) -> None:
    assert isinstance(one(reading(f'os.getenv("{name}", "x")')), Site)


@pytest.mark.parametrize("name", OTHERS.split())
def test_other_names_hold_no_secret(name: str) -> None:
    assert surveyed(reading(f'os.getenv("{name}", "x")')) == []


@pytest.mark.parametrize(
    "after",
    [
        "if not value:\n        raise LookupError",
        "if value == '':\n        return",
        "assert value",
        "use(value or None, key=None)",
        "use(1 if value else 2)",
        "if all([value, use]):\n        use(value)",
        "value.strip() and use(value)",
        "for each in (value, use):\n        assert each",
    ],
)
def test_a_value_that_is_checked_needs_no_demand(after: str) -> None:
    assert isinstance(one(reading('os.getenv("JWT_SECRET", "")', after)), Dismissed)


@pytest.mark.parametrize("after", ["if use == value:\n        return", "if value == use(1):\n        return"])
def test_a_comparison_with_what_somebody_sent_is_no_check(after: str) -> None:
    assert isinstance(one(reading('os.getenv("JWT_SECRET", "")', after)), Site)


@pytest.mark.parametrize(
    ("expression", "because"),
    [
        ('os.getenv("DB_PASSWORD", "")', "none is needed"),
        ('os.getenv("A_TOKEN") or os.getenv("B_TOKEN", "x")', "another variable"),
        ('use("--key", default=os.getenv("API_KEY", "x"))', "needs no variable"),
        ('f"{os.getenv("API_KEY", "x")}"'.replace('"API_KEY", "x"', "'API_KEY', 'x'"), "f-string"),
        ('use(host="localhost", password=os.getenv("DB_PASSWORD", "x"))', "on the same machine"),
        ('lambda: os.getenv("API_KEY", "x")', "when it is called"),
        ('os.environ.get("API_KEY") or "x"', "an empty variable takes the fallback too"),
        ('os.environ.get("API_KEY", "") or "x"', "an empty variable takes the fallback too"),
        ('os.environ.get("API_KEY", "y") or "x"', "two fallbacks"),
        ('os.getenv("A_SECRET") or os.getenv("B_SECRET") or "x"', "another variable"),
        ('options.secret or os.getenv("B_SECRET") or "x"', "something else"),
        ('os.getenv("B_SECRET") or options.secret or "x"', "something else"),
        ('os.environ.setdefault("API_KEY", "x")', "sets the variable as well"),
        ('os.environ.pop("API_KEY", "x")', "out of the environment"),
        ('os.environ.pop("API_KEY", None) or "x"', "out of the environment"),
        ('os.getenv("MODE", os.getenv("API_KEY", "x"))', "`getenv` needs it only where"),
        ('options.get("key", os.getenv("API_KEY", "x"))', "`get` needs it only where"),
        ('options.pop("key", str(os.getenv("API_KEY", "x")))', "`pop` needs it only where"),
        ('options.setdefault("key", os.getenv("API_KEY", "x"))', "`setdefault` needs it only where"),
        ('getattr(options, "key", os.getenv("API_KEY", "x"))', "`getattr` needs it only where"),
        ('next(iter(options), os.getenv("API_KEY", "x"))', "`next` needs it only where"),
        ('options.get("all", "key", fallback=os.getenv("API_KEY", "x"))', "needs no variable"),
        ('{"key": os.getenv("API_KEY", "x"), **options}', "may have another value"),
        ('{"key": os.getenv("API_KEY", "x")} | options', "may have another value"),
    ],
)
def test_what_may_be_meant_is_left_to_a_person(expression: str, because: str) -> None:
    site = one(reading(expression))
    assert isinstance(site, Site)
    assert site.safety is Safety.MANUAL
    assert because in site.message


@pytest.mark.parametrize(
    "text",
    [
        "default_key = {read}\n    use(default_key)",
        "value = {read}\n    use(options.get('key', value))",
        "value = {read}\n    use(options, default=value)",
    ],
)
def test_a_name_for_a_default_may_not_be_needed(text: str) -> None:
    site = one("import os\n\n\ndef work(use, options):\n    " + text.format(read='os.getenv("API_KEY", "x")') + "\n")
    assert isinstance(site, Site)
    assert site.safety is Safety.MANUAL


def guarded(head: str, tail: str) -> str:
    return f"""
        import os
        import contextlib
        from contextlib import suppress


        def key(errors, use):
            {head}
                if use:
                    return os.environ.get("JWT_SECRET", "x")
            {tail}
    """


@pytest.mark.parametrize(
    "types",
    [
        "",
        " KeyError",
        " LookupError",
        " Exception as exc",
        " BaseException",
        " (OSError, KeyError)",
        " errors",
        " use()",
    ],
)
def test_a_demand_that_nobody_would_hear_of_is_left_to_a_person(types: str) -> None:
    site = one(guarded("try:", f"except{types}:\n                return None"))
    assert isinstance(site, Site)
    assert site.safety is Safety.MANUAL
    assert "catches the `KeyError`" in site.message


@pytest.mark.parametrize(
    ("head", "tail"),
    [
        ("try:", "except (OSError, ValueError):\n                return None"),
        ("try:", "finally:\n                use()"),
        ("with suppress(OSError):", ""),
        ("with use():", ""),
    ],
)
def test_what_catches_other_errors_does_not_matter(head: str, tail: str) -> None:
    site = one(guarded(head, tail))
    assert isinstance(site, Site)
    assert site.safety is None


@pytest.mark.parametrize(
    "head", ["with suppress(KeyError):", "with contextlib.suppress(OSError, Exception):", "with use.ignoring():"]
)
def test_a_demand_that_is_suppressed_is_left_to_a_person(head: str) -> None:
    site = one(guarded(head, ""))
    assert isinstance(site, Site)
    assert site.safety is Safety.MANUAL


def test_what_a_handler_does_itself_is_not_caught_by_it() -> None:
    text = """
        import os


        def key(use):
            try:
                use()
            except Exception:
                return os.environ.get("JWT_SECRET", "x")
    """
    site = one(text)
    assert isinstance(site, Site)
    assert site.safety is None


def test_a_variable_that_is_set_to_nothing_is_no_fallback() -> None:
    assert surveyed(reading('os.environ.setdefault("API_KEY", "")')) == []


def test_what_looks_into_files_as_well_is_left_to_a_person() -> None:
    text = 'import os\nfrom decouple import config\n\nKEY = config("API_KEY", default="x")\nHOME = os.environ["HOME"]\n'
    site = one(text)
    assert isinstance(site, Site)
    assert "looks into files as well" in site.message


@pytest.mark.parametrize(
    ("expression", "after"),
    [
        ('print(os.getenv("API_KEY", "unset"))', ""),
        ('use.log.info("key %s", os.getenv("API_KEY", "unset")[:4])', ""),
        ('os.getenv("API_KEY", "unset")', 'print("key", value)'),
        ('os.getenv("API_KEY", "unset")', 'use.log.info(f"key {value}")'),
    ],
)
def test_what_is_only_shown_needs_no_demand(expression: str, after: str) -> None:
    assert isinstance(one(reading(expression, after)), Dismissed)


def test_no_message_shows_the_value_of_a_secret() -> None:
    site = one(reading('os.getenv("API_KEY", "hunter2")'))
    assert isinstance(site, Site)
    assert "hunter2" not in site.message + "".join(evidence.says for evidence in site.evidence)


def test_a_name_that_is_given_by_a_constant_is_understood() -> None:
    text = 'import os\nNAME = "API_KEY"\n\n\ndef key():\n    return os.getenv(NAME, "x")\n'
    assert "return os.environ[NAME]" in fixed(text)


def test_a_comment_inside_keeps_a_person_busy() -> None:
    site = one(reading('os.getenv(\n        "API_KEY",  # from the shop\n        "x",\n    )'))
    assert isinstance(site, Site)
    assert site.safety is Safety.MANUAL


@pytest.mark.parametrize(
    "title",
    [
        "Missing Environment Variable Validation",
        "Unprotected Environment Variable Access",
        "No Validation of Required Environment Variables",
    ],
)
def test_reports_name_it_in_their_words(title: str) -> None:
    assert list(vocabulary(catalogue().values()).spoken(title).values()) == [(SLUG,)]
