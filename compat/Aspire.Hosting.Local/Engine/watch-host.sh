#!/usr/bin/env bash
# Stays beside the AppHost and holds the read end of a pipe from it. "done" on the pipe: an orderly end, nothing to do.
# The pipe just closes: the AppHost was killed. Then everything it had started is stopped here, processes first, servers last.
#
#   watch-host.sh <run file> <endpoints file> <log file> [<servers.sh>]
set -u
run_file=$1 endpoints=$2 log=$3 servers=${4:-}
exec >>"$log" 2>&1

word=
while IFS= read -r line; do word=$line; done
[ "$word" = done ] && exit 0
echo "$(date -Is) the AppHost ended without stopping its processes; stopping them"

started() { # state and start time of a process
  local stat; stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # shellcheck disable=SC2086
  set -- ${stat##*) }; echo "$1 ${20}"; }
alive() { # alive <pid> <start time>: that very process, and not a zombie nobody has reaped
  local now; now=$(started "$1") || return 1
  [ "${now#* }" = "$2" ] && [ "${now%% *}" != Z ]; }
each() { # each <signal>: to the groups of all recorded processes that still live; fails when there is none left
  local name pid start left=1
  while read -r name pid start; do
    case $name in watcher|apphost) continue;; esac
    alive "$pid" "$start" || continue
    left=0; [ "$1" = 0 ] || kill "-$1" -- "-$pid" 2>/dev/null || kill "-$1" "$pid" 2>/dev/null
  done <"$run_file"
  return $left; }

if [ -f "$run_file" ]; then
  each TERM
  for ((i = 0; i < 60; i++)); do each 0 || break; sleep .1; done
  each KILL
fi
[ -z "$servers" ] || bash "$servers" down
rm -f "$endpoints" "$run_file"
echo "$(date -Is) stopped"
