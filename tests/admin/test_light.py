"""What the staff's side costs a web process that nobody has opened the data browser in."""

import subprocess
import sys

ASK = """
import sys
import admin.routes
print(sorted({"fastapi", "piccolo_admin", "PIL"} & set(sys.modules)))
"""


def test_loads_neither_piccolo_admin_nor_fastapi_before_somebody_opens_it():
    loaded = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)

    assert loaded.stdout.strip() == "[]"
