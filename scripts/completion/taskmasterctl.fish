# fish completion for taskmasterctl: copy it to ~/.config/fish/completions/taskmasterctl.fish
function __taskmasterctl_complete
    set -l words (commandline -opc)
    $words[1] --complete $words[2..] (commandline -ct) 2>/dev/null
end
complete -c taskmasterctl -f -a '(__taskmasterctl_complete)'
complete -c taskmasterctl -s c -l configuration -r -F -d 'the configuration file'
