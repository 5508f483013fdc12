"""The modules of Tests/Promises that these checks share: a jobd in a folder of its own, and the kernel's processes."""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Promises"))

import processes  # noqa: E402,F401
from daemon import Daemon, Gone  # noqa: E402,F401
