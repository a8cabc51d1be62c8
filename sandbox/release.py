"""The release before this one, taken from git's history: what users have, and update from."""

import os
import shutil
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

from sandbox.settings import ROOT, Settings

# To be set anew with each release.
PREVIOUS_COMMIT = "a8ffafa3bf74a97d58943e6e9eaf8981081cebb3"
PREVIOUS_VERSION = "19.0.1.6.0"


def previous(settings: Settings) -> Path | None:
    """The folder with the checkout of the previous release; None where there is no history to take it from."""
    folder = settings.home / "matrix" / "previous"
    shutil.rmtree(folder, ignore_errors=True)
    # A checkout may belong to somebody else, and lie inside of one that is not ours.
    git = ["git", "-c", "safe.directory=*", "-C", ROOT, "archive", "--format=zip", PREVIOUS_COMMIT]
    env = {**os.environ, "GIT_CEILING_DIRECTORIES": str(ROOT.parent)}
    try:
        answer = subprocess.run(git, capture_output=True, check=False, env=env)
    except OSError:  # no git here
        return None
    if answer.returncode:
        return None
    with zipfile.ZipFile(BytesIO(answer.stdout)) as archive:
        archive.extractall(folder)
    return folder
