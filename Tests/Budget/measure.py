#!/usr/bin/env python3
"""What the package, its programs and an idle jobd take, against packaging/budget.toml.

measure.py PACKAGE: one line each; fails where something takes more than its budget.
"""

import pathlib
import re
import subprocess
import sys
import tempfile
import tomllib

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path.append(str(TOP / "Tests/Promises"))
from daemon import Daemon  # noqa: E402


def memory(process):
    """Of a process: what is of no file, and all that is in memory, in bytes."""
    text = pathlib.Path(f"/proc/{process}/smaps_rollup").read_text()
    amount = {name: int(value) * 1024 for name, value in re.findall(r"^(\w+): +(\d+) kB", text, re.MULTILINE)}
    return amount["Anonymous"], amount["Rss"]


def idle(program):
    """The memory of a jobd that has run one job, and waits."""
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(str(program), folder, "")
        daemon.launch()
        try:
            daemon.wait_until_ready()
            jobs = daemon.call("io.jobd.Jobs.Submit", {"jobs": [{"command": ["true"]}]})["jobs"]
            daemon.wait_for([job["id"] for job in jobs])
            return memory(daemon.process)
        finally:
            daemon.stop()


def main(package):
    budget = tomllib.loads((TOP / "packaging/budget.toml").read_text())
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg-deb", "--extract", package, folder], check=True)
        programs = pathlib.Path(folder, "usr/bin")
        taken = {name: (programs / name).stat().st_size for name in ("jobd", "jobctl")}
        taken["package"] = pathlib.Path(package).stat().st_size
        taken["idle_own"], taken["idle_resident"] = idle(programs / "jobd")
    for name, amount in taken.items():
        verdict = "ok" if amount <= budget[name] else "TOO MUCH"
        print(f"{name:14} {amount / 1e6:6.1f} MB of {budget[name] / 1e6:6.1f} MB: {verdict}")
    sys.exit(any(amount > budget[name] for name, amount in taken.items()))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__.splitlines()[2])
    main(sys.argv[1])
