import json
import os
import subprocess
import sys

PROBE = """
import json, resource, sys
from pathlib import Path
from returns_engine.asgi import application
application()
def peak():
    # A child's ru_maxrss begins with its parent's; Linux tells its own.
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    lines = status.read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) / 1024
heavy = ("reportlab", "procrastinate", "stripe", "PIL", "piccolo_admin.endpoints")
print(json.dumps({
    "megabytes": peak(),
    "loaded": [name for name in heavy if name in sys.modules],
}))
"""


class TestAWebProcess:
    def test_is_made_in_little_memory_and_loads_nothing_it_does_not_need(self, tmp_path):
        environ = os.environ | {
            "RETURNS_ENGINE_MODE": "test",
            "RETURNS_ENGINE_DATABASE_URL": "postgresql://nobody@127.0.0.1/nowhere",
            "RETURNS_ENGINE_DATA_DIR": str(tmp_path),
        }
        done = subprocess.run(
            [sys.executable, "-c", PROBE], env=environ, capture_output=True, text=True, check=True
        )

        used = json.loads(done.stdout)
        assert used["loaded"] == []
        assert used["megabytes"] <= 150
