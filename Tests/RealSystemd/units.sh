# Attempts as transient units, each run by unit-probe. Sourced by checks.sh, which has copied unit-probe into the
# machine; unit_checks runs them all.

probe() { guest unit-probe "$@"; }

# outcome OPTION… -- COMMAND…: how it ended.
outcome() { probe run "$@" | sed -n 's/^outcome: //p'; }

# printed OPTION… -- COMMAND…: what it printed, each line after its stream.
printed() { probe run "$@" | grep -E '^(stdout|stderr): '; }

unit_outcomes() {
    expect "whether systemd answers" "$(probe available)" yes
    expect "a success" "$(outcome -- true)" "exited(code: 0)"
    expect "a failure" "$(outcome -- sh -c 'exit 3')" "exited(code: 3)"
    # A code that systemd uses itself, from a program that is over before systemd has seen it begin.
    expect "a failure with systemd's code" "$(outcome -- sh -c 'exit 203')" "exited(code: 203)"
    expect "a crash" "$(outcome -- sh -c 'kill -SEGV $$')" "signalled(11)"
    expect "no program" "$(outcome -- /nowhere)" "couldNotStart(step: Jobs.StartStep.execute, errno: 2)"
    expect "no program in PATH" "$(outcome -- nowhere)" "couldNotStart(step: Jobs.StartStep.execute, errno: 2)"
    expect "no rights to it" "$(outcome -- /etc/passwd)" "couldNotStart(step: Jobs.StartStep.execute, errno: 13)"
    expect "no directory" "$(outcome directory=/nowhere -- true)" \
        "couldNotStart(step: Jobs.StartStep.directory, errno: 2)"
    no_unit_is_left
}

unit_streams() {
    expect "both outputs" "$(printed -- sh -c 'echo one; echo two >&2' | sort)" $'stderr: two\nstdout: one'
    expect "bytes as input" "$(printed stdin='some bytes' -- cat)" "stdout: some bytes"
    expect "a file as input" "$(printed file=/etc/machine-id -- cat)" "stdout: $(guest cat /etc/machine-id)"
    expect "no input" "$(outcome -- cat)" "exited(code: 0)"
    expect "much output" "$(probe run -- seq 20000 | tail -1)" "stdout: 20000"
    expect "arguments as they are" "$(printed -- printf '%s\n' '$HOME' '%n' 'a  b')" \
        $'stdout: $HOME\nstdout: %n\nstdout: a  b'
}

unit_surroundings() {
    local ada groups
    ada=$(guest id -u ada)
    groups=$(guest id -G ada | tr ' ' '\n' | sort)
    expect "whose it is" "$(printed user="$ada" -- id -un)" "stdout: ada"
    expect "her groups" "$(printed user="$ada" -- id -G | sed 's/^stdout: //' | tr ' ' '\n' | sort)" "$groups"
    expect "her home" "$(printed user="$ada" -- pwd)" "stdout: /home/ada"
    expect "open files" "$(printed nofile=77 -- sh -c 'ulimit -n')" "stdout: 77"
    # There are no controllers here: memory is held to by the process, and tasks of root not at all.
    expect "memory of a process" "$(printed memory=100000000 -- sh -c 'ulimit -v')" "stdout: 97656"
    expect "tasks" "$(outcome tasks=5 -- true)" "couldNotStart(step: Jobs.StartStep.cgroupLimits, errno: 95)"
    expect "her wish to come before others" "$(outcome user="$ada" nice=-5 -- true)" \
        "couldNotStart(step: Jobs.StartStep.priority, errno: 13)"
    expect "her secret" "$(printed user="$ada" secret=hush -- sh -c 'cat "$CREDENTIALS_DIRECTORY/word"')" "stdout: hush"
    expect "secrets that are left" "$(guest sh -c 'cat /tmp/unit-probe.*.secrets/*/* 2>/dev/null' || true)" ""
    expect "what of the environment is systemd's" "$(printed -- env | grep -E 'MANAGER|EXEC_PID|NOTIFY|JOURNAL' || true)" ""
    # But for libc's own two (32 and 33), which systemd leaves as whoever started the container had them.
    expect "signals" \
        "$(printed -- grep -E '^Sig(Blk|Ign):' /proc/self/status | sed -E 's/0000000(18|08|10)0000000/0000000000000000/')" \
        $'stdout: SigBlk:\t0000000000000000\nstdout: SigIgn:\t0000000000000000'
}

unit_end() {
    local delay stubborn='trap "" TERM; (trap "" TERM; exec setsid sleep 98766) & sleep 98766'
    expect "what ignores TERM" "$(outcome timeout=300ms kill-after=300ms -- sh -c "$stubborn")" timedOut
    expect_status 1 guest pgrep --full 'sleep 98766'
    # While systemd starts it, and while it says so: the signal must not get lost, nor the news of the end.
    for delay in {0..9} {0..9}; do
        expect "a cancel at once" "$(outcome "cancel-after=${delay}ms" kill-after=100s -- sleep 98766)" cancelled
    done
    expect "a cancel" "$(outcome cancel-after=300ms -- sleep 98766)" cancelled
    expect "what leaves something behind" "$(outcome -- sh -c 'setsid sleep 98766 & exit 4')" "exited(code: 4)"
    expect_status 1 guest pgrep --full 'sleep 98766'
    expect "a signal" "$(outcome signal-after=300ms -- sleep 98766)" "signalled(10)"
    expect "a pause" "$(outcome freeze-after=200ms thaw-after=900ms -- sleep 0.5)" "exited(code: 0)"
    no_unit_is_left
}

unit_properties() {
    local ada
    ada=$(guest id -u ada)
    expect "ProtectHome=yes" "$(outcome user="$ada" property=ProtectHome=yes -- ls /home/ada)" "exited(code: 2)"
    expect_match "DynamicUser=yes" "$(printed property=DynamicUser=yes -- id -u)" "^stdout: 6[0-9]{4}$"
    expect "PrivateNetwork=yes" "$(printed property=PrivateNetwork=yes -- sh -c 'grep -c : /proc/net/dev')" "stdout: 1"
    expect "CapabilityBoundingSet=" \
        "$(printed property=CapabilityBoundingSet=CAP_KILL -- grep ^CapBnd /proc/self/status)" \
        $'stdout: CapBnd:\t0000000000000020'
    expect "RuntimeMaxSec=" "$(outcome property=RuntimeMaxSec=300ms -- sleep 98766)" timedOut
    expect_match "a property that is none" "$(probe run property=ProtectHme=yes -- true)" \
        "couldNotStart.*unit, errno: 22.*ProtectHme: no property"
    expect_match "a value that is none" "$(probe run property=ProtectHome=perhaps -- true)" "errno: 22.*none of"
    expect_match "what systemd refuses" "$(probe run property=ReadOnlyPaths=relative -- true)" "does not run this: "
    expect_match "a user's wish for more" "$(probe run user="$ada" property=AmbientCapabilities=CAP_KILL -- true)" \
        "only root's jobs"
    every_property_is_taken
    no_unit_is_left
}

# A value for each kind of property; systemd refuses the whole unit for one of a wrong type or name.
every_property_is_taken() {
    local property
    for property in ProtectSystem=strict ProtectProc=invisible ProcSubset=pid DevicePolicy=closed \
        'ReadOnlyPaths=/etc -/nowhere' UnsetEnvironment=HOME SystemCallArchitectures=native \
        'RestrictAddressFamilies=AF_UNIX AF_INET' 'SystemCallFilter=~@mount' SystemCallErrorNumber=EPERM \
        'RestrictNetworkInterfaces=~eth0' IPAddressDeny=any 'IPAddressAllow=10.0.0.0/8 ::1' RestrictNamespaces=yes \
        'RestrictNamespaces=~user net' 'CPUAffinity=0' 'DeviceAllow=/dev/null rw' TimerSlackNSec=50us \
        PrivateTmp=yes PrivateUsers=yes MemoryMax=1G MemoryHigh=50% TasksMax=10% MemorySwapMax=infinity CPUWeight=idle \
        IOWeight=200 CPUQuota=150% 'CPUQuotaPeriodSec=10ms' 'BindReadOnlyPaths=/usr:/mnt -/nowhere' \
        TemporaryFileSystem=/srv:ro StateDirectory=unit-probe StateDirectoryMode=0700 LoadCredential=id:/etc/machine-id \
        SetCredential=word:secret EnvironmentFile=-/nowhere LimitNOFILE=100:200 LimitCPU=1min LimitFSIZE=1G \
        OOMScoreAdjust=100 CPUSchedulingPolicy=batch IOSchedulingClass=idle Nice=3 UMask=0077 KeyringMode=private \
        'After=systemd-journald.service' OOMPolicy=continue TimeoutStopSec=3s Delegate=yes 'Environment=A=b "C=d e"' \
        'IOReadBandwidthMax=/dev/null 1M' AllowedCPUs=0 NUMAPolicy=default Slice=system.slice; do
        expect "$property" "$(outcome "property=$property" -- true)" "exited(code: 0)"
    done
}

# The probe is killed as a daemon would be; the next one ends what it left.
unit_sweep() {
    guest sh -c 'unit-probe run -- sh -c "trap \"\" TERM; sleep 98766" & probe=$!
        until pgrep --full --exact "sleep 98766"; do sleep 0.05; done; kill -KILL $probe'
    guest pgrep --full --exact 'sleep 98766'
    expect "the sweep" "$(probe sweep)" empty
    expect_status 1 guest pgrep --full --exact 'sleep 98766'
    no_unit_is_left
}

# injected OPTION… -- COMMAND…: what a job of ada's with these brings into its unit that is not its own, seen after
# systemd has read the unit's file again. Nothing where jobd refuses the job, or its start.
injected() {
    local id
    # Not by the jobd of her own that ran before.
    id=$(guest_as ada env JOBD_SOCKET=/run/jobd/jobd.sock jobctl add --id-only --isolation unit "$@" 2>/dev/null) ||
        return 0
    eventually 10 has_begun "$id"
    guest systemctl daemon-reload
    guest sh -c "sed 's/\\r/\\n/g' /run/systemd/transient/jobd-*.service 2>/dev/null | grep '^ExecStop'" || true
    guest systemctl show --property=ExecStopPost 'jobd-*-*-*.service' | grep = || true
    guest jobctl kill "$id" >/dev/null 2>&1 || true
    eventually 15 is_over "$id"
    guest sh -c 'ls /tmp/injected 2>/dev/null' || true
}
has_begun() { [[ $(told "$1" state) =~ running|succeeded|failed|cancelled ]]; }
is_over() { [[ $(told "$1" state) =~ succeeded|failed|cancelled ]]; }

# systemd writes most texts of a unit into its file as they are, and obeys each line of it.
unit_reload() {
    local end evil folder
    for end in $'\n' $'\r'; do
        evil="${end}ExecStopPost=+/usr/bin/touch /tmp/injected$end"
        folder="/home/ada/a${end}ExecStopPost=+/usr/bin/touch /tmp/injected"
        guest_as ada mkdir -p "$folder"
        expect "by a name" "$(injected --name "a${end}[Service]$evil" -- sleep 98766)" ""
        expect "by a directory" "$(injected --directory "$folder" -- sleep 98766)" ""
        expect "by a filter" "$(injected --property "RestrictFileSystems=ext4$evil" -- sleep 98766)" ""
        expect "by a path" "$(injected --property "InaccessiblePaths=-/tmp/zz$evil" -- sleep 98766)" ""
        expect "by an argument" "$(injected -- sh -c 'sleep 98766' "$evil")" ""
        expect "by a variable" "$(injected --env "A=$evil" -- sleep 98766)" ""
        expect_match "what the daemon says of such a directory" "$(outcome directory="$folder" -- true)" "errno: 22"
    done
    expect_match "a directory that goes on in the next line" "$(outcome 'directory=/srv\' -- true)" "errno: 22"
    guest mkdir '/srv/a%n'
    expect "a directory with what could be a specifier" \
        "$(printed directory='/srv/a%n' -- sh -c 'systemctl daemon-reload; pwd')" 'stdout: /srv/a%n'
    expect "a job that outlives a reload" \
        "$(outcome -- sh -c 'systemctl daemon-reload; setsid sleep 98766 & sleep 0.3; exit 4')" "exited(code: 4)"
    expect "a cancel after a reload" \
        "$(outcome cancel-after=1s -- sh -c 'systemctl daemon-reload; sleep 98766')" cancelled
    expect_status 1 guest pgrep --full 'sleep 98766'
    no_unit_is_left
}

# The manager drops a unit a moment after the connection that kept it.
no_unit_is_left() { eventually 5 no_unit_is_listed; }
no_unit_is_listed() { [ -z "$(guest systemctl list-units --all --plain --no-legend 'jobd-*-*-*.service')" ]; }

unit_checks() {
    check "an attempt in a unit ends as its program does" unit_outcomes
    check "a unit's input and outputs are those of the job" unit_streams
    check "a unit runs with the rights and limits of the submitter, and no more" unit_surroundings
    check "a unit that is stopped leaves nothing behind" unit_end
    check "a unit has the properties that the job asks for, or does not run" unit_properties
    check "nothing that a user chooses becomes a setting of systemd's when it reads the unit again" unit_reload
    check "units of a killed daemon are ended by the next" unit_sweep
}
