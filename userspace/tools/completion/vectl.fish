# SPDX-License-Identifier: GPL-2.0-only
#
# fish completion for vectl(8)

function __vectl_names
    # Titles first, then a line a VE: id, name, state, members.
    vectl list 2>/dev/null | awk 'NR > 1 { print $2 "\t" $3 }'
end

function __vectl_resources
    printf '%s\n' \
        kmemsize lockedpages privvmpages shmpages numproc physpages vmguarpages oomguarpages \
        numtcpsock numflock numpty numsiginfo tcpsndbuf tcprcvbuf othersockbuf dgramrcvbuf \
        numothersock dcachesize numfile numiptent swappages
end

function __vectl_bounds
    printf '%s=\tBARRIER[:LIMIT]\n' (__vectl_resources)
end

# Columns of vectl list; behind those that stand before a comma already.
function __vectl_columns
    set -l before (commandline -ct | string match -r '^.*,')
    printf "$before%s\n" id name state members (__vectl_resources){,.m,.b,.l,.f}
end

function __vectl_orders
    set -l columns id name state members (__vectl_resources){,.m,.b,.l,.f}
    printf '%s\n' $columns -$columns
end

function __vectl_no_command
    not __fish_seen_subcommand_from create destroy exec attach kill list show set check ps why history events version help
end

function __vectl_in
    __fish_seen_subcommand_from $argv
end

# How many operands stand behind the command: words that are neither options
# nor their values.
function __vectl_operands
    set -l count -1
    set -l value no
    for word in (commandline -opc)[2..]
        if test $value = yes
            set value no
        else if contains -- $word --id --set --conf -s --signal --timeout --count -o --columns --sort
            set value yes
        else if not string match -q -- '-*' $word
            set count (math $count + 1)
        end
    end
    echo $count
end

# True while NAME is still to come.
function __vectl_needs_name
    __fish_seen_subcommand_from $argv
    and test (__vectl_operands) -eq 0
end

function __vectl_has_name
    __fish_seen_subcommand_from $argv
    and test (__vectl_operands) -gt 0
end

complete -c vectl -f

complete -c vectl -n __vectl_no_command -a create -d 'make a VE'
complete -c vectl -n __vectl_no_command -a destroy -d 'remove a VE without members'
complete -c vectl -n __vectl_no_command -a exec -d 'run a command as a member'
complete -c vectl -n __vectl_no_command -a attach -d 'make running processes members'
complete -c vectl -n __vectl_no_command -a kill -d 'signal all members until there are none'
complete -c vectl -n __vectl_no_command -a list -d 'list the VEs'
complete -c vectl -n __vectl_no_command -a show -d 'show one VE and its resources'
complete -c vectl -n __vectl_no_command -a set -d 'set bounds of resources'
complete -c vectl -n __vectl_no_command -a check -d 'hold a file of bounds against the rules of consistency'
complete -c vectl -n __vectl_no_command -a ps -d 'list the processes of one VE or of all'
complete -c vectl -n __vectl_no_command -a why -d 'tell what was refused to a process or a VE'
complete -c vectl -n __vectl_no_command -a history -d 'list the VEs that are gone'
complete -c vectl -n __vectl_no_command -a events -d 'tell what happens to VEs, as it happens'
complete -c vectl -n __vectl_no_command -a version -d 'print the version of vectl'
complete -c vectl -n __vectl_no_command -a help -d 'explain vectl or one command'
complete -c vectl -n __vectl_no_command -s V -l version -d 'print the version'
complete -c vectl -s h -l help -d explain

complete -c vectl -n '__vectl_no_command; or __vectl_in create list show check ps why history events version' -l json -d 'print JSON'

complete -c vectl -n '__vectl_in create' -x -l id -d 'id of the new VE'
complete -c vectl -n '__vectl_in create' -x -l set -a '(__vectl_bounds)' -d 'bounds of a resource'
complete -c vectl -n '__vectl_in create' -l watching -d 'its members see all processes'
complete -c vectl -n '__vectl_in create set' -r -F -l conf -d 'bounds from a file'
complete -c vectl -n '__vectl_in list' -x -s o -l columns -a '(__vectl_columns)' -d 'what to show'
complete -c vectl -n '__vectl_in list' -x -l sort -a '(__vectl_orders)' -d 'by a column; with - the largest first'
complete -c vectl -n '__vectl_in list' -s H -l no-header -d 'without the titles'
complete -c vectl -n '__vectl_in show' -l trouble -d 'only what was refused or is near or over its barrier'
complete -c vectl -n '__vectl_in show' -l since-last -d 'failcnt since the last call with this option'
complete -c vectl -n '__vectl_in destroy' -l kill -d 'kill the members first'
complete -c vectl -n '__vectl_in exec' -l privileged -d 'leave all capabilities to the command'
complete -c vectl -n '__vectl_in kill' -x -s s -l signal -a '(__fish_make_completion_signals; printf "%s\n" $__kill_signals | string replace -r ".* " "")' -d 'signal to send'
complete -c vectl -n '__vectl_in kill' -x -l timeout -d 'give up after so many seconds'
complete -c vectl -n '__vectl_in history' -x -l count -d 'only the last ones'
complete -c vectl -n '__vectl_in events' -x -l count -d 'end after so many events'
complete -c vectl -n '__vectl_in events' -x -l timeout -d 'end after so many seconds'

complete -c vectl -n '__vectl_needs_name destroy exec attach kill show set ps why history events' -a '(__vectl_names)'
complete -c vectl -n '__vectl_needs_name check' -F
complete -c vectl -n '__vectl_needs_name why' -a '(__fish_complete_pids)'
complete -c vectl -n '__vectl_has_name attach' -a '(__fish_complete_pids)'
complete -c vectl -n '__vectl_has_name set' -a '(__vectl_bounds)'
complete -c vectl -n '__vectl_has_name exec' -a '(__fish_complete_subcommand --fcs-skip=3)'
complete -c vectl -n '__vectl_in help' -a 'create destroy exec attach kill list show set check ps why history events version help'
