"""What /schema shows as an answer is what the call answers, where it is a call's own."""

from typing import Any

from tests.api.conftest import Api

OF_ITS_OWN = {"number", "decision_id"}


class TestTheFirstReturn:
    async def test_is_answered_as_its_example_shows(self, api: Api):
        described = (await api.client().get("http://shop.test/schema/openapi.json")).json()
        call = described["paths"]["/api/v1/returns"]["post"]
        await api.put_order()

        answer = await api.by("support").post("/returns", json=example_of(call["requestBody"]))

        shown = example_of(call["responses"]["201"])
        assert answer.status_code == 201
        assert shown["state"] == "approved"
        assert kept(answer.json()) == kept(shown)


def example_of(content: dict[str, Any]) -> dict[str, Any]:
    example: dict[str, Any] = content["content"]["application/json"]["example"]
    return example


def kept(thing: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in thing.items() if name not in OF_ITS_OWN}
