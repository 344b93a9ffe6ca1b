"""What `serve` and `worker` do not start without, and how they say so, as `doctor` does."""

import json
from pathlib import Path

import pytest

from tests.running.processes import Machine

WORKERS = {
    "RETURNS_ENGINE_STRIPE_KEY": "sk_test_of_the_shop",
    "RETURNS_ENGINE_SMTP_HOST": "mail.shop.example",
}


@pytest.fixture
def in_the_way(shop: Machine) -> Path:
    """A file where somebody names a folder."""
    file = shop.folder / "a-file"
    file.touch()
    return file


class TestAWorkerThatLacksSettings:
    def test_names_all_that_it_needs_at_once(self, shop: Machine):
        answer = shop.run("worker")

        assert answer.returncode == 2
        named = [line.partition(" is not set")[0] for line in answer.stderr.splitlines()]
        assert named == ["RETURNS_ENGINE_STRIPE_KEY", "RETURNS_ENGINE_SMTP_HOST"]


class TestAFolderThatTakesNoFile:
    @pytest.mark.parametrize("command", ["serve", "worker"])
    def test_of_photos_is_named_at_the_start_with_what_to_do(
        self, shop: Machine, in_the_way: Path, command: str
    ):
        photos = in_the_way / "photos"
        answer = shop.run(command, RETURNS_ENGINE_PHOTO_DIR=str(photos), **WORKERS)

        assert answer.returncode == 2
        assert answer.stderr == (
            f"The folder of photos {photos} cannot be used ({in_the_way} is no folder): let whom"
            " serve and worker run as write to it, or set RETURNS_ENGINE_PHOTO_DIR.\n"
        )

    @pytest.mark.parametrize("command", ["serve", "worker"])
    def test_that_is_there_and_takes_none_is_named_too(self, shop: Machine, command: str):
        answer = shop.run(command, RETURNS_ENGINE_PHOTO_DIR="/proc", **WORKERS)

        assert answer.returncode == 2
        assert answer.stderr.startswith("The folder of photos /proc cannot be used (")

    @pytest.mark.parametrize("command", ["serve", "worker"])
    def test_of_all_data_is_named_where_photos_lie_in_it(
        self, shop: Machine, in_the_way: Path, command: str
    ):
        answer = shop.run(command, RETURNS_ENGINE_DATA_DIR=str(in_the_way), **WORKERS)

        assert answer.returncode == 2
        assert str(in_the_way / "photos") in answer.stderr
        assert "set RETURNS_ENGINE_PHOTO_DIR or RETURNS_ENGINE_DATA_DIR." in answer.stderr

    def test_of_anchors_is_named_by_the_worker_who_writes_them(
        self, shop: Machine, in_the_way: Path
    ):
        anchors = in_the_way / "anchors"
        answer = shop.run("worker", RETURNS_ENGINE_ANCHOR_DIR=str(anchors), **WORKERS)

        assert answer.returncode == 2
        assert answer.stderr.startswith(f"The folder of anchors {anchors} cannot be used (")

    def test_of_the_anchors_key_is_named_where_no_key_is_kept(
        self, shop: Machine, in_the_way: Path
    ):
        elsewhere = {
            "RETURNS_ENGINE_DATA_DIR": str(in_the_way),
            "RETURNS_ENGINE_PHOTO_DIR": str(shop.folder / "photos"),
            "RETURNS_ENGINE_ANCHOR_DIR": str(shop.folder / "anchors"),
        }
        answer = shop.run("worker", **elsewhere, **WORKERS)

        assert answer.returncode == 2
        assert answer.stderr.startswith(f"The folder of the anchors' key {in_the_way} cannot be")
        with shop.serving(1, **elsewhere) as web:
            assert web.status("/health/ready") == 200

    def test_is_none_of_anybodys_business_where_photos_lie_in_a_bucket(
        self, shop: Machine, in_the_way: Path
    ):
        bucket = {
            "RETURNS_ENGINE_S3_BUCKET": "photos",
            "RETURNS_ENGINE_S3_KEY": "key",
            "RETURNS_ENGINE_S3_SECRET": "secret",
        }
        with shop.serving(1, RETURNS_ENGINE_DATA_DIR=str(in_the_way), **bucket) as web:
            assert web.status("/health/ready") == 200

    def test_is_named_by_the_doctor_in_the_same_words(self, shop: Machine, in_the_way: Path):
        answer = shop.run("doctor", "--json", RETURNS_ENGINE_DATA_DIR=str(in_the_way))

        mend = {one["what"]: one["mend"] for one in json.loads(answer.stdout)["checks"]}
        assert mend["photos"].startswith(f"The folder of photos {in_the_way / 'photos'} cannot be")
        assert mend["anchors"].startswith(f"The folder of anchors {in_the_way / 'anchors'} cannot")
