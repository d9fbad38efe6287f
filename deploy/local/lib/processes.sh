# Processes: who runs what, who is alive, who holds a port. Sourced by servers.sh.

say() { printf '[local] %s\n' "$*"; }
die() { printf '[local] ERROR: %s\n' "$*" >&2; exit 1; }
milliseconds() { date +%s%3N; }

AS_ROOT=; [ "$(id -u)" = 0 ] && AS_ROOT=1
owner() { case $1 in pg) echo postgres;; rabbit) echo rabbitmq;; redis) echo redis;; esac; }

# A server must hold no descriptor of ours or of our caller: `up | tee`, or a step of a CI job, would wait for it for ever.
close_descriptors() {
  local f
  for f in "/proc/$BASHPID/fd/"*; do f=${f##*/}; [ "$f" -le 2 ] || eval "exec $f>&-" 2>/dev/null || true; done
}

# ( as pg|rabbit|redis COMMAND... ): becomes COMMAND under that server's user, in that server's folder.
# setpriv keeps the process id (it execs); su, sudo and runuser put a process of their own in between.
as() {
  local server=$1 user; shift
  local environment=(env -u LOCAL_PG_PASSWORD -u LOCAL_RABBIT_PASSWORD -u LOCAL_REDIS_PASSWORD "HOME=$DATA/$server" LANG=C.UTF-8 LC_ALL=C.UTF-8)
  cd "$DATA/$server"
  close_descriptors
  if [ -n "$AS_ROOT" ]; then
    user=$(owner "$server")
    exec setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups --inh-caps=-all -- "${environment[@]}" USER="$user" LOGNAME="$user" "$@"
  fi
  exec "${environment[@]}" "$@"
}

# background LOG COMMAND...: in a session of its own, so that Ctrl-C in the terminal reaches us and not the server.
background() { local log=$1; shift; ( exec </dev/null >>"$log" 2>&1; close_descriptors; exec setsid "$@" ) & }

alive() { [ -n "${1:-}" ] && kill -0 "$1" 2>/dev/null && [ "$(awk '/^State:/{print $2}' "/proc/$1/status" 2>/dev/null)" != Z ]; }

# pid_in FILE PROGRAM: the process id in FILE, if that process lives and is PROGRAM (a pid file outlives a reboot).
pid_in() {
  local pid=
  [ -s "$1" ] || return 0
  read -r pid <"$1" || true
  case ${pid:-} in ''|*[!0-9]*) return 0;; esac
  # shellcheck disable=SC2254  # a pattern on purpose
  if alive "$pid"; then case $(cat "/proc/$pid/comm" 2>/dev/null || true) in $2) echo "$pid";; esac; fi
}

gone_within() { # gone_within SECONDS PID
  local i
  for ((i = 0; i < $1 * 20; i++)); do alive "$2" || return 0; sleep .05; done
  return 1
}

listening() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
need_free() { ! listening "$1" || die "port $1 on 127.0.0.1 is taken by another program: set $2 to a free one"; }

# Internal entry of servers.sh: this process becomes the server. It writes its own process id down first, so that a server is
# known even when the `up` that started it was killed.
become() {
  case $1 in
    epmd)   echo $$ > "$DATA/rabbit/epmd.pid"; rabbit_environment; as rabbit env "${RABBIT_ENVIRONMENT[@]}" epmd;;
    rabbit) echo $$ > "$DATA/rabbit/beam.pid"; rabbit_environment; as rabbit env "${RABBIT_ENVIRONMENT[@]}" "$RABBIT_BIN/rabbitmq-server";;
    redis)  echo $$ > "$DATA/redis/redis.pid"; as redis redis-server "$DATA/redis/redis.conf";;
    *)      die "unknown server $1";;
  esac
}
