"""A program's verbs and options as mdoc(7), read from what the program says about itself."""

import json
import subprocess

import mdoc

# Each verb has them: they are said once for the program.
COMMON = {"--socket", "--version", "--help"}
# From so many options on that a verb shares with one before it, it is said so instead.
MANY = 10


def read(program):
    """The description of a program's command line."""
    text = subprocess.run([program, "--experimental-dump-help"], stdout=subprocess.PIPE, check=True).stdout
    return json.loads(text)["command"]


def leaves(command, name=""):
    """Each verb that does something, with its whole name."""
    for verb in command.get("subcommands", []):
        full = f"{name} {verb['commandName']}".strip()
        if verb.get("subcommands"):
            yield from leaves(verb, full)
        elif full.split()[-1] != "help":
            yield full, verb


def names(option):
    return [("--" if name["kind"] == "long" else "-") + name["name"] for name in option.get("names", [])]


def shown(command, positional):
    """Its arguments that help shows: the positional ones, or the options."""
    return [one for one in command.get("arguments", [])
            if one["shouldDisplay"] and (one["kind"] == "positional") == positional]


def own_options(command):
    """The list of a program's own options."""
    return listed(shown(command, positional=False))


def listed(options):
    items = []
    for option in options:
        value = f" Ar {mdoc.exact(option['valueName'])}" if option["kind"] == "option" else ""
        heads = sorted(names(option), key=len)
        items.append(".It " + " , ".join("Fl " + mdoc.exact(head[1:]) + value for head in heads))
        items.append(mdoc.lines_of(option.get("abstract") or ""))
        values = option.get("allValues")
        default = option.get("defaultValue")
        if default is not None:
            items.append(f"Default: {mdoc.exact(default)}.")
        elif values:
            items.append("One of: " + mdoc.exact(", ".join(values)) + ".")
    return "\n".join([".Bl -tag -width Ds", *items, ".El"])


def synopsis(program, name, verb):
    line = f".D1 Nm {program} Cm {name} Oo Ar option ... Oc"
    for argument in shown(verb, positional=True):
        word = f"Ar {mdoc.exact(argument['valueName'])}" + (" ..." if argument["isRepeating"] else "")
        line += f" Oo {word} Oc" if argument["isOptional"] else f" {word}"
    return line


def verbs(command):
    """A section for each verb, in the program's order."""
    made, before = [], {}
    for name, verb in leaves(command):
        options = [one for one in shown(verb, positional=False) if not COMMON & set(names(one))]
        made += [f".Ss {name}", mdoc.lines_of(verb["abstract"]), synopsis(command["commandName"], name, verb)]
        if verb.get("aliases"):
            made.append(".Pp\nAlso: " + mdoc.words(", ".join(verb["aliases"])) + ".")
        if verb.get("discussion"):
            made.append(mdoc.paragraphs(verb["discussion"]))
        positionals = [one for one in shown(verb, positional=True) if one.get("abstract")]
        if positionals:
            made.append(".Bl -tag -width Ds")
            for one in positionals:
                made += [f".It Ar {mdoc.exact(one['valueName'])}", mdoc.lines_of(one["abstract"])]
            made.append(".El")
        like = next((other for other in before if len(same(before[other], options)) >= MANY), None)
        if like:
            missing = [names(one)[-1] for one in before[like] if one not in options]
            made.append(f".Pp\nThe options are those of\n.Cm {like}"
                        + (" ,\nexcept " + mdoc.words(" and ".join(missing)) if missing else ""))
            own = [one for one in options if one not in before[like]]
            made[-1] += "; and:" if own else "."
        else:
            own = options
        before[name] = options
        if own:
            made.append(listed(own))
    return "\n".join(made)


def same(some, others):
    return [one for one in some if one in others]
