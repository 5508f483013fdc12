"""Who may do what: the table of methods and users that the daemon is held to."""

OWNER, OTHERS, ADMINISTRATORS = ("ada",), ("bob", "mel"), ("adm", "root")

NO_JOB = "io.jobd.Jobs.NoSuchJob"
NO_DEPENDENCY = "io.jobd.Jobs.NoSuchDependency"
NO_BACKUP = "io.jobd.Daemon.BackupFailed"
NO_PARAMETER = "org.varlink.service.InvalidParameter"
DENIED = "org.varlink.service.PermissionDenied"


def who(owner, others, administrators):
    return {
        **dict.fromkeys(OWNER, owner), **dict.fromkeys(OTHERS, others), **dict.fromkeys(ADMINISTRATORS, administrators),
    }


def own(done, refused):
    """For the owner and those who may see all, and for nobody else."""
    return who(done, refused, done)


def ids(**more):
    return lambda id: {"ids": [id], **more}


def one(**more):
    return lambda id: {"id": id, **more}


def always(**parameters):
    return lambda id: parameters


def submit_for(user):
    return lambda id: {"jobs": [{"command": ["true"], "directory": "/", "hold": True}], "user": user}


def waiting(condition):
    return lambda id: {"jobs": [{"command": ["true"], "directory": "/", "hold": True, condition: [id]}]}


# The method, the state of ada's job (None: it is about no job), the parameters, whether it is called with "more", and
# what each user gets.
TABLE = [
    ("io.jobd.Jobs.Submit", None, always(jobs=[{"command": ["true"], "directory": "/"}]), False, who("ok", "ok", "ok")),
    ("io.jobd.Jobs.Submit", None, submit_for("ada"), False, own("ok", DENIED)),
    ("io.jobd.Jobs.Submit", None, submit_for("root"), False, {**who(DENIED, DENIED, DENIED), "root": "ok"}),
    ("io.jobd.Jobs.Submit", "held", waiting("after"), False, own("ok", NO_DEPENDENCY)),
    ("io.jobd.Jobs.Submit", "held", waiting("afterAny"), False, own("ok", NO_DEPENDENCY)),
    ("io.jobd.Jobs.Submit", "held", waiting("afterFail"), False, own("ok", NO_DEPENDENCY)),
    ("io.jobd.Jobs.Get", "running", ids(), False, own("ok", NO_JOB)),
    ("io.jobd.Jobs.List", "held", always(), False, own("seen", "not seen")),
    ("io.jobd.Jobs.List", "succeeded", always(user="ada"), False, own("seen", "not seen")),
    ("io.jobd.Jobs.Wait", "succeeded", ids(), False, own("ok", NO_JOB)),
    ("io.jobd.Jobs.Wait", "succeeded", ids(), True, own("ok", NO_JOB)),
    ("io.jobd.Jobs.Cancel", "held", ids(), False, own("cancelled", "unknown")),
    ("io.jobd.Jobs.Cancel", "running", ids(), False, own("stopping", "unknown")),
    ("io.jobd.Jobs.Logs", "running", one(), False, own("ok", NO_JOB)),
    ("io.jobd.Jobs.Logs", "succeeded", one(follow=True), True, own("ok", NO_JOB)),
    ("io.jobd.Jobs.Logs", "succeeded", one(follow=True, later=True), True, own("ok", NO_JOB)),
    ("io.jobd.Jobs.Hold", "scheduled", ids(), False, own("done", "unknown")),
    ("io.jobd.Jobs.Release", "held", ids(), False, own("done", "unknown")),
    ("io.jobd.Jobs.Retry", "succeeded", ids(), False, own("done", "unknown")),
    ("io.jobd.Jobs.Edit", "held", ids(priority=5), False, own("done", "unknown")),
    ("io.jobd.Jobs.Edit", "held", ids(now=True, queue="other", command=["false"]), False, own("done", "unknown")),
    ("io.jobd.Jobs.Signal", "running", ids(signal="CONT"), False, own("done", "unknown")),
    ("io.jobd.Jobs.Pause", "running", ids(), False, own("done", "unknown")),
    ("io.jobd.Jobs.Resume", "running", ids(), False, own("done", "unknown")),
    ("io.jobd.Jobs.Why", "held", one(), False, own("ok", NO_JOB)),
    ("io.jobd.Queues.List", None, always(), False, who("ok", "ok", "ok")),
    ("io.jobd.Queues.Set", None, always(queue="other", settings={"workers": "2"}), False, who(DENIED, DENIED, "ok")),
    ("io.jobd.Queues.Pause", None, always(queue="other"), False, who(DENIED, DENIED, "ok")),
    ("io.jobd.Queues.Resume", None, always(queue="other"), False, who(DENIED, DENIED, "ok")),
    ("io.jobd.Queues.Pause", None, always(queue="no-such"), False, who(DENIED, DENIED, "io.jobd.Jobs.NoSuchQueue")),
    ("io.jobd.Daemon.Status", None, always(), False, who("ok", "ok", "ok")),
    ("io.jobd.Daemon.Examine", None, always(), False, who("ok", "ok", "ok")),
    ("io.jobd.Daemon.Metrics", None, always(), False, who("ok", "ok", "ok")),
    ("io.jobd.Daemon.Reload", None, always(), False, who(DENIED, DENIED, "ok")),
    # Who may ask is told that this is no place for a backup.
    ("io.jobd.Daemon.Backup", None, always(path="here"), False, {**who(DENIED, DENIED, DENIED), "root": NO_BACKUP}),
    # And that there is no such parameter: it would end all connections.
    ("io.jobd.Daemon.Reexec", None, always(now=True), False, {**who(DENIED, DENIED, DENIED), "root": NO_PARAMETER}),
]


def word(method, replies, id):
    """An answer in one word, as the table has it."""
    if not replies:
        return "no answer"
    if "error" in replies[-1]:
        return replies[-1]["error"]
    jobs = replies[-1]["parameters"].get("jobs", [])
    if method.endswith("Jobs.List"):
        return "seen" if id in [job["id"] for job in jobs] else "not seen"
    return jobs[0].get("result", "ok") if jobs else "ok"
