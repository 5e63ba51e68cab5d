# shellcheck shell=sh disable=SC2154 # what sources this sets `me`
# Sourced by the scripts that need other programs: installs what is missing where we may. POSIX sh.

# need_programs PROGRAM=PACKAGE...: installs the packages of programs that are not in PATH with apt-get, as root;
# elsewhere says what to install. Fails when something is still missing.
need_programs() {
    PATH=$PATH:/usr/sbin:/sbin
    missing=
    for pair in "$@"; do
        command -v "${pair%%=*}" >/dev/null 2>&1 || missing="$missing ${pair#*=}"
    done
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "$me: missing here; install with your system's package manager (Debian's names):$missing" >&2
        return 1
    fi
    echo "$me: missing here: apt-get install$missing" >&2
    apt-get update -qq >&2 || true
    # 101: a package must not start its service here (the file is Debian's way to say so).
    policy=/usr/sbin/policy-rc.d
    ours=no
    if [ ! -e $policy ]; then
        printf '#!/bin/sh\nexit 101\n' >$policy && chmod +x $policy && ours=yes
    fi
    installed=yes
    # shellcheck disable=SC2086 # words
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >"${TMPDIR:-/tmp}/taskmaster-apt.$$" 2>&1 ||
        installed=no
    [ $ours = no ] || rm -f $policy
    if [ $installed = no ]; then
        tail -n 20 "${TMPDIR:-/tmp}/taskmaster-apt.$$" >&2
        echo "$me: cannot install$missing" >&2
    fi
    rm -f "${TMPDIR:-/tmp}/taskmaster-apt.$$"
    [ $installed = yes ]
}

# prepare_maven: the Java that jdk.sh has found, and no warnings of Maven's own libraries, which use what newer ones
# warn about.
prepare_maven() {
    JAVA_HOME=$java_home
    MAVEN_OPTS=${MAVEN_OPTS:-}
    if [ "$(java_version_of "$java_home")" -ge 23 ]; then
        MAVEN_OPTS="$MAVEN_OPTS --sun-misc-unsafe-memory-access=allow"
    fi
    if [ "$(java_version_of "$java_home")" -ge 24 ]; then
        MAVEN_OPTS="$MAVEN_OPTS --enable-native-access=ALL-UNNAMED"
    fi
    export JAVA_HOME MAVEN_OPTS
}
