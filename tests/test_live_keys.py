"""Every way in that is not production turns a live key away, before anything is started."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
LIVE = ["sk_live_hidden", "rk_live_hidden"]
SUITE = ["-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
DEMO = ["-m", "returns_engine.cli.main", "demo", "--once"]


def run(words: list[str], *, at: Path, **more: str) -> subprocess.CompletedProcess[str]:
    ours = ("RETURNS_ENGINE_", "STRIPE_")
    environ = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, *words],
        env={**environ, **more},
        cwd=at,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


@pytest.mark.parametrize("key", LIVE)
class TestALiveKey:
    def test_stops_the_demo(self, key, tmp_path):
        done = run(DEMO, at=tmp_path, RETURNS_ENGINE_STRIPE_KEY=key)

        assert done.returncode == 2
        assert "RETURNS_ENGINE_STRIPE_KEY is a live key" in done.stderr
        assert key not in done.stdout + done.stderr
        assert list(tmp_path.iterdir()) == []

    def test_in_the_settings_file_stops_the_demo_too(self, key, tmp_path):
        (tmp_path / ".env").write_text(f"RETURNS_ENGINE_STRIPE_KEY={key}\n")

        assert run(DEMO, at=tmp_path).returncode == 2

    @pytest.mark.parametrize("name", ["RETURNS_ENGINE_STRIPE_KEY", "STRIPE_TEST_KEY"])
    def test_stops_every_test(self, key, name):
        done = run([*SUITE, "tests/contracts/test_job_queue.py"], at=HERE.parent, **{name: key})

        assert done.returncode == pytest.ExitCode.USAGE_ERROR
        assert name in done.stderr
        assert key not in done.stdout + done.stderr


def test_the_payment_contract_leaves_stripe_out_without_a_key_and_says_so():
    suite = ["-m", "pytest", "-rs", "-p", "no:cacheprovider", "-k", "Itself or unknown"]
    done = run([*suite, "tests/contracts/test_payment_gateway.py"], at=HERE.parent)

    assert done.returncode == 0, done.stdout
    assert "STRIPE_TEST_KEY is not set, so nothing was tried at Stripe itself" in done.stdout
