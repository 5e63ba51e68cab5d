# shellcheck shell=sh disable=SC2034,SC2154 # what sources this sets `me` and reads what it finds
# Sourced by the scripts beside it: finds a Java 22 or later. Sets `java_home`. POSIX sh.
#
# Nothing here starts a JVM when the directory says its version in its `release` file, as every JDK's does.

java_floor=22

# java_version_of DIR: prints the major version of the Java in DIR, or nothing.
java_version_of() {
    [ -x "$1/bin/java" ] || return 0
    if [ -r "$1/release" ]; then
        while IFS='=' read -r key value; do
            if [ "$key" = JAVA_VERSION ]; then
                value=${value#\"}
                value=${value%%[!0-9]*}
                echo "$value"
                return 0
            fi
        done <"$1/release"
    fi
    "$1/bin/java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p'
}

# java_is_enough DIR TOOL: whether DIR holds a Java that is new enough and has bin/TOOL.
java_is_enough() {
    [ -x "$1/bin/$2" ] || return 1
    version=$(java_version_of "$1")
    [ -n "$version" ] && [ "$version" -ge "$java_floor" ] 2>/dev/null
}

# find_java TOOL: sets java_home to the first of TASKMASTER_JAVA_HOME, JAVA_HOME, PATH and the newest
# of /usr/lib/jvm that is new enough and has bin/TOOL (java or javac); fails where there is none.
find_java() {
    java_home=
    if [ -n "${TASKMASTER_JAVA_HOME:-}" ]; then
        java_is_enough "$TASKMASTER_JAVA_HOME" "$1" || return 1
        java_home=$TASKMASTER_JAVA_HOME
        return 0
    fi
    if [ -n "${JAVA_HOME:-}" ] && java_is_enough "$JAVA_HOME" "$1"; then
        java_home=$JAVA_HOME
        return 0
    fi
    found=$(command -v "$1" 2>/dev/null) && found=$(readlink -f "$found") || found=
    found=${found%/bin/*}
    if [ -n "$found" ] && java_is_enough "$found" "$1"; then
        java_home=$found
        return 0
    fi
    newest=0
    for candidate in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk*; do
        if [ -d "$candidate" ] && java_is_enough "$candidate" "$1" && [ "$version" -gt "$newest" ]; then
            newest=$version
            java_home=$candidate
        fi
    done
    [ -n "$java_home" ]
}

# find_or_install_jdk: find_java javac, or the newest the system's packages have where we may install.
find_or_install_jdk() {
    find_java javac && return 0
    if [ -z "${TASKMASTER_JAVA_HOME:-}" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -qq >&2 || true
        for n in 25 24 23 22 26 27; do
            [ -n "$(apt-cache madison "openjdk-$n-jdk-headless" 2>/dev/null)" ] || continue
            echo "$me: no JDK $java_floor or later here: apt-get install openjdk-$n-jdk-headless" >&2
            DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "openjdk-$n-jdk-headless" >&2 || return 1
            find_java javac && return 0
        done
    fi
    return 1
}

say_no_java() {
    if [ -n "${TASKMASTER_JAVA_HOME:-}" ]; then
        echo "$me: cannot use TASKMASTER_JAVA_HOME=$TASKMASTER_JAVA_HOME: no Java $java_floor or later is there" >&2
        return 0
    fi
    cat >&2 <<END
$me: cannot find a JDK $java_floor or later (looked at JAVA_HOME=${JAVA_HOME:-}, PATH and /usr/lib/jvm).
Install one, for instance:
  Debian, Ubuntu:  apt-get install openjdk-25-jdk-headless
  Fedora, RHEL:    dnf install java-25-openjdk-devel
  Alpine:          apk add openjdk25-jdk
or unpack one from https://adoptium.net and set JAVA_HOME to where it is.
END
}

# need_directory DIR: makes it; fails, and says so, where this user may not write there.
need_directory() {
    mkdir -p "$1" 2>/dev/null && [ -w "$1" ] && return 0
    echo "$me: cannot write to $PWD/$1: run it once as the owner of the checkout, or in one of your own" >&2
    return 1
}
