"""What the largest pictures take of memory, each taken in by a process of its own."""

import io
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

# Reads a picture, and says how far its memory rose by it, in MiB.
MEASURE = """
import sys
from returns_engine.documents.picture import plain_picture, small_picture
from PIL import Image
def most():
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM"):
            return int(line.split()[1])
raw = open(sys.argv[1], "rb").read()
small_picture(plain_picture(open(sys.argv[2], "rb").read()).content)
before = most()
plain_picture(raw)
print((most() - before) // 1024)
"""
PICTURES = [
    ("JPEG", (8000, 5000), "RGB", {}, 110),
    ("JPEG", (8000, 5000), "RGB", {"progressive": True}, 220),
    ("JPEG", (8000, 5000), "CMYK", {}, 160),
    ("PNG", (8000, 5000), "RGB", {}, 280),
    ("PNG", (8000, 5000), "RGBA", {}, 300),
    ("PNG", (200_000, 200), "RGB", {}, 350),
    ("WEBP", (5000, 4000), "RGB", {}, 400),
]


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="reads what Linux counts")
@pytest.mark.parametrize("picture", PICTURES, ids=str)
def test_the_largest_picture_takes_no_more_than_is_written_down(
    tmp_path: Path, picture: tuple[str, tuple[int, int], str, dict[str, bool], int]
):
    """docs/operate.md promises 400 MiB for one upload; one is decoded at a time."""
    kind, size, mode, options, most = picture
    raw, small = tmp_path / "raw", tmp_path / "small"
    Image.new(mode, size).save(raw, kind, **options)
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG")
    small.write_bytes(out.getvalue())

    done = subprocess.run(
        [sys.executable, "-c", MEASURE, str(raw), str(small)],
        capture_output=True,
        text=True,
        check=True,
    )

    assert 10 < int(done.stdout) < most
