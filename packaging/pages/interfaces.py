"""The Varlink interfaces as mdoc(7), as a jobd describes them that was started for this."""

import pathlib
import re
import sys
import tempfile

import mdoc

sys.path.append(str(pathlib.Path(__file__).resolve().parents[2] / "Tests/Promises"))
from daemon import Daemon  # noqa: E402: it stands where the tests are that start a jobd.

WIDTH = 76
DECLARATION = re.compile(r"(method|type|error) (\w+)")
KINDS = ("method", "type", "error")


def served(program):
    """The texts of jobd's own interfaces, in its order."""
    with tempfile.TemporaryDirectory() as folder:
        daemon = Daemon(str(program), folder, "")
        daemon.launch()
        try:
            daemon.wait_until_ready()
            names = daemon.call("org.varlink.service.GetInfo", {})["interfaces"]
            texts = [daemon.call("org.varlink.service.GetInterfaceDescription", {"interface": name})["description"]
                     for name in names if name.startswith("io.jobd.")]
        finally:
            daemon.stop()
    return texts


def declarations(text):
    """Of an interface: what its comment says and its name, then each comment with the lines of its declaration."""
    comment, lines, depth = [], [], 0
    for line in text.splitlines():
        if not lines and line.startswith("#"):
            comment.append(line[1:].strip())
        elif line.strip() or lines:
            lines.append(line)
            code = line.split("#")[0]
            depth += code.count("(") - code.count(")")
            if depth == 0:
                yield "\n".join(comment), lines
                comment, lines = [], []


def sections(texts):
    return "\n".join(section(text) for text in texts)


def section(text):
    (about, (name,)), *rest = declarations(text)
    made = [f".Sh INTERFACE {name.split()[1]}", mdoc.paragraphs(about).removeprefix(".Pp\n")]
    for kind in KINDS:
        for comment, lines in rest:
            if not lines[0].startswith(kind):
                continue
            made.append(f".Ss {kind.capitalize()} {DECLARATION.match(lines[0])[2]}")
            if comment:
                made.append(mdoc.lines_of(comment))
            made.append(described(lines) if any("#" in line for line in lines) else mdoc.literal(signature(lines)))
    return "\n".join(made)


def signature(lines):
    """A declaration on one line where that is not too long."""
    joined = re.sub(r"\( | \)", lambda match: match[0].strip(), " ".join(line.strip() for line in lines))
    if len(joined) <= WIDTH:
        return [joined]
    return list(wrapped(joined))


def wrapped(text):
    """Broken after commas and before the arrow, continued four columns further in."""
    line = ""
    for part in re.split(r"(?<=,) | (?=->)", text):
        if line and len(line) + 1 + len(part) > WIDTH:
            yield line
            line = "    " + part
        else:
            line = f"{line} {part}" if line else part
    yield line


def described(lines):
    """A declaration whose fields have comments, as a list of them."""
    made, comment = [mdoc.literal([lines[0].rstrip("( ") + " (...)"]), ".Bl -tag -width Ds -compact"], []
    for line in lines[1:-1]:
        line = line.strip()
        if line.startswith("#"):
            comment.append(line[1:])
            continue
        field, kind = line.rstrip(",").split(": ")
        made.append(f".It Va {field} : Vt {mdoc.exact(kind)}")
        if comment:
            made.append(mdoc.lines_of(" ".join(comment)))
        comment = []
    return "\n".join([*made, ".El"])
