"""The committed messages are what protoc makes of Protos/ today. To renew:

protoc -I Protos --python_out=Skills/python/src --pyi_out=Skills/python/src \
    pons/v1/model.proto pons/v1/wire.proto pons/v1/estop.proto
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

PACKAGE = Path(__file__).parent.parent
PROTOS = PACKAGE.parent.parent / "Protos"


def test_generated_modules_are_current(tmp_path):
    protoc = shutil.which("protoc")
    assert protoc, "protoc is missing: apt install protobuf-compiler"
    version = subprocess.run([protoc, "--version"], capture_output=True, text=True, check=True).stdout
    assert " 3.21." in version, f"protoc 3.21 made the committed modules; here is {version}"
    subprocess.run(
        [protoc, f"-I{PROTOS}", f"--python_out={tmp_path}", f"--pyi_out={tmp_path}",
         "pons/v1/model.proto", "pons/v1/wire.proto", "pons/v1/estop.proto"], check=True)
    made = sorted((tmp_path / "pons/v1").iterdir())
    assert len(made) == 6
    for file in made:
        committed = PACKAGE / "src/pons/v1" / file.name
        assert committed.read_text() == file.read_text(), f"{committed} is out of date; see {__file__}"
