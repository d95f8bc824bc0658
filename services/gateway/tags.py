"""Make strong entity tags (RFC 9110, 8.8.3).

A tag reads ``"<version>-<digest of the body>"``: the version is what a change is guarded by, the digest tells apart two
answers of one version (a caller's role, or the activity of an agency, may show more or less). A compressed answer's
tag has the encoding behind it, as ``:br``.
"""

from __future__ import annotations

import hashlib
import re

_OURS = re.compile(r'"(\d{1,18})(?:-[0-9a-f]+)?(?::[a-z]+)?"')
_ENCODING = re.compile(r':[a-z]+"$')


def etag(version: int, body: bytes) -> str:
    """Return the tag of a record at a version."""
    return f'"{version}-{digest(body)}"'


def digest(body: bytes) -> str:
    """Return the digest of an answer, short, since a clash would only cost one answer that was not sent again."""
    return hashlib.blake2b(body, digest_size=6).hexdigest()


def coded(tag: str, encoding: str) -> str:
    """Return the tag of an answer, as it is when that is compressed."""
    return f'{tag[:-1]}:{encoding}"'


def uncoded(tag: str) -> str:
    """Return the tag of an answer that may be compressed, as it is without."""
    return _ENCODING.sub('"', tag)


def same(held: str, tag: str) -> bool:
    """Tell whether a tag that a caller holds is ``tag``, compressed or not."""
    return held in ("*", tag) or uncoded(held) == tag


def version_of(tag: str) -> int | None:
    """Return the version that a tag names, or None for a tag that is not ours."""
    match = _OURS.fullmatch(tag)
    return int(match[1]) if match else None
