#!/bin/bash
# package_checks.sh WORK ROOT PACKAGES: what people do with the package old.deb in PACKAGES, and its successor new.deb.
# Started by run.sh in its own namespace.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
source "$here/report.sh"
source "$here/machine.sh"

units=/usr/lib/systemd/system
all_units=(jobd.socket jobd.service jobd-unprivileged.socket jobd-unprivileged.service)

# --- Words for the checks below

apt() { guest env DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 --yes "$@"; }

# state UNIT…: whether each is active.
state() { guest systemctl is-active "$@" | tr '\n' ' ' || true; }

# told ID FIELD: what jobctl says about a job.
told() { guest jobctl show "$1" --json | python3 -c 'import json, sys; print(json.load(sys.stdin)[sys.argv[1]])' "$2"; }
is_told() { [ "$(told "$1" "$2")" = "$3" ]; }

version() { guest dpkg-query --show --showformat '${Version}' jobd; }
main_pid() { guest systemctl show --value --property MainPID "${1:-jobd.service}"; }

# exposure UNIT TENTHS: fails where systemd thinks the unit to be more exposed than that.
exposure() { guest systemd-analyze security --offline=yes --no-pager --threshold="$2" "$units/$1"; }

# verified UNIT…: what verify says of them.
verified() { guest systemd-analyze verify "${@/#/$units/}" 2>&1; }

# --- The checks, in the order in which they run

apt_installs() {
    expect_status 127 guest sh -c 'swift --version'
    apt install /root/old.deb
    expect "the version" "$(version)" 0.0.1
    expect "the units" "$(state "${all_units[@]}")" "active active inactive inactive "
    expect "what starts at boot" "$(guest systemctl is-enabled "${all_units[@]}" | tr '\n' ' ')" \
        "enabled enabled disabled disabled "
    expect_match "the users" "$(guest getent passwd jobd)" ":/var/lib/jobd-unprivileged:/usr/sbin/nologin$"
    guest getent group jobd-admin
    expect "what is missing of the package, or changed" "$(guest dpkg --verify jobd)" ""
}

jobs_run_at_once() {
    local id
    id=$(guest jobctl add --id-only -- echo hi)
    guest jobctl wait "$id"
    expect "what it printed" "$(guest jobctl logs "$id")" hi
    expect "who a job of ada's is" "$(guest_as ada jobctl run -- id -un)" ada
    guest jobctl add echo hi
    guest jobctl
    guest jobctl doctor
}

status_reads_well() {
    local said
    said=$(guest systemctl status --no-pager jobd.service)
    expect_match "what status says" "$said" "jobd.service - Background job daemon"
    expect_match "what status says" "$said" "Docs: man:jobd\(8\)"
    expect_match "what status says" "$said" 'Status: "'
    expect_match "what status says of the socket" "$(guest systemctl status --no-pager jobd.socket)" \
        "Listen: /run/jobd/jobd.sock"
    expect "what the daemon has to complain of" "$(guest journalctl --quiet --unit jobd --priority warning --output cat)" ""
}

# dpkg's trigger of systemd's takes up the catalog.
journal_explains() {
    local id
    id=$(guest jobctl add --id-only -- sh -c 'exit 3')
    guest jobctl wait "$id" || true
    guest journalctl --sync
    expect_match "what journalctl -x says" "$(guest journalctl --quiet --catalog "JOBD_JOB=$id")" \
        "Subject: Job $id has failed.*Defined-By: jobd"
}

units_are_clean() {
    expect "what verify says" "$(verified "${all_units[@]}")" ""
    exposure jobd.service 52
    exposure jobd-unprivileged.service 26
}

# Each sample says in its first line where it goes.
samples_are_clean() {
    local sample place
    for sample in $(guest sh -c 'ls /usr/share/doc/jobd/examples/systemd/*.conf'); do
        place=$(guest sed -n '1s/^# //p' "$sample")
        expect "where $sample goes" "$(basename "$place")" "$(basename "$sample")"
        guest install -D -m 644 "$sample" "$place"
    done
    guest groupadd --system jobs # group.conf asks for it.
    guest systemctl daemon-reload
    expect "what verify says" "$(verified "${all_units[@]}")" ""
    exposure jobd-unprivileged.service 16
    expect "what they do" "$(guest systemctl show --value -p DevicePolicy jobd.service)" auto
    guest sh -c 'rm -r /etc/systemd/system/jobd*.d && systemctl daemon-reload && groupdel jobs'
}

# with_sample NAME UNIT…: puts it where it says, and restarts these.
with_sample() {
    local sample=/usr/share/doc/jobd/examples/systemd/$1.conf
    guest install -D -m 644 "$sample" "$(guest sed -n '1s/^# //p' "$sample")"
    shift
    guest systemctl daemon-reload
    forget_starts
    guest systemctl restart "$@"
}

# More starts than StartLimitBurst= of the units allows, by whomever, are the checks' own doing.
forget_starts() { guest systemctl reset-failed; }

samples_work() {
    guest groupadd --system jobs
    with_sample group jobd.socket jobd.service
    expect_status 4 guest_as ada jobctl status
    guest usermod --append --groups jobs ada
    expect "a job of a member's" "$(guest_as ada jobctl run -- id -un)" ada
    with_sample privileges jobd.service
    expect "what a job of root's may" "$(guest jobctl run -- grep CapBnd /proc/self/status)" \
        "$(guest systemd-run --quiet --pipe --wait --property=ProtectClock=yes --property=ProtectKernelLogs=yes \
            --property=ProtectKernelModules=yes grep CapBnd /proc/self/status)"
    with_sample log-namespace jobd.service
    guest jobctl run -- echo aside
    guest journalctl --namespace=jobd --sync
    expect_match "the journal of its own" "$(guest journalctl --quiet --namespace=jobd --output cat JOBD_STREAM=stdout)" aside
    with_sample debug jobd.service
    with_sample memory jobd.service
    with_sample devices jobd.service
    expect "a job" "$(guest jobctl run -- echo still)" still
    guest sh -c 'rm -r /etc/systemd/system/jobd*.d && systemctl daemon-reload && gpasswd --delete ada jobs && groupdel jobs'
    forget_starts
    guest systemctl restart jobd.socket jobd.service
    expect "a job of ada's" "$(guest_as ada jobctl run -- id -un)" ada
}

pages_are_there() {
    local page
    for page in 1:jobctl 8:jobd 5:jobd.toml 7:io.jobd; do
        expect_match "the page $page" "$(guest man --encoding=UTF-8 "${page%:*}" "${page#*:}")" "SEE ALSO"
        expect "what man warns of" "$(guest man --warnings "${page%:*}" "${page#*:}" 2>&1 >/dev/null)" ""
    done
    expect_match "what whatis knows" "$(guest sh -c 'mandb --quiet; whatis jobctl')" "jobctl \(1\) .*hand jobs to jobd"
}

shells_complete() {
    expect_match "bash" "$(guest bash -c '
        source /usr/share/bash-completion/bash_completion
        _completion_loader jobctl 2>/dev/null || _comp_load jobctl
        COMP_WORDS=(jobctl re); COMP_CWORD=1; COMP_LINE="jobctl re"; COMP_POINT=9
        $(complete -p jobctl | sed "s/.*-F \([^ ]*\).*/\1/") jobctl re jobctl
        echo "${COMPREPLY[*]}"')" "release.*retry"
    expect_match "fish" "$(guest fish -c 'complete --do-complete "jobctl re"')" "release.*retry"
    expect_match "zsh" "$(guest zsh -f -c 'autoload -Uz compinit && compinit -u && echo $_comps[jobctl] $_comps[jobd]')" \
        "^_jobctl _jobd$"
    guest zsh -n /usr/share/zsh/vendor-completions/_jobctl
}

unprivileged_mode() {
    local id
    id=$(guest jobctl add --id-only --hold -- true)
    guest systemctl --quiet disable --now jobd.socket jobd.service
    guest systemctl --quiet enable --now jobd-unprivileged.socket jobd-unprivileged.service
    expect "the units" "$(state "${all_units[@]}")" "inactive inactive active active "
    expect "who a job of root's is" "$(guest jobctl run -- id -un)" jobd
    expect "who a job of its own is" "$(guest_as jobd jobctl run -- id -un)" jobd
    expect_status 4 guest_as ada jobctl status
    expect "what it may not" "$(guest jobctl run -- sh -c '
        touch /etc/x /usr/x /var/lib/x 2>&1 | wc -l; ls /home >/dev/null 2>&1 || echo no /home; grep -E "^(CapBnd|NoNewPrivs)" /proc/self/status')" \
        $'3\nno /home\nCapBnd:\t0000000000000000\nNoNewPrivs:\t1'
    expect "what it may" "$(guest jobctl run -- sh -c 'echo here >/tmp/x && cat /tmp/x')" here
    expect "a secret" "$(guest sh -c 'echo hush | jobctl run --secret word=- -- sh -c "cat \$CREDENTIALS_DIRECTORY/word"')" hush
    expect "the store" "$(guest stat -c '%U %a' /var/lib/jobd-unprivileged/ /var/lib/jobd/)" $'jobd 700\nroot 700'
    # At its price, but it works: see the sample.
    guest install -D -m 644 -t /etc/systemd/system/jobd-unprivileged.service.d \
        /usr/share/doc/jobd/examples/systemd/unprivileged-strict.conf
    guest systemctl daemon-reload
    guest systemctl restart jobd-unprivileged.service
    expect "a job under the strict sample" "$(guest jobctl run -- echo shut in)" "shut in"
    guest rm -r /etc/systemd/system/jobd-unprivileged.service.d

    guest systemctl --quiet disable --now jobd-unprivileged.socket jobd-unprivileged.service
    guest systemctl --quiet enable --now jobd.socket jobd.service
    expect "the job that root's jobd had" "$(told "$id" state)" held
    guest jobctl kill "$id"
}

# Without disabling anything before: systemd stops the one for the other.
modes_exclude_each_other() {
    guest systemctl start jobd-unprivileged.socket jobd-unprivileged.service
    expect "the units" "$(state "${all_units[@]}")" "inactive inactive active active "
    guest systemctl start jobd.socket jobd.service
    expect "the units" "$(state "${all_units[@]}")" "active active inactive inactive "
    expect "a job" "$(guest jobctl run -- id -un)" root
}

user_mode() {
    local runtime
    runtime=/run/user/$(guest id -u ada)
    guest loginctl enable-linger ada
    eventually 20 guest test -S "$runtime/systemd/private"
    ada() { guest_as ada env XDG_RUNTIME_DIR="$runtime" "$@"; }
    expect "what verify says" "$(ada systemd-analyze --user verify /usr/lib/systemd/user/jobd.{service,socket} 2>&1)" ""
    expect "whether it is there unasked" "$(ada systemctl --user is-active jobd.socket || true)" inactive
    ada systemctl --user --quiet enable --now jobd.socket
    expect "who the job is" "$(ada jobctl run -- id -un)" ada
    expect "the service that it started" "$(ada systemctl --user is-active jobd.service)" active
    ada systemctl --user --quiet disable --now jobd.socket jobd.service
    guest loginctl disable-linger ada
}

upgrade_keeps_jobs() {
    local waiting running before
    forget_starts
    guest sh -c 'echo "# Our own line." >>/etc/jobd/jobd.toml'
    waiting=$(guest jobctl add --id-only --delay 1h -- echo later)
    running=$(guest jobctl add --id-only -- sh -c 'sleep 2; echo through')
    eventually 5 is_told "$running" state running
    before=$(main_pid)
    apt install /root/new.deb
    expect "the version" "$(version)" "$(dpkg-deb --field "$packages/new.deb" Version)"
    expect "the units" "$(state "${all_units[@]}")" "active active inactive inactive "
    expect "the process" "$(main_pid)" "$before"
    expect "the program" "$(guest readlink "/proc/$before/exe")" /usr/bin/jobd
    guest jobctl wait "$running"
    expect "the job that waits" "$(told "$waiting" state)" scheduled
    expect "the job that ran" "$(told "$running" state): $(guest jobctl logs "$running")" "succeeded: through"
    expect "the configuration" "$(guest tail -1 /etc/jobd/jobd.toml)" "# Our own line."
    guest jobctl edit "$waiting" --now
    guest jobctl wait "$waiting"
}

upgrade_respects_choices() {
    # Started, but not switched on: what runs goes on.
    guest systemctl start jobd-unprivileged.socket jobd-unprivileged.service
    apt install --reinstall /root/new.deb
    expect "the units" "$(state "${all_units[@]}")" "inactive inactive active active "
    expect "a job" "$(guest jobctl run -- id -un)" jobd
    guest systemctl stop jobd-unprivileged.socket jobd-unprivileged.service
    guest systemctl --quiet disable jobd.socket jobd.service
    apt install --reinstall /root/new.deb
    expect "the units" "$(state "${all_units[@]}")" "inactive inactive inactive inactive "
    guest systemctl --quiet enable --now jobd.socket jobd.service
}

remove_leaves_what_is_the_sites() {
    local id
    id=$(guest jobctl add --id-only --hold -- echo kept)
    apt remove jobd
    expect "its processes" "$(guest pgrep --exact jobd || true)" ""
    expect "its socket" "$(guest sh -c 'ls /run/jobd/jobd.sock 2>/dev/null' || true)" ""
    expect_status 1 guest sh -c "ls $units/jobd* /usr/bin/job* /usr/share/man/man*/*job* 2>/dev/null | grep ."
    guest grep -q "Our own line" /etc/jobd/jobd.toml
    apt install /root/new.deb
    expect "the units" "$(state "${all_units[@]}")" "active active inactive inactive "
    expect "the job" "$(told "$id" state)" held
}

purge_asks_for_the_state() {
    expect_match "what purge says" "$(apt purge jobd 2>&1)" "/var/lib/jobd stays"
    expect_status 2 guest ls /etc/jobd
    expect "what starts at boot" "$(guest sh -c 'find /etc/systemd /var/lib/systemd -name "*jobd*"')" ""
    guest test -e /var/lib/jobd/jobd.db
    apt install /root/new.deb
    guest env JOBD_PURGE_STATE=1 DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 --yes purge jobd
    expect "what is left" "$(guest sh -c 'find /etc /usr /var -xdev -name "*jobd*" -not -path "/var/lib/dpkg/*" \
        -not -path "/var/cache/man/*" -not -path "/var/log/journal/*"')" ""
}

# --- The run

packages=$3
trap stop_machine EXIT
trap 'exit 130' INT TERM
prepare_machine "$1" "$2"
cp "$packages"/*.deb "$machine_root/root/"
boot_machine
echo "# Debian $(guest cat /etc/debian_version), $(guest systemctl --version | head -1)"

check "apt installs the package on a plain Debian, with no Swift on it" apt_installs
check "jobctl add works at once, for root and for everybody" jobs_run_at_once
check "systemctl status tells what it is, where to read on, and how it is" status_reads_well
check "journalctl -x explains what jobd says" journal_explains
check "all units are clean, and as little exposed as promised" units_are_clean
check "each sample of a drop-in goes where it says, and is clean" samples_are_clean
check "each sample does what it says, and jobs still run" samples_work
check "man finds all pages and has nothing to complain of" pages_are_there
check "bash, zsh and fish complete jobctl" shells_complete
check "jobd without privileges takes the other's place, and can do only what it says" unprivileged_mode
check "the two modes of the machine exclude each other" modes_exclude_each_other
check "a user's own jobd works under the user's systemd, when asked for" user_mode
check "an upgrade loses no job, neither waiting nor running, and keeps the configuration" upgrade_keeps_jobs
check "an upgrade leaves the mode that runs, and switched off what was" upgrade_respects_choices
check "remove leaves jobs and configuration, and an installation finds them again" remove_leaves_what_is_the_sites
check "purge leaves the jobs, unless asked for them too, and nothing else" purge_asks_for_the_state
finish
