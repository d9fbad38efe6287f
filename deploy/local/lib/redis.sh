# Redis. Sourced by servers.sh.

redis_pid()   { pid_in "$DATA/redis/redis.pid" 'redis-server*'; }
redis_ready() { [ "$(REDISCLI_AUTH=$REDIS_PASSWORD redis-cli -h 127.0.0.1 -p "$REDIS_PORT" ping 2>/dev/null || true)" = PONG ]; }

redis_configuration() {
  cat <<C
bind 127.0.0.1
port $REDIS_PORT
protected-mode yes
requirepass $REDIS_PASSWORD
dir "$DATA/redis"
unixsocket ""
daemonize no
supervised no
pidfile ""
logfile ""
databases 16
tcp-keepalive 60
maxmemory 256mb
maxmemory-policy noeviction
appendonly yes
appendfsync everysec
save ""
C
}

redis_up() {
  local d=$DATA/redis started pid i
  [ -x /usr/bin/redis-server ] || die "no Redis on this machine: run bash $here/install.sh"
  started=$(milliseconds); own_folder redis
  if [ -n "$(redis_pid)" ]; then
    for ((i = 0; i < 40; i++)); do if redis_ready; then say "redis: already up on $REDIS_PORT"; return; fi; sleep .05; done
    redis_down                                       # ours, but on another port or with another password: start it with these
  fi
  need_free "$REDIS_PORT" LOCAL_REDIS_PORT
  redis_configuration > "$d/redis.conf"; give redis "$d/redis.conf"
  background "$d/redis.log" bash "$me" become redis; pid=$!
  for ((i = 0; i < 1200; i++)); do
    if redis_ready; then say "redis: up on $REDIS_PORT in $(($(milliseconds) - started)) ms"; return 0; fi
    alive "$pid" || { tail -n 15 "$d/redis.log" >&2; die "redis did not start"; }
    sleep .05
  done
  die "redis: no answer on $REDIS_PORT after a minute, see $d/redis.log"
}

redis_down() {
  local pid; pid=$(redis_pid)
  if [ -z "$pid" ]; then say "redis: not running"; return 0; fi
  kill -TERM "$pid" 2>/dev/null || true
  gone_within 20 "$pid" || kill -KILL "$pid" 2>/dev/null || true
  rm -f "$DATA/redis/redis.pid"; say "redis: stopped"
}

redis_remove() { redis_down; rm -rf "$DATA/redis"; }
