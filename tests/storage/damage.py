"""Bytes of a file after accidents: bits turned, bytes replaced, most often in its header."""

import random
import struct
from collections.abc import Iterator

from tests.effort import count


def damaged_copies(data: bytes, seed: int) -> Iterator[bytes]:
    """Yield damaged copies of a tensor file's bytes, the same ones for a seed."""
    rng = random.Random(seed)
    header = 8 + struct.unpack("<Q", data[:8])[0]
    for _ in range(count(60)):
        damaged = bytearray(data)
        for _ in range(rng.choice([1, 1, 2, 30])):
            at = rng.randrange(8) if rng.random() < 0.05 else rng.randrange(rng.choice([header, len(data)]))
            damaged[at] = rng.choice([damaged[at] ^ (1 << rng.randrange(8)), rng.randrange(256), *b'0129{}[]",.-e'])
        yield bytes(damaged)
