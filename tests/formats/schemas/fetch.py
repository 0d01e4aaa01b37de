"""Get the JSON Schema of SARIF from the package that ships it, by npm."""

import subprocess
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "@microsoft/jest-sarif@1.0.0-beta.0"
MEMBER = "package/lib/schemas/sarif-2.1.0-rtm.5.json"


def main() -> None:
    with tempfile.TemporaryDirectory() as directory:
        subprocess.run(["npm", "pack", PACKAGE, "--pack-destination", directory], check=True)
        (archive,) = Path(directory).glob("*.tgz")
        with tarfile.open(archive) as packed:
            member = packed.extractfile(MEMBER)
            assert member is not None
            Path(__file__).with_name(Path(MEMBER).name).write_bytes(member.read())


if __name__ == "__main__":
    main()
