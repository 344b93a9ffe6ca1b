import json
import os
import subprocess
import sys

PROBE = """
import json, resource, sys
from returns_engine.asgi import application
application()
used = resource.getrusage(resource.RUSAGE_SELF)
heavy = ("reportlab", "procrastinate", "stripe", "PIL", "piccolo_admin.endpoints")
print(json.dumps({
    "cpu": used.ru_utime + used.ru_stime,
    "megabytes": used.ru_maxrss / 1024,
    "loaded": [name for name in heavy if name in sys.modules],
}))
"""


class TestAWebProcess:
    def test_is_made_in_little_time_and_memory_and_loads_nothing_it_does_not_need(self, tmp_path):
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
        assert used["cpu"] <= 3
        assert used["megabytes"] <= 150
