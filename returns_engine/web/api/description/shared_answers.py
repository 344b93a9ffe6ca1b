"""Problems that several calls answer with in the same words stand in the description once."""

import json
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

_FIRST_PROBLEM = 400


def share_answers(paths: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Return the answers that stand in several calls of `paths`, where they are referred to now."""
    times = Counter(json.dumps(answer) for _, _, answer in _problems(paths))
    names: dict[str, str] = {}
    taken: Counter[str] = Counter()
    for responses, status, answer in _problems(paths):
        written = json.dumps(answer)
        if times[written] == 1:
            continue
        if written not in names:
            plain = HTTPStatus(int(status)).phrase.title().replace(" ", "")
            taken[plain] += 1
            names[written] = plain if taken[plain] == 1 else f"{plain}{taken[plain]}"
        responses[status] = {"$ref": f"#/components/responses/{names[written]}"}
    return {name: json.loads(written) for written, name in names.items()}


def _problems(
    paths: dict[str, dict[str, Any]],
) -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    for methods in paths.values():
        for call in methods.values():
            for status, answer in list(call["responses"].items()):
                if int(status) >= _FIRST_PROBLEM:
                    yield call["responses"], status, answer
