"""The names of the first files in a zip archive, told from its first bytes: what several formats are recognised by."""

import re

ZIP_MEMBER = b"PK\x03\x04"


def zip_members(head: bytes) -> list[bytes]:
    """Return the names of the first files in a zip archive; none where the bytes are no such archive."""
    starts = [found.start() for found in re.finditer(ZIP_MEMBER, head)] if head.startswith(ZIP_MEMBER) else []
    return [head[at + 30 : at + 30 + int.from_bytes(head[at + 26 : at + 28], "little")] for at in starts]
