# SPDX-License-Identifier: GPL-2.0-only
#
# bash completion for vectl(8)

_vectl_names()
{
    # Titles first, then a line a VE; no name has a space in it.
    vectl list 2>/dev/null | awk 'NR > 1 { print $2 }'
}

_vectl_signals()
{
    compgen -A signal | sed -n 's/^SIG\([A-Z]\)/\1/p'
}

# Words of $1 that begin with $2; ":" splits words in bash, so what stands
# before the last one is cut off the answers.
_vectl_reply()
{
    local prefix=''

    mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
    if [[ $2 == *:* && $COMP_WORDBREAKS == *:* ]]; then
        prefix=${2%"${2##*:}"}
        COMPREPLY=("${COMPREPLY[@]#"$prefix"}")
    fi
}

# Columns of vectl list, behind $2: each resource alone and with its suffixes.
_vectl_columns()
{
    local resource column

    for column in id name state members; do
        printf '%s%s ' "$2" "$column"
    done
    for resource in $1; do
        for column in '' .m .b .l .f; do
            printf '%s%s%s ' "$2" "$resource" "$column"
        done
    done
}

_vectl()
{
    local resources='
        kmemsize lockedpages privvmpages shmpages numproc physpages vmguarpages oomguarpages
        numtcpsock numflock numpty numsiginfo tcpsndbuf tcprcvbuf othersockbuf dgramrcvbuf
        numothersock dcachesize numfile numiptent swappages'
    local commands='
        create destroy exec attach kill list show set check ps why history events version help'
    local line=${COMP_LINE:0:COMP_POINT}
    local -a words
    local word command='' at=0 i options=''

    COMPREPLY=()
    # Words as the shell passes them: not split at ":" and "=".
    read -ra words <<<"$line"
    [[ $line == *[[:space:]] ]] && words+=('')
    local current=${words[-1]} previous=''
    ((${#words[@]} > 1)) && previous=${words[-2]}

    # The command, and how many operands stand before the current word.
    for ((i = 1; i < ${#words[@]} - 1; i++)); do
        word=${words[i]}
        if [[ $word == -- && -n $command ]]; then
            [[ $command == exec ]] || return
            continue
        fi
        [[ $word == -* ]] && continue
        if [[ -z $command ]]; then
            command=$word
            continue
        fi
        case ${words[i - 1]} in
        --id | --set | --conf | --signal | -s | --timeout | --count | --columns | -o | --sort) ;;
        *)
            at=$((at + 1))
            if [[ $command == exec && $at -eq 1 ]]; then
                # What follows is another program's command line.
                local first=$((i + 1))
                [[ ${words[first]} == -- && $first -lt $((${#words[@]} - 1)) ]] && first=$((first + 1))
                if declare -F _command_offset >/dev/null; then
                    _command_offset "$first"
                elif ((first == ${#words[@]} - 1)); then
                    mapfile -t COMPREPLY < <(compgen -c -- "$current")
                else
                    mapfile -t COMPREPLY < <(compgen -f -- "$current")
                fi
                return
            fi
            ;;
        esac
    done

    if [[ -z $command ]]; then
        _vectl_reply "$commands --json --help --version" "$current"
        return
    fi

    case $previous in
    --signal | -s)
        _vectl_reply "$(_vectl_signals)" "$current"
        return
        ;;
    --set)
        _vectl_reply "$(printf '%s= ' $resources)" "$current"
        compopt -o nospace 2>/dev/null
        return
        ;;
    --conf)
        mapfile -t COMPREPLY < <(compgen -f -- "$current")
        compopt -o filenames 2>/dev/null
        return
        ;;
    --columns | -o)
        # Several, with commas between them.
        local before=''
        [[ $current == *,* ]] && before=${current%,*},
        _vectl_reply "$(_vectl_columns "$resources" "$before")" "$current"
        compopt -o nospace 2>/dev/null
        return
        ;;
    --sort)
        local descending=''
        [[ $current == -* ]] && descending=-
        _vectl_reply "$(_vectl_columns "$resources" "$descending")" "$current"
        return
        ;;
    --id | --timeout | --count)
        return
        ;;
    esac

    if [[ $current == -* ]]; then
        case $command in
        create) options='--id --watching --conf --set --json' ;;
        destroy) options='--kill' ;;
        exec) options='--privileged' ;;
        kill) options='--signal --timeout' ;;
        history) options='--count --json' ;;
        events) options='--count --timeout --json' ;;
        list) options='--columns --sort --no-header --json' ;;
        show) options='--trouble --since-last --json' ;;
        set) options='--conf' ;;
        check | ps | why | version) options='--json' ;;
        esac
        _vectl_reply "$options --help" "$current"
        return
    fi

    case $command in
    help)
        ((at == 0)) && _vectl_reply "$commands" "$current"
        ;;
    destroy | exec | kill | show | ps | why | history | events)
        ((at == 0)) && _vectl_reply "$(_vectl_names)" "$current"
        ;;
    check)
        if ((at == 0)); then
            mapfile -t COMPREPLY < <(compgen -f -- "$current")
            compopt -o filenames 2>/dev/null
        fi
        ;;
    attach)
        if ((at == 0)); then
            _vectl_reply "$(_vectl_names)" "$current"
        else
            _vectl_reply "$(ps -eo pid= 2>/dev/null)" "$current"
        fi
        ;;
    set)
        if ((at == 0)); then
            _vectl_reply "$(_vectl_names)" "$current"
        elif [[ $current != *=* ]]; then
            _vectl_reply "$(printf '%s= ' $resources)" "$current"
            compopt -o nospace 2>/dev/null
        fi
        ;;
    esac
}

complete -F _vectl vectl
