# bash completion for taskmasterctl: source it, or copy it to /usr/share/bash-completion/completions/taskmasterctl
# shellcheck shell=bash
_taskmasterctl()
{
    # Not COMP_WORDS: bash splits those at the colons of names.
    local line=${COMP_LINE:0:COMP_POINT} word candidates candidate
    local -a words
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=("")
    word=${words[${#words[@]} - 1]}
    candidates=$("${words[0]}" --complete "${words[@]:1}" 2>/dev/null)
    COMPREPLY=()
    while IFS=$'\t' read -r candidate _; do
        # readline puts the answer behind the last colon.
        [[ -n $candidate ]] && COMPREPLY+=("${candidate#"${word%"${word##*:}"}"}")
    done <<<"$candidates"
}
complete -o default -F _taskmasterctl taskmasterctl
