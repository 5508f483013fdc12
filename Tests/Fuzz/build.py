"""Builds the fuzzer: .build-fuzz/fuzz, one program with all targets.

SwiftPM cannot link a program whose entry point is libFuzzer's, so the compiler is called directly: one module after the
other, from the package's own sources. Of programs and of modules that stand on SwiftNIO only the decoders are taken;
what they import from other packages comes as `make build` has built it.
"""

import concurrent.futures
import os
import pathlib
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
OUT = ROOT / ".build-fuzz"
RELEASE = ROOT / ".build" / "release"

# Name, whether it has decoders (whose coverage leads the fuzzer), which files, and what must be there before.
MODULES = [
    ("Jobs", True, ["*"], []),
    ("Varlink", True, ["*"], ["Kernel"]),
    ("Kernel", False, ["*"], []),
    ("Threading", False, ["*"], []),
    ("Systemd", False, ["*"], []),
    ("JobProtocol", True, ["*"], ["Varlink", "Jobs"]),
    ("JobRunner", True, ["*"], ["Jobs", "Kernel", "Systemd", "Threading"]),
    ("JobStore", False, ["*"], ["Jobs", "Threading"]),
    ("JobStoreSQLite", True, ["*"], ["JobStore"]),
    ("JobService", False, ["*"], ["JobStore", "JobRunner"]),
    ("JobDaemon", True, ["Configuration", "ConfigurationFile", "ConfigurationValues", "MetricsAddress", "TOMLDocument"],
     ["JobService"]),
    ("jobctl", True, ["CommandText", "EnvironmentFile", "LocalTime", "PastTimeText", "PrintableText", "WhenText"],
     ["JobProtocol"]),
]
C_LIBRARIES = {"CLinux": "c", "CSQLiteChecksum": "c", "CTOML": "cpp"}

SANITIZE = "-sanitize=address"
C_FLAGS = ["-O1", "-g", "-fno-omit-frame-pointer", "-fsanitize=fuzzer-no-link,address"]
SWIFT_FLAGS = [
    # Warnings are those of the ordinary build, and shown there.
    "-O", "-g", "-wmo", "-parse-as-library", "-swift-version", "6", "-package-name", "jobd", "-enable-testing",
    "-suppress-warnings", "-enable-upcoming-feature", "ExistentialAny",
    "-enable-upcoming-feature", "InternalImportsByDefault", "-enable-upcoming-feature", "MemberImportVisibility",
    "-I", str(OUT), "-I", str(RELEASE / "Modules"), "-Xcc", "-fsanitize=address",
    *(word for name in ["CSQLite", "CSystemd"]
      for word in ["-Xcc", f"-fmodule-map-file={ROOT}/Sources/{name}/module.modulemap"]),
]


def build():
    """Returns the program."""
    OUT.mkdir(exist_ok=True)
    for library in C_LIBRARIES:
        header = ROOT / "Sources" / library / "include" / f"{library}.h"
        (OUT / f"{library}.modulemap").write_text(
            f'module {library} {{\n    umbrella header "{header}"\n    export *\n}}\n')
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as compilers:
        objects = [compilers.submit(c_object, source) for library, ending in C_LIBRARIES.items()
                   for source in sorted((ROOT / "Sources" / library).glob(f"*.{ending}"))]
        modules = {}
        for name, *rest in in_order(MODULES):
            modules[name] = compilers.submit(module, name, *rest, modules)
        objects = [future.result() for future in [*modules.values(), *objects]]
    sources = sorted((ROOT / "Tests/Fuzz").glob("[TE]*/*.swift"))
    objects.append(swift_object("Fuzz", sources, True, objects))
    return link(objects)


def in_order(modules):
    """Each after those that it needs, so that none waits for one that waits for a thread."""
    done = set()
    while len(done) < len(modules):
        for module in modules:
            if module[0] not in done and done.issuperset(module[3]):
                done.add(module[0])
                yield module


def module(name, has_decoders, files, needed, modules):
    before = [modules[other].result() for other in needed]
    sources = sorted(source for file in files for source in (ROOT / "Sources" / name).rglob(f"{file}.swift"))
    return swift_object(name, sources, has_decoders, before)


def swift_object(name, sources, has_decoders, before):
    target = OUT / f"{name}.o"
    flags = [*SWIFT_FLAGS, SANITIZE, *(["-sanitize=fuzzer"] if has_decoders else [])]
    for library in C_LIBRARIES:
        flags += ["-Xcc", f"-fmodule-map-file={OUT}/{library}.modulemap"]
    run_if_older(target, [*sources, *before], [
        "swiftc", *flags, "-module-name", name, "-emit-module", "-emit-module-path", OUT / f"{name}.swiftmodule",
        "-emit-object", "-o", target, *sources])
    return target


def c_object(source):
    target = OUT / f"{source.stem}.o"
    compiler = ["clang++", "-std=c++17"] if source.suffix == ".cpp" else ["clang"]
    run_if_older(target, [source], [
        *compiler, *C_FLAGS, "-I", source.parent / "include", "-c", source, "-o", target])
    return target


def link(objects):
    program = OUT / "fuzz"
    others = sorted((RELEASE / "Logging.build").glob("*.o"))
    run_if_older(program, objects, [
        "swiftc", "-sanitize=fuzzer,address", "-static-stdlib", "-o", program, *objects, *others, "-lsystemd", "-lsqlite3",
        "-lstdc++"])
    return program


def run_if_older(target, sources, command):
    changed = max(source.stat().st_mtime for source in [*sources, pathlib.Path(__file__)])
    if target.exists() and target.stat().st_mtime > changed:
        return
    done = subprocess.run([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    if done.returncode:
        target.unlink(missing_ok=True)
        raise SystemExit(f"{target.name}: {done.stdout}")


if __name__ == "__main__":
    print(build())
