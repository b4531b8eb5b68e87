"""The codemod `non-atomic-counter`; long, because this file is also its documentation and tests."""

from __future__ import annotations

import re
from collections.abc import Iterator

from fixbot.codemod import (
    Corpus,
    Declined,
    Fixes,
    Keeps,
    Place,
    ProjectCodemod,
    Proposal,
    Severity,
    Site,
    counted,
    counting,
    cst,
)


class NonAtomicCounter(ProjectCodemod):
    """Check and count shared counters in one step.

    A counter in Redis is shared by all processes of a service. Where one command reads it, Python checks it and another
    command counts it, other requests come between: a hundred that read at the same time all see the same number, and
    all pass a limit that one of them was to reach. Where the number is written back, counts of others are lost. One
    script in Redis reads, checks and counts without anybody between; it gives back what the counts were, so that the
    checks and answers around it stay as they are. The evidence tells step by step what two requests do.

    Left alone: counters that are counted first and checked by what that answers; what runs under a lock, in a script
    or with `WATCH`; counters that are read for a report; dictionaries of one process; tests. Reported and left to a
    person is every shape but one: two counters that are read in one pipeline, checked by `>=`, and counted up with a
    time to live each in another one. So are clients that run scripts in another way, and code of which tests stand for
    the pipeline.

    Safety: a person must agree: on a cluster both keys have to be in one slot, a server may forbid scripts, and
    requests that slipped through are refused now.
    """

    severity = Severity.CRITICAL
    synonyms = (
        "race condition in rate limiter",
        "rate limiter race",
        "rate limit race condition",
        "rate limit bypass",
        "atomic check-and-increment",
        "non-atomic increment",
        "non-atomic rate limit",
        "lost update in Redis",
    )
    pattern = re.compile(rb"\.(?:h?incr|h?decr|p?setex|h?set)\w*\(")
    references = (
        "https://redis.io/docs/latest/develop/programmability/eval-intro/",
        "https://redis.io/docs/latest/commands/incr/",
    )
    examples = (
        Fixes(
            """
            import redis.asyncio as redis


            class Gate:
                def __init__(self, url):
                    self.redis = redis.from_url(url)

                async def check(self, who, limits):
                    minute_key = f"gate:{who}:minute"
                    hour_key = f"gate:{who}:hour"

                    # How often were they here?
                    pipe = self.redis.pipeline()
                    pipe.get(minute_key)
                    pipe.get(hour_key)
                    seen = await pipe.execute()
                    minute = int(seen[0] or 0)
                    hour = int(seen[1] or 0)

                    if minute >= limits["minute"]:
                        return "come back in a minute"
                    if hour >= limits["hour"]:
                        return "come back in an hour"

                    # Increment both
                    pipe = self.redis.pipeline()
                    pipe.incr(minute_key)
                    pipe.expire(minute_key, 120)  # two minutes
                    pipe.incr(hour_key)
                    pipe.expire(hour_key, 2 * 3600)
                    await pipe.execute()

                    return f"welcome, {limits['hour'] - hour - 1} left"
            """,
            '''
            import redis.asyncio as redis

            # Counts in KEYS[1] and KEYS[2] if both are below their limits, ARGV[1] and
            # ARGV[2]; they live for ARGV[3] and ARGV[4] seconds. Gives back both counts.
            _COUNT_WITHIN_BOTH_LIMITS = """
            local first = tonumber(redis.call("GET", KEYS[1]) or 0)
            local second = tonumber(redis.call("GET", KEYS[2]) or 0)
            if first < tonumber(ARGV[1]) and second < tonumber(ARGV[2]) then
                redis.call("INCR", KEYS[1])
                redis.call("EXPIRE", KEYS[1], ARGV[3])
                redis.call("INCR", KEYS[2])
                redis.call("EXPIRE", KEYS[2], ARGV[4])
            end
            return {first, second}
            """


            class Gate:
                def __init__(self, url):
                    self.redis = redis.from_url(url)

                async def check(self, who, limits):
                    minute_key = f"gate:{who}:minute"
                    hour_key = f"gate:{who}:hour"

                    # How often were they here?
                    seen = await self.redis.eval(
                        _COUNT_WITHIN_BOTH_LIMITS,
                        2,
                        minute_key,
                        hour_key,
                        limits["minute"],
                        limits["hour"],
                        120,  # two minutes
                        2 * 3600,
                    )
                    minute = int(seen[0] or 0)
                    hour = int(seen[1] or 0)

                    if minute >= limits["minute"]:
                        return "come back in a minute"
                    if hour >= limits["hour"]:
                        return "come back in an hour"

                    return f"welcome, {limits['hour'] - hour - 1} left"
            ''',
            because="two limits, on an event loop",
        ),
        Fixes(
            """
            from redis import Redis

            SHORT, LONG = 5, 100


            def may_send(client: Redis, short: str, long: str) -> bool:
                pipe = client.pipeline(transaction=True)
                pipe.get(short)
                pipe.get(long)
                counts = pipe.execute()
                few = int(counts[0] or 0)
                many = int(counts[1] or 0)
                if few >= SHORT:
                    return False
                if many >= LONG:
                    raise PermissionError(long)
                pipe.incr(short)
                pipe.expire(short, 60)
                pipe.incr(long)
                pipe.expire(long, 3600)
                pipe.execute()
                return True
            """,
            '''
            from redis import Redis

            SHORT, LONG = 5, 100


            # Counts in KEYS[1] and KEYS[2] if both are below their limits, ARGV[1] and
            # ARGV[2]; they live for ARGV[3] and ARGV[4] seconds. Gives back both counts.
            _COUNT_WITHIN_BOTH_LIMITS = """
            local first = tonumber(redis.call("GET", KEYS[1]) or 0)
            local second = tonumber(redis.call("GET", KEYS[2]) or 0)
            if first < tonumber(ARGV[1]) and second < tonumber(ARGV[2]) then
                redis.call("INCR", KEYS[1])
                redis.call("EXPIRE", KEYS[1], ARGV[3])
                redis.call("INCR", KEYS[2])
                redis.call("EXPIRE", KEYS[2], ARGV[4])
            end
            return {first, second}
            """


            def may_send(client: Redis, short: str, long: str) -> bool:
                counts = client.eval(
                    _COUNT_WITHIN_BOTH_LIMITS,
                    2,
                    short,
                    long,
                    SHORT,
                    LONG,
                    60,
                    3600,
                )
                few = int(counts[0] or 0)
                many = int(counts[1] or 0)
                if few >= SHORT:
                    return False
                if many >= LONG:
                    raise PermissionError(long)
                return True
            ''',
            because="the same pipeline twice, without an event loop",
        ),
        Keeps(
            """
            def may_pass(redis_client, key, limit):
                count = int(redis_client.get(key) or 0)
                if count >= limit:
                    return False
                redis_client.incr(key)
                return True
            """,
            because="one counter is another shape, and its name alone says that it is one of Redis",
            reports="the counter `key` is read in line 2, checked in line 3 and counted in line 5",
        ),
        Keeps(
            """
            from django.core.cache import cache


            def visit(request):
                seen = cache.get("visits", 0)
                cache.set("visits", seen + 1)
            """,
            because="the number is written back",
            reports="read in line 5 and written back in line 6: what others count between is lost",
        ),
        Keeps(
            """
            import redis

            store = redis.Redis()


            def take(name):
                left = int(store.hget("stock", name))
                if left > 0:
                    store.hincrby("stock", name, -1)
                    return True
                return False
            """,
            because="a field of a hash is a counter too",
            reports="the counter `'stock', name` is read in line 7",
        ),
        Keeps(
            {
                "gate.py": """
                    def may_send(redis, short, long):
                        pipe = redis.pipeline()
                        pipe.get(short)
                        pipe.get(long)
                        counts = pipe.execute()
                        few = int(counts[0] or 0)
                        many = int(counts[1] or 0)
                        if few >= 5:
                            return False
                        if many >= 100:
                            return False
                        pipe = redis.pipeline()
                        pipe.incr(short)
                        pipe.expire(short, 60)
                        pipe.incr(long)
                        pipe.expire(long, 3600)
                        pipe.execute()
                        return True
                    """,
                "tests/test_gate.py": """
                    from unittest.mock import Mock

                    from gate import may_send


                    def test_one_may_send():
                        redis = Mock()
                        redis.pipeline.return_value.execute.return_value = [1, 2]
                        assert may_send(redis, "a", "b")
                    """,
            },
            because="a test knows how it is done",
            reports="`tests/test_gate.py` stands for its `pipeline`",
        ),
        Keeps(
            """
            def may_pass(redis, key, limit):
                count = redis.incr(key)
                if count == 1:
                    redis.expire(key, 60)
                return count <= limit
            """,
            because="it counts first, and checks what that answers",
        ),
        Keeps(
            """
            def may_pass(redis, key, limit):
                with redis.lock(f"{key}:lock"):
                    if int(redis.get(key) or 0) >= limit:
                        return False
                    redis.incr(key)
                return True
            """,
            because="nobody comes between while the lock is held",
        ),
        Keeps(
            """
            def may_pass(redis, key, limit):
                with redis.pipeline() as pipe:
                    pipe.watch(key)
                    if int(pipe.get(key) or 0) >= limit:
                        return False
                    pipe.multi()
                    pipe.incr(key)
                    pipe.execute()
                return True
            """,
            because="WATCH notices who comes between",
        ),
        Keeps(
            """
            def report(redis, log, key):
                log.info("seen %s times", redis.get(key))
                redis.incr(key)
            """,
            because="nothing is decided by what was read",
        ),
        Keeps(
            """
            def may_pass(redis, key, limit):
                if redis.get(f"blocked:{key}"):
                    return False
                return redis.incr(key) <= limit
            """,
            because="it asks another key",
        ),
        Keeps(
            """
            class Counts:
                def __init__(self):
                    self.seen = {}

                def may_pass(self, key, limit):
                    count = self.seen.get(key, 0)
                    if count >= limit:
                        return False
                    self.seen[key] = count + 1
                    return True
            """,
            because="a dictionary is of one process",
        ),
        Keeps(
            """
            def load(redis, key, make):
                found = redis.get(key)
                if found is None:
                    found = make(key)
                    redis.set(key, found)
                return found
            """,
            because="a cache is no counter",
        ),
    )

    def survey(self, corpus: Corpus) -> Iterator[Site]:
        """Yield every counter that is read, checked and counted in separate steps."""
        return counting.survey(corpus, self.pattern)

    def edit(self, place: Place, node: cst.CSTNode) -> Proposal | Declined:
        """Write the script's call in the place of what reads, and nothing in the place of what counts."""
        if not isinstance(place.plan, counting.Both) or not isinstance(node, cst.FunctionDef):
            return Declined("it is not the function that was found")
        return counted.edit(place.plan, node)
