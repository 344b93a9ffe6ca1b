"""Who may what is decided in web/who.py: everywhere else the caller is asked, not looked into."""

import re

from tests.architecture.test_the_house import lines_matching, tracked

LOOKED_INTO = re.compile(
    r"\bcaller\w*(\(\w+\))?\.(scopes|roles)\b|\bROLE_SCOPES\b|\bPERSONAL_SCOPES\b"
    r"|\bscopes_of_(key|roles)\b|\bfind_(key|customer|staff)\b|\bkind is (not )?ActorKind\b"
)


def test_no_other_file_of_the_web_looks_into_scopes_and_roles():
    asking = [
        path
        for path in tracked("returns_engine/web/*.py", "admin/*.py", "*.html")
        if path.name != "who.py"
    ]

    assert lines_matching(LOOKED_INTO, asking) == []
