import pytest

from tests.codemod.projects import rewritten, surveyed

SLUG = "non-atomic-counter"


def told(body: str, head: str = "def f(redis, key, limit):") -> list[str]:
    code = f"{head}\n" + "".join(f"    {line}\n" for line in body.split("\n"))
    return [finding.message for finding in surveyed(SLUG, {"app.py": code}).findings]


RACES = {
    "a variable": "n = int(redis.get(key) or 0)\nif n >= limit:\n    return False\nredis.incr(key)",
    "the write stands in the check": "if int(redis.get(key)) < limit:\n    redis.incrby(key, 2)",
    "an error": "n = redis.get(key)\nif int(n) > limit:\n    raise ValueError\nredis.incr(key)",
    "several at once": "a, b = redis.mget(key, 'x')\nif int(a) > limit:\n    return\nredis.incr(key)",
    "a pipeline of one": (
        "with redis.pipeline() as pipe:\n    pipe.get(key)\n    (n,) = pipe.execute()\n"
        "if int(n or 0) >= limit:\n    return\nredis.incr(key)"
    ),
    "written back": "n = int(redis.get(key) or 0)\nredis.set(key, n + 1)",
    "counted up before it is written back": "n = int(redis.get(key) or 0)\nn += 1\nredis.setex(key, 60, n)",
}
NONE = {
    "counted first": "n = redis.incr(key)\nif n > limit:\n    return False\nredis.expire(key, 60)",
    "a script": "if int(redis.get(key)) < limit:\n    redis.incr(key)\nredis.eval('return 1', 0)",
    "another key": "if redis.get('open'):\n    redis.incr(key)",
    "only for a report": "print(redis.get(key))\nredis.incr(key)",
    "a check that decides nothing": "if redis.get(key):\n    print(key)\nredis.incr(key)",
    "set if there is none": "if not redis.get(key):\n    redis.set(key, 1, nx=True)\nredis.incr(key)",
    "a value is copied": "n = redis.get(key)\nredis.set(key, n)",
    "a dictionary": "store = {}\nif store.get(key, 0) < limit:\n    store.update({key: 1})",
}


@pytest.mark.parametrize("body", RACES.values(), ids=RACES)
def test_a_counter_in_steps_is_found(body: str) -> None:
    assert len(told(body)) == 1


@pytest.mark.parametrize("body", NONE.values(), ids=NONE)
def test_what_is_no_race_is_not_found(body: str) -> None:
    assert told(body) == []


def test_a_client_is_known_by_what_made_it() -> None:
    body = "if int(self.store.get(key)) < limit:\n        self.store.incr(key)"
    head = "from valkey import Valkey\nclass A:\n    def __init__(self):\n        self.store = Valkey()\n"
    assert len(told(f"    {body}", f"{head}    def f(self, key, limit):")) == 1
    assert told(f"    {body}", f"{head.replace('Valkey()', 'Shelf()')}    def f(self, key, limit):") == []


def test_the_evidence_tells_what_two_requests_do() -> None:
    code = "def f(redis, key):\n    if int(redis.get(key)) < 5:\n        redis.incr(key)\n"
    (finding,) = surveyed(SLUG, {"app.py": code}).findings
    assert [(one.line, one.says.partition(":")[0]) for one in finding.evidence] == [
        (2, "1st step"), (2, "3rd step"), (3, "5th step"),
    ]  # fmt: skip
    assert "`int(redis.get(key)) < 5`" in finding.evidence[1].says


TWO = """\
def f(redis, a, b, low, high):
    pipe = redis.pipeline()
    pipe.get(a)
    pipe.get(b)
    found = pipe.execute()
    one = int(found[0] or 0)
    two = int(found[1] or 0)
    if one >= low:
        return False
    if two >= high:
        return False
    pipe.incr(a)
    pipe.expire(a, 60)
    pipe.incr(b)
    pipe.expire(b, 3600)
    pipe.execute()
    return True
"""


def test_two_limits_become_one_script() -> None:
    after = rewritten(SLUG, TWO)
    assert "found = redis.eval(" in after
    assert "pipe" not in after
    assert surveyed(SLUG, {"app.py": after}).findings == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("one >= low", "one > low"),
        ("one >= low", "one >= low()"),
        ("one >= low", "one >= two"),
        ("pipe.expire(b, 3600)", "pipe.expire(b, high)"),
        ("pipe.expire(b, 3600)", "pipe.expire(a, 3600)"),
        ("    pipe.expire(b, 3600)\n", ""),
        ("    pipe.incr(b)\n", "    pipe.incr(b, 2)\n"),
        ("    return True", "    return pipe"),
        ("redis.pipeline()", "redis.pipeline(transaction=False)"),
        ("int(found[1] or 0)", "int(found[0] or 0)"),
        ("    pipe.get(b)\n", "    pipe.get(b)  # the long one\n"),
        ("        return False\n    if two", "        print(1)\n    if two"),
        ("    if two >= high:\n        return False\n", ""),
    ],
)
def test_any_other_shape_stays(old: str, new: str) -> None:
    assert old in TWO
    text = TWO.replace(old, new, 1)
    assert rewritten(SLUG, text) == text


def test_a_client_that_runs_scripts_in_another_way_stays() -> None:
    found = surveyed(SLUG, {"app.py": TWO, "other.py": "from redis.cluster import RedisCluster\n"}).findings
    assert [finding.fixable for finding in found] == [False, False]
    assert "`RedisCluster`" in found[0].message
