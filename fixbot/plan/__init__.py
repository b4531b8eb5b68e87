"""Turns rewrites into pull requests to be: shards, branch names, fingerprints; a pure function of its input."""

from fixbot.plan.keys import shard_key
from fixbot.plan.parts import nobody
from fixbot.plan.sharding import PREFIX, Shard, Sharding, fingerprint, fingerprint_of, homes, shards
from fixbot.plan.sizes import Limits, units

__all__ = [
    "PREFIX",
    "Limits",
    "Shard",
    "Sharding",
    "fingerprint",
    "fingerprint_of",
    "homes",
    "nobody",
    "shard_key",
    "shards",
    "units",
]
