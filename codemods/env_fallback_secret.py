"""Secrets that the environment may lack unnoticed; long, because this file is also its documentation and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixbot.codemod import (
    Corpus,
    Declined,
    Dismissed,
    Fixes,
    Keeps,
    Place,
    ProjectCodemod,
    Proposal,
    Severity,
    Site,
    awaiting,
    cst,
    demanding,
)


class EnvFallbackSecret(ProjectCodemod):
    """Demand secrets from the environment.

    `os.getenv("JWT_SECRET", "changeme")` starts without a secret as if all were well, and signs with a text that
    everybody can read in the source; with `""` it signs with nothing. Now `os.environ["JWT_SECRET"]` says at the
    start which variable is missing. An empty variable is taken as it was before. `fixbot env-example` lists all
    variables that the code reads.

    Left alone: names that hold no secret (`*_URL`, `*_PATH`, `*_NAME`, `MAX_TOKENS`, `PUBLIC_KEY`); reads without a
    fallback, whose `None` fails where it is used; values that are checked afterwards, here or by whom they are given
    to; what is only printed or logged; what only runs while developing, and tests. Reported, and never rewritten, are
    `os.environ.get(...) or "..."` and chains of it, which take the fallback for an empty variable too, where
    `os.environ` would let it pass; `setdefault`, which also sets the variable, and `pop`, which also removes it; what
    is worked out as the default of another call (`config.get("key", os.getenv(...))`), of an option, a parameter or a
    field, and may not be needed; what stands in a `try` or `with` of its function that catches a `KeyError`; empty
    passwords and tokens, which may mean that none is needed; what a field of the project's settings reads as well;
    secrets beside a `localhost`; alternatives; and what is read while a file is imported, where the project has tests
    that do not set it.

    Safety: whoever starts the program without the variable gets a `KeyError` that names it. A person must make sure
    that each place where it runs sets it.
    """

    severity = Severity.HIGH
    synonyms = (
        "environment variable validation",
        "validation of required environment variables",
        "validation of environment variables",
        "environment variable access",
        "unprotected environment variable",
        "secret fallback",
        "fallback secret",
        "default secret",
        "hardcoded default secret",
        "empty secret",
    )
    pattern = re.compile(rb"\b(?:getenv|environ)\b")
    answers = frozenset({"S105", "S106"})
    references = ("https://docs.python.org/3/library/os.html#os.environ", "https://12factor.net/config")
    examples = (
        Fixes(
            """
            import os

            def sign(token, jwt):
                return jwt.encode(token, os.getenv("JWT_SECRET", "changeme"))
            """,
            """
            import os

            def sign(token, jwt):
                return jwt.encode(token, os.environ["JWT_SECRET"])
            """,
            because="a secret with a default that everybody can read",
        ),
        Fixes(
            """
            from os import environ, getenv

            def client(shop):
                return shop.Client(key=environ.get('SHOP_API_KEY', "dev-key"), secret=getenv("SHOP_SECRET") or "")
            """,
            """
            from os import environ

            def client(shop):
                return shop.Client(key=environ['SHOP_API_KEY'], secret=environ["SHOP_SECRET"])
            """,
            because="an empty default, and names as they are imported",
        ),
        Fixes(
            """
            from os import getenv

            SALT = getenv("SALT", "pepper").encode()
            """,
            """
            import os

            SALT = os.environ["SALT"].encode()
            """,
            because="a project without tests may demand it while a file is imported",
        ),
        Fixes(
            {
                "shop/keys.py": """
                    import os

                    SIGNING_KEY = os.environ.get("SIGNING_KEY", "")
                    """,
                "tests/conftest.py": """
                    import os

                    os.environ["SIGNING_KEY"] = "for tests"
                    """,
            },
            {
                "shop/keys.py": """
                    import os

                    SIGNING_KEY = os.environ["SIGNING_KEY"]
                    """,
            },
            because="the tests set what is now demanded",
        ),
        Keeps(
            {
                "shop/keys.py": """
                    import os

                    SIGNING_KEY = os.environ.get("SIGNING_KEY", "")
                    """,
                "tests/test_keys.py": """
                    def test_sums():
                        assert 1 + 1 == 2
                    """,
            },
            because="tests would fail when they import it",
            reports="the project has tests that do not set `SIGNING_KEY`",
        ),
        Keeps(
            """
            import os

            def client(shop):
                return shop.Client(key=os.environ.get("API_KEY") or "dev-key")
            """,
            because="the fallback is taken for an empty variable too",
            reports="an empty variable takes the fallback too, and `os.environ` would let it pass",
        ),
        Keeps(
            """
            import os

            def sign(token, jwt):
                return jwt.encode(token, os.getenv("NEW_SECRET") or os.getenv("SECRET") or "x9")
            """,
            because="a chain of alternatives",
            reports="another variable may have it instead",
        ),
        Keeps(
            """
            import os

            def start(run):
                os.environ.setdefault("SECRET_KEY", "dev")
                run()
            """,
            because="`setdefault` gives the secret to others, too",
            reports="`setdefault` sets the variable as well, for all that runs after it",
        ),
        Keeps(
            """
            from os import environ

            def take(use):
                use(environ.pop("JWT_SECRET", "changeme"))
            """,
            because="`pop` removes it",
            reports="`pop` takes the variable out of the environment as well",
        ),
        Keeps(
            """
            import os

            def sign(token, jwt):
                return jwt.encode(token, os.getenv("SECRET_KEY", os.getenv("OLD_SECRET_KEY", "abc")))
            """,
            because="it is worked out even where the first variable is set",
            reports="`getenv` needs it only where what it is asked for is missing",
        ),
        Keeps(
            """
            import os

            def key(settings):
                return settings.get("api_key", os.getenv("API_KEY", "devkey").strip())
            """,
            because="it is worked out even where the settings have it",
            reports="`get` needs it only where what it is asked for is missing",
        ),
        Keeps(
            """
            import os

            def secret():
                try:
                    with open("secret.txt") as file:
                        return file.read() + os.environ.get("JWT_SECRET", "changeme")
                except (OSError, LookupError):
                    return None
            """,
            because="the error would be swallowed",
            reports="line 7 catches the `KeyError` of a missing variable",
        ),
        Keeps(
            """
            import os
            from contextlib import suppress

            def secret():
                with suppress(KeyError):
                    return os.environ.get("API_KEY", "devkey")
            """,
            because="the error would be suppressed",
            reports="line 5 may keep the `KeyError` of a missing variable from being seen",
        ),
        Keeps(
            """
            import os

            def report(log):
                shown = os.getenv("API_TOKEN", "unset")
                log.info("secret %s, token %s", os.getenv("SECRET_KEY", "unset"), shown)
                print(f"{os.getenv('SECRET_KEY', '<not set>')[:4]}...")
            """,
            because="it is only shown, and the default says that it is not set",
        ),
        Keeps(
            """
            import os
            URL = os.getenv("TOKEN_URL", "")
            NAME = os.getenv("SECRET_NAME", "main")
            LIMIT = int(os.getenv("OPENAI_MAX_TOKENS", "500"))
            LENGTH = int(os.getenv("PASSWORD_MIN_LENGTH", "12"))
            PARALLEL = os.getenv("TOKENIZERS_PARALLELISM", "false")
            SHOWN = os.getenv("STRIPE_PUBLISHABLE_KEY", "")
            OPEN = os.getenv("VAPID_PUBLIC_KEY", "")
            WHERE = os.getenv("PRIVATE_KEY_PATH", "key.pem")
            ALSO = os.getenv("GOOGLE_APPLICATION_CREDENTIALS", "")
            HERE = os.getenv("PWD", "")
            """,
            because="these say where a secret is, or what it is like",
        ),
        Keeps(
            """
            import os

            def sign(token, jwt):
                secret = os.getenv("JWT_SECRET", "")
                if not secret:
                    raise LookupError("JWT_SECRET")
                return jwt.encode(token, secret)
            """,
            because="it is checked",
        ),
        Keeps(
            {
                "shop/keys.py": """
                    import os

                    WEBHOOK_SECRET = os.getenv("WEBHOOK_SECRET", "")
                    """,
                "shop/hooks.py": """
                    from shop import keys


                    def verify(request):
                        return keys.WEBHOOK_SECRET != "" and request.verify(keys.WEBHOOK_SECRET)
                    """,
            },
            because="another file checks it",
        ),
        Keeps(
            """
            import os

            class Verifier:
                def __init__(self, url, secret):
                    if not secret:
                        raise ValueError("no secret")

            def verifier():
                secret = os.getenv("HOOK_SECRET", "")
                return Verifier(url="/", secret=secret), Verifier("/", os.getenv("HOOK_SECRET", "").strip() or None)
            """,
            because="whoever is given it checks it",
        ),
        Keeps(
            """
            import os
            SECRET = os.getenv("SECRET")
            TOKEN = os.environ["TOKEN"]
            KEY = os.getenv("API_KEY", None)
            """,
            because="there is no fallback",
        ),
        Keeps(
            """
            import os
            import secrets
            SESSION_KEY = os.getenv("SESSION_KEY", secrets.token_hex())
            """,
            because="it is made anew each time",
        ),
        Keeps(
            """
            import os
            DEBUG = True
            if DEBUG:
                SECRET_KEY = os.getenv("SECRET_KEY", "for me alone")
            class DevConfig:
                SECRET_KEY = os.getenv("SECRET_KEY", "for us")
            """,
            because="it is for those who develop",
        ),
        Keeps(
            """
            import os

            def connect(redis):
                return redis.connect(password=os.getenv("REDIS_PASSWORD", ""))
            """,
            because="some servers need no password",
            reports="an empty one may mean that none is needed",
        ),
        Keeps(
            """
            import os

            def connect(database):
                return database.connect(
                    host=os.getenv("DB_HOST", "localhost"), password=os.getenv("DB_PASSWORD", "postgres")
                )
            """,
            because="a whole set of defaults may be meant for developing",
            reports="beside defaults for a server on the same machine",
        ),
        Keeps(
            """
            import os

            def sign(token, secret=os.getenv("SECRET", "x")):
                return token, secret

            def options(parser):
                parser.add_argument("--secret", default=os.getenv("SECRET", "x"))
            """,
            because="it may be given in another way",
            reports="whoever calls may give another value",
        ),
        Keeps(
            {
                "shop/settings.py": """
                    from pydantic_settings import BaseSettings


                    class Settings(BaseSettings):
                        jwt_secret: str
                    """,
                "shop/sign.py": """
                    import os


                    def sign(token, jwt):
                        return jwt.encode(token, os.getenv("JWT_SECRET", "changeme"))
                    """,
            },
            because="the settings have it",
            reports="`shop/settings.py:5` has a field of settings for it: `jwt_secret`",
        ),
        Keeps(
            """
            import os

            def key():
                return os.getenv("NEW_API_KEY") or os.getenv("API_KEY", "none")
            """,
            because="either variable will do",
            reports="another variable may have it instead",
        ),
        Keeps(
            {
                "tests/test_shop.py": """
                    import os

                    SECRET = os.getenv("SECRET", "for tests")
                    """,
            },
            because="tests need no secrets",
        ),
    )

    def survey(self, corpus: Corpus) -> Iterator[Site | Dismissed]:
        """Yield every secret that has a fallback, and those where that is no harm."""
        yield from demanding.Survey(corpus).found()

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Write `os.environ[...]`."""
        return awaiting.edit(place.plan, node)
