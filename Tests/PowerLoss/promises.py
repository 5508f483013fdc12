"""The modules of Tests/Promises that these checks share: a jobd in a folder of its own, the kernel's processes, and
mounts of one's own."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Promises"))

import people  # noqa: E402,F401
import processes  # noqa: E402,F401
from daemon import Daemon, Gone  # noqa: E402,F401
