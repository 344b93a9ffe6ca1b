"""The store of photos, as somebody at a shell meets it: looked at, and purged."""

import json
import os
import time
from pathlib import Path

import pytest

from returns_engine.settings import SETTINGS, SettingError, Settings
from tests.s3_server import SECRET, new_bucket, running_s3

KEY = "0f8fad5b-d9cb-469f-a165-70867728950e.jpg"
PRODUCTION = {"RETURNS_ENGINE_SECRET_KEY": "s" * 40}
FOUND = {"s3_key": "AKIAOURS", "s3_secret": SECRET}


def settings(**given: str) -> Settings:
    environ = {f"RETURNS_ENGINE_{name.upper()}": text for name, text in given.items()}
    return Settings.from_environment({"RETURNS_ENGINE_MODE": "test", **environ}, None)


class TestTheBucketInTheSettings:
    def test_lies_where_it_is_said_to(self):
        found = settings(s3_bucket="ekr-photos", s3_prefix="/shop/returns/", **FOUND)

        assert (found.s3_bucket, found.s3_prefix) == ("ekr-photos", "shop/returns")
        assert (found.s3_region, found.s3_endpoint) == ("us-east-1", None)
        assert "s3_bucket" in SETTINGS

    @pytest.mark.parametrize(
        ("given", "says"),
        [
            ({"s3_bucket": "ekr-photos", "s3_secret": SECRET}, "RETURNS_ENGINE_S3_KEY is not set"),
            ({"s3_bucket": "ekr-photos", "s3_key": "AKIA"}, "RETURNS_ENGINE_S3_SECRET is not set"),
            ({"s3_bucket": "ekr-photos", "photo_dir": "/srv/photos", **FOUND}, "in one place"),
            ({"s3_bucket": "EKR", **FOUND}, "3 to 63 small letters"),
            ({"s3_bucket": "ekr-photos", "s3_prefix": "../up", **FOUND}, "single slashes"),
            ({"s3_bucket": "ekr-photos", "s3_region": "Frankfurt", **FOUND}, "eu-central-1"),
            ({"s3_bucket": "ekr-photos", "s3_endpoint": "minio:9000", **FOUND}, "http://"),
        ],
    )
    def test_is_told_what_is_wrong_with_it(self, given: dict[str, str], says: str):
        with pytest.raises(SettingError) as refused:
            settings(**given)

        assert says in str(refused.value)
        assert SECRET not in str(refused.value)

    def test_gives_no_secret_away(self):
        found = settings(s3_bucket="ekr-photos", **FOUND)

        assert SECRET not in f"{found!r} {found.describe()}"


def looked_at(answer) -> dict[str, object]:
    (photos,) = [one for one in json.loads(answer.stdout)["checks"] if one["what"] == "photos"]
    return photos


class TestTheDoctor:
    def test_writes_and_reads_a_file_in_the_folder_and_leaves_none(self, engine, tmp_path: Path):
        answer = engine("doctor", "--json", **PRODUCTION)

        assert looked_at(answer)["ok"], answer.stdout
        assert [path for path in tmp_path.rglob("*.jpg") if path.is_file()] == []

    def test_tries_the_bucket_and_says_what_to_mend(self, engine):
        with running_s3() as address:
            place = new_bucket(address)
            bucket = {
                "RETURNS_ENGINE_S3_BUCKET": place.bucket,
                "RETURNS_ENGINE_S3_ENDPOINT": address,
                "RETURNS_ENGINE_S3_KEY": place.key,
                "RETURNS_ENGINE_S3_SECRET": SECRET,
                **PRODUCTION,
            }
            well = engine("doctor", "--json", **bucket)
            ill = engine("doctor", "--json", **{**bucket, "RETURNS_ENGINE_S3_BUCKET": "nowhere"})

        assert looked_at(well)["ok"], well.stdout
        assert "There is no bucket nowhere" in str(looked_at(ill)["mend"])
        for answer in (well, ill):
            assert SECRET not in answer.stdout + answer.stderr


class TestPurging:
    def test_says_what_would_go_and_then_lets_it_go(self, engine, tmp_path: Path):
        folder = tmp_path / ".data" / "photos" / "0f"
        folder.mkdir(parents=True)
        (folder / KEY).write_bytes(b"nobody's")
        a_month_ago = time.time() - 30 * 24 * 60 * 60
        os.utime(folder / KEY, (a_month_ago, a_month_ago))

        would = engine("photos", "purge", "--dry-run", "--json")
        assert json.loads(would.stdout) == {"dry_run": True, "photos": 0, "files": 1}, would.stderr
        assert (folder / KEY).exists()
        assert "1 files without a photo" in engine("photos", "purge").stdout
        assert not (folder / KEY).exists()
