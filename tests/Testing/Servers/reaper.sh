#!/usr/bin/env bash
# Ends a set of test servers once no test process has used it for a while. Started in the background together with them: shared servers
# outlive the process that started them, for the next one of the same run, and a killed run leaves nothing behind.
#
#   reaper.sh FOLDER SERVERS_SCRIPT GRACE_SECONDS down|wipe      (LOCAL_* settings by environment; wipe removes the folder too)
set -euo pipefail
folder=$1 servers=$2 grace=$3 action=$4

exec 7>"$folder/reaper.lock"
flock -n 7 || exit 0                     # one is enough

in_use() { # is any registered process, PID-STARTTIME, still that process?
  local name stat
  for name in "$folder"/processes/*; do
    name=${name##*/}
    stat=$(cat "/proc/${name%-*}/stat" 2>/dev/null) || continue
    stat=${stat##*) }
    # shellcheck disable=SC2086  # split into fields on purpose; the start time is the 20th after the program's name
    set -- $stat
    [ "${20}" != "${name#*-}" ] || return 0
  done
  return 1
}

unused=0
while [ -d "$folder" ]; do
  if in_use; then unused=0; else unused=$((unused + 1)); fi
  if [ "$unused" -gt "$grace" ]; then
    # A test process signs in and starts servers under this lock: none can do so between the last look and the stop.
    exec 8>"$folder/lock"; flock 8
    if ! in_use; then
      bash "$servers" "$action" 7>&- 8>&- || true
      [ "$action" = down ] || rm -rf "$folder"
      exec 7>&- 8>&-                     # in this order: who holds 8 can start the next reaper
      exit 0
    fi
    exec 8>&-; unused=0
  fi
  sleep 1
done
