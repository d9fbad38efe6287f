#!/usr/bin/env bash
# Private PostgreSQL (with pgvector), RabbitMQ and Redis of this checkout, in one data folder, on 127.0.0.1 only.
#
#   servers.sh up     [pg|rabbit|redis ...]  start and wait until ready; does nothing for what already runs
#   servers.sh down   [pg|rabbit|redis ...]  stop cleanly
#   servers.sh wipe   [pg|rabbit|redis ...]  stop and delete the data
#   servers.sh status [pg|rabbit|redis ...]  exit 0: all ready, 3: at least one is not
#   servers.sh env                           connection settings, one NAME='value' a line
#   servers.sh where                         the data folder actually used
#   servers.sh ctl ARGUMENTS                 rabbitmqctl against this RabbitMQ
#   servers.sh psql ARGUMENTS                psql against this PostgreSQL, as its superuser
#
# As root each server runs under the user of its own package (postgres, rabbitmq, redis), otherwise as the caller.
# Settings come by environment; passwords only so (never as arguments), or else from DATA/passwords, generated once.
set -euo pipefail
export LC_ALL=C
me=$(readlink -f "${BASH_SOURCE[0]}"); here=$(dirname "$me"); checkout=$(readlink -f "$here/../..")

DATA=${LOCAL_DATA:-$checkout/.local/servers}
PG_PORT=${LOCAL_PG_PORT:-24320}               # all below the ephemeral range, so that no outgoing connection sits on one
RABBIT_PORT=${LOCAL_RABBIT_PORT:-24321}
RABBIT_MGMT_PORT=${LOCAL_RABBIT_MGMT_PORT:-24322}
RABBIT_PROM_PORT=${LOCAL_RABBIT_PROM_PORT:-24323}
RABBIT_DIST_PORT=${LOCAL_RABBIT_DIST_PORT:-24324}
EPMD_PORT=${LOCAL_EPMD_PORT:-24325}
REDIS_PORT=${LOCAL_REDIS_PORT:-24326}
RABBIT_PLUGINS=${LOCAL_RABBIT_PLUGINS-rabbitmq_management,rabbitmq_prometheus}
PG_FSYNC=${LOCAL_PG_FSYNC:-on}                # off: for throw-away data
PG_DATABASE=aiteams
RABBIT_USER=aiteams

. "$here/lib/processes.sh"
. "$here/lib/folders.sh"
. "$here/lib/postgres.sh"
. "$here/lib/rabbitmq.sh"
. "$here/lib/redis.sh"

usage() { sed -n '2,/^# Settings/p' "$me" | sed 's/^# \{0,1\}//'; exit 2; }

# The caller's own settings for these programs must not leak into ours.
for v in $(compgen -e | grep -E '^(PG[A-Z]|RABBITMQ_|ERL_|REDISCLI_)' | grep -vxE 'PG_(PORT|FSYNC|DATABASE)' || true); do unset "$v"; done
umask 077
nofile=$(ulimit -Hn); [ "$nofile" != unlimited ] && [ "$nofile" -le 65536 ] || nofile=65536
ulimit -Sn "$nofile" 2>/dev/null || true

[ $# -gt 0 ] || usage
command=$1; shift
choose_data

servers=()
choose_servers() {
  local s
  for s in "$@"; do case $s in pg|rabbit|redis) servers+=("$s");; *) die "unknown server '$s' (pg, rabbit or redis)";; esac; done
  [ ${#servers[@]} -gt 0 ] || servers=(redis pg rabbit)
}

each() { # each up|down|remove: all chosen servers at once; fails when one of them fails
  local s p failed=0 pids=()
  for s in "${servers[@]}"; do "${s}_$1" & pids+=($!); done
  for p in "${pids[@]}"; do wait "$p" || failed=1; done
  return $failed
}

status() {
  local s p failed=0
  for s in "${servers[@]}"; do
    p=$("${s}_pid")
    if [ -z "$p" ]; then echo "$s down"; failed=3
    elif "${s}_ready"; then echo "$s up pid $p rss $(awk '/VmRSS/{printf "%d MB", $2/1024}' "/proc/$p/status" 2>/dev/null)"
    else echo "$s not-ready pid $p"; failed=3; fi
  done
  return $failed
}

settings() {
  cat <<E
LOCAL_DATA='$DATA'
ConnectionStrings__aiteams='Host=127.0.0.1;Port=$PG_PORT;Database=$PG_DATABASE;Username=postgres;Password=$PG_PASSWORD'
ConnectionStrings__rabbitmq='amqp://$RABBIT_USER:$RABBIT_PASSWORD@127.0.0.1:$RABBIT_PORT'
ConnectionStrings__redis='127.0.0.1:$REDIS_PORT,password=$REDIS_PASSWORD'
RABBITMQ_MANAGEMENT='http://127.0.0.1:$RABBIT_MGMT_PORT'
RABBITMQ_METRICS='http://127.0.0.1:$RABBIT_PROM_PORT/metrics'
E
}

case $command in
  up)     choose_servers "$@"; lock; load_passwords; each up;;
  down)   choose_servers "$@"; [ -d "$DATA" ] || exit 0; lock; each down;;
  wipe)   choose_servers "$@"; [ -d "$DATA" ] || exit 0; lock; each remove; [ $# -gt 0 ] || forget;;
  status) choose_servers "$@"; load_passwords; status;;
  env)    lock; load_passwords; settings;;
  where)  echo "$DATA";;
  ctl)    rabbit_ctl "$@";;
  psql)   load_passwords; pg_psql "$@";;
  become) become "$@";;                       # internal
  *)      usage;;
esac
