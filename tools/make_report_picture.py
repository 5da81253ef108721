"""Makes ``docs/report.png``: the report of the bundled sea as Chromium shows it, without a network.

Run as ``python tools/make_report_picture.py`` with ``chromium`` on the PATH.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from stsdetect import run_pipeline

ROOT = Path(__file__).parents[1]
SEA = ROOT / "fixtures" / "demo_sea" / "sea.nmea.gz"
PICTURE = ROOT / "docs" / "report.png"
MAX_BYTES = 300_000


def main() -> None:
    """Run the bundled sea and take the picture."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("no Chromium on the PATH")
    with tempfile.TemporaryDirectory() as folder:
        run_pipeline(SEA, Path(folder) / "run", aoi="hangzhou")
        command = [
            chromium,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--hide-scrollbars",
            f"--user-data-dir={folder}/profile",
            "--window-size=1400,1500",
            "--timeout=8000",
            f"--screenshot={PICTURE}",
            (Path(folder) / "run" / "report.html").as_uri(),
        ]
        subprocess.run(command, check=True, capture_output=True, timeout=120)  # noqa: S603 - our own words
    if PICTURE.stat().st_size > MAX_BYTES:
        sys.exit(
            f"{PICTURE} has {PICTURE.stat().st_size} bytes, more than {MAX_BYTES}: take a smaller window"
        )


if __name__ == "__main__":
    main()
