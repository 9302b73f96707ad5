"""Makes a name that somebody gave to a file safe to show, to store and to offer again.

Refuses to believe it: no path, no invisible or turning signs, no name a system reserves, and
an ending that says what the content is.
"""

from __future__ import annotations

import re
import unicodedata

from app.file_kinds import Kind

LONGEST = 100
NAMELESS = "附件"
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
FORBIDDEN = re.compile(r'[<>:"|?*%;=`$&\']')


def safe_name(given: str, kind: Kind) -> str:
    """The last part of what was given, made harmless, with an ending of its kind."""
    name = re.split(r"[/\\]", unicodedata.normalize("NFC", given))[-1]
    # Category C: control signs, bidi marks, zero width, surrogates, unassigned.
    shown = "".join(one for one in name if not unicodedata.category(one).startswith("C"))
    plain = FORBIDDEN.sub("_", " ".join(shown.split())).strip(". ")
    stem, ending = plain, kind.extensions[0]
    for one in kind.extensions:
        if plain.lower().endswith(one):
            stem, ending = plain[: -len(one)].rstrip(". "), one
    stem = stem[:LONGEST].rstrip(". ") or NAMELESS
    if RESERVED.fullmatch(stem):
        stem = f"_{stem}"
    return f"{stem}{ending}"
