# PostgreSQL. Sourced by servers.sh.

pg_bin() {
  local bin v
  v=$(cat "$DATA/pg/data/PG_VERSION" 2>/dev/null || true)                    # an existing cluster keeps its major
  if [ -n "$v" ]; then
    [ -x "/usr/lib/postgresql/$v/bin/postgres" ] || die "$DATA/pg is of PostgreSQL $v, which is not installed: install it, or wipe pg"
    echo "/usr/lib/postgresql/$v/bin"; return
  fi
  for bin in $(printf '%s\n' /usr/lib/postgresql/*/bin | sort -Vr); do
    v=${bin%/bin}; v=${v##*/}
    if [ -f "/usr/share/postgresql/$v/extension/vector.control" ] && [ -x "$bin/postgres" ]; then echo "$bin"; return; fi
  done
  die "no PostgreSQL with pgvector on this machine: run bash $here/install.sh"
}

pg_socket_folder() { # a socket's path may have 107 bytes
  if [ $((${#DATA} + 26)) -lt 107 ]; then echo "$DATA/pg/run"; elif [ -n "$AS_ROOT" ]; then echo "/run/aiteams-pg-$PG_PORT"; else echo "/tmp/aiteams-pg-$(id -u)-$PG_PORT"; fi
}
pg_pid()   { pid_in "$DATA/pg/data/postmaster.pid" 'postgres*'; }
pg_ready() { local bin; bin=$(pg_bin) && "$bin/pg_isready" -q -h 127.0.0.1 -p "$PG_PORT"; }
pg_psql()  { local bin; bin=$(pg_bin); PGPASSWORD=$PG_PASSWORD "$bin/psql" -h 127.0.0.1 -p "$PG_PORT" -U postgres -d "$PG_DATABASE" "$@"; }

# Of page images. pglz, all there was before 15, costs several times the CPU of lz4.
pg_wal_compression() { case $(pg_bin) in */[0-9]/bin|*/1[0-4]/bin) echo on;; *) echo lz4;; esac; }

pg_configuration() {
  cat <<C
listen_addresses = '127.0.0.1'
port = $PG_PORT
unix_socket_directories = '$(pg_socket_folder)'
unix_socket_permissions = 0700
max_connections = 300
password_encryption = scram-sha-256
# memory, for a small machine that also runs everything else
shared_buffers = 256MB
effective_cache_size = 1GB
work_mem = 8MB
maintenance_work_mem = 256MB              # an HNSW build is much faster while its graph fits
# durability: with fsync on, a commit that was answered is on the disk
fsync = $PG_FSYNC
full_page_writes = $PG_FSYNC
synchronous_commit = on
wal_level = replica
wal_compression = $(pg_wal_compression)
wal_buffers = 16MB
min_wal_size = 256MB
max_wal_size = 2GB
checkpoint_timeout = 15min
checkpoint_completion_target = 0.9
max_wal_senders = 4
# planner and parallelism
jit = off
random_page_cost = 1.1
effective_io_concurrency = 100
max_worker_processes = 6
max_parallel_workers = 2
max_parallel_workers_per_gather = 1
max_parallel_maintenance_workers = 0      # pgvector 0.6.0 to 0.8.1: CVE-2026-3172 is in the parallel HNSW build
autovacuum_naptime = 15s
# what a developer wants to see
logging_collector = off
log_line_prefix = '%m [%p] %q%u@%d '
log_min_duration_statement = 500ms
log_lock_waits = on
log_checkpoints = off
log_timezone = UTC
timezone = UTC
track_io_timing = on
C
}

# After a kill -9 or a power cut PostgreSQL refuses to start while the process id in postmaster.pid "exists": so does a zombie nobody
# reaped yet, or another program under that number; likewise for the socket's lock file. Each PostgreSQL process has the data
# folder as its current folder: once none is left, both files are stale.
pg_clear_stale() {
  local data=$1 socket cwd i busy
  socket=$(pg_socket_folder)/.s.PGSQL.$PG_PORT
  [ -e "$data/postmaster.pid" ] || [ -e "$socket.lock" ] || return 0
  for ((i = 0; i < 100; i++)); do
    busy=
    for cwd in /proc/[0-9]*/cwd; do if [ "$cwd" -ef "$data" ]; then busy=1; break; fi; done
    if [ -z "$busy" ]; then rm -f "$data/postmaster.pid" "$socket" "$socket.lock"; return 0; fi
    sleep .1
  done
}

pg_initialise() { # pg_initialise BIN DATA: the marker is written last, a half-made cluster is made again
  local bin=$1 data=$2
  rm -rf "$data"
  printf '%s\n' "$PG_PASSWORD" > "$DATA/pg/pw"; give pg "$DATA/pg/pw"
  local sync=(); [ "$PG_FSYNC" = on ] || sync=(--no-sync)
  ( as pg "$bin/initdb" -D "$data" -U postgres -E UTF8 --locale=C.UTF-8 --auth-local=trust --auth-host=scram-sha-256 \
      --pwfile="$DATA/pg/pw" --data-checksums "${sync[@]}" ) > "$DATA/pg/initdb.log" 2>&1 || { cat "$DATA/pg/initdb.log" >&2; die "initdb failed"; }
  rm -f "$DATA/pg/pw"
  echo "include 'local.conf'" >> "$data/postgresql.conf"
}

# SQL over the socket, which only the server's own user can reach: works whatever the password is.
pg_admin() { ( as pg "$1/psql" -X -q -A -t -v ON_ERROR_STOP=1 -h "$(pg_socket_folder)" -p "$PG_PORT" -U postgres -d postgres ) >/dev/null; }

pg_create() { # vector is not a trusted extension: in template1 it is part of every database made later
  pg_admin "$1" <<S
\c template1
create extension if not exists vector;
\c postgres
select 'create database $PG_DATABASE' where not exists (select from pg_database where datname = '$PG_DATABASE') \gexec
S
  touch "$DATA/pg/initialised"
}

pg_password() { # the password asked for may have changed since the cluster was made
  PGPASSWORD=$PG_PASSWORD "$1/psql" -X -q -h 127.0.0.1 -p "$PG_PORT" -U postgres -d postgres -c 'select 1' >/dev/null 2>&1 ||
    printf "set log_min_duration_statement = -1; set log_min_error_statement = panic; alter role postgres password '%s';\n" "$PG_PASSWORD" | pg_admin "$1"
}

pg_running() { # pg_running BIN: true when ready; false when there is none; waits while one starts or recovers
  local i port
  [ -n "$(pg_pid)" ] || return 1
  port=$(sed -n 4p "$DATA/pg/data/postmaster.pid")
  [ "${port:-$PG_PORT}" = "$PG_PORT" ] || die "this PostgreSQL runs on port $port, not on $PG_PORT: run servers.sh down first"
  for ((i = 0; i < 1200; i++)); do
    pg_ready && return 0
    [ -n "$(pg_pid)" ] || return 1
    sleep .1
  done
  die "postgresql: process $(pg_pid) has not become ready in 2 minutes, see $DATA/pg/postgres.log"
}

pg_up() {
  local bin data=$DATA/pg/data started socket
  bin=$(pg_bin); started=$(milliseconds); own_folder pg
  if [ -f "$DATA/pg/initialised" ] && pg_running "$bin"; then pg_password "$bin"; say "postgresql: already up on $PG_PORT"; return; fi
  pg_down quietly                                   # one that was cut off before its marker
  need_free "$PG_PORT" LOCAL_PG_PORT
  [ -f "$DATA/pg/initialised" ] || pg_initialise "$bin" "$data"
  pg_configuration > "$data/local.conf"; give pg "$data/local.conf"
  socket=$(pg_socket_folder); mkdir -p "$socket"; chmod 700 "$socket"; give pg "$socket"
  pg_clear_stale "$data"
  # -w: returns when connections are accepted; crash recovery is automatic
  ( as pg "$bin/pg_ctl" -D "$data" -l "$DATA/pg/postgres.log" -w -t 120 -s start ) </dev/null ||
    { tail -n 20 "$DATA/pg/postgres.log" >&2; die "postgresql did not start"; }
  if [ -f "$DATA/pg/initialised" ]; then pg_password "$bin"; else pg_create "$bin"; fi
  say "postgresql: up on $PG_PORT in $(($(milliseconds) - started)) ms"
}

pg_down() { # pg_down [quietly]: SIGINT, which ends the sessions. SIGTERM would wait for every pooled one, for ever.
  local pid bin
  pid=$(pg_pid)
  if [ -z "$pid" ]; then [ -n "${1:-}" ] || say "postgresql: not running"; return 0; fi
  bin=$(pg_bin)
  ( as pg "$bin/pg_ctl" -D "$DATA/pg/data" -m fast -w -t 60 -s stop ) </dev/null || { kill -QUIT "$pid" 2>/dev/null || true; gone_within 10 "$pid" || true; }
  say "postgresql: stopped"
}

pg_remove() { pg_down; rm -rf "$DATA/pg" "$(pg_socket_folder)"; }
