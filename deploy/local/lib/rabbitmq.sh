# RabbitMQ and its name server, epmd. Sourced by servers.sh.

RABBIT_BIN=/usr/lib/rabbitmq/bin       # not /usr/sbin: those wrappers insist on root or rabbitmq, and on /var/lib/rabbitmq

rabbit_environment() {
  local d=$DATA/rabbit
  RABBIT_ENVIRONMENT=(
    RABBITMQ_NODENAME=aiteams@localhost                         # @localhost: the machine's own name need not resolve
    RABBITMQ_CONF_ENV_FILE="$d/none"                            # not /etc/rabbitmq/rabbitmq-env.conf
    RABBITMQ_CONFIG_FILE="$d/rabbitmq.conf" RABBITMQ_CONFIG_FILES="$d/conf.d" RABBITMQ_ADVANCED_CONFIG_FILE="$d/advanced.config"
    RABBITMQ_MNESIA_BASE="$d/mnesia" RABBITMQ_LOG_BASE="$d/log" RABBITMQ_LOGS="$d/log/rabbit.log"
    RABBITMQ_ENABLED_PLUGINS_FILE="$d/enabled_plugins" RABBITMQ_FEATURE_FLAGS_FILE="$d/feature_flags"
    RABBITMQ_GENERATED_CONFIG_DIR="$d/config" RABBITMQ_SCHEMA_DIR="$d/schema" RABBITMQ_PID_FILE="$d/rabbit.pid"
    RABBITMQ_DIST_PORT="$RABBIT_DIST_PORT"
    RABBITMQ_CTL_DIST_PORT_MIN=$((RABBIT_DIST_PORT + 10)) RABBITMQ_CTL_DIST_PORT_MAX=$((RABBIT_DIST_PORT + 30))
    ERL_EPMD_PORT="$EPMD_PORT" ERL_EPMD_ADDRESS=127.0.0.1
    ERL_CRASH_DUMP="$d/log/erl_crash.dump" ERL_CRASH_DUMP_SECONDS=0
    RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1} +S 2:2 +A 16"
    RABBITMQ_CTL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
    RUNNING_UNDER_SYSTEMD=true)                                 # "exec erl": the process id is the server, SIGTERM stops it cleanly
}

rabbit_pid()  { pid_in "$DATA/rabbit/beam.pid" 'beam*'; }
epmd_pid()    { pid_in "$DATA/rabbit/epmd.pid" 'epmd*'; }
rabbit_ctl()  { rabbit_environment; ( as rabbit env "${RABBIT_ENVIRONMENT[@]}" "$RABBIT_BIN/rabbitmqctl" "$@" ); }
has_plugin()  { case ",$RABBIT_PLUGINS," in *",rabbitmq_$1,"*) return 0;; esac; return 1; }
digest()      { printf '%s' "$RABBIT_PASSWORD" | sha256sum | cut -c1-64; }

rabbit_ready() { # the AMQP listener opens last, after the plugins: it answers a protocol header with a method frame
  ( exec 3<>"/dev/tcp/127.0.0.1/$RABBIT_PORT" && printf 'AMQP\0\0\11\1' >&3 && IFS= read -r -t 5 -n 1 -d '' b <&3 && [ "$(printf '%d' "'$b")" = 1 ] ) 2>/dev/null
}

rabbit_configuration() {
  cat <<C
listeners.tcp.1 = 127.0.0.1:$RABBIT_PORT
default_user = $RABBIT_USER
default_pass = $RABBIT_PASSWORD
default_vhost = /
default_permissions.configure = .*
default_permissions.read = .*
default_permissions.write = .*
default_user_tags.administrator = true
loopback_users = none
vm_memory_high_watermark.absolute = 1GB
disk_free_limit.absolute = 200MB
log.file.level = info
log.console = false
heartbeat = 60
C
  ! has_plugin management || printf 'management.tcp.ip = 127.0.0.1\nmanagement.tcp.port = %s\n' "$RABBIT_MGMT_PORT"
  ! has_plugin prometheus || printf 'prometheus.tcp.ip = 127.0.0.1\nprometheus.tcp.port = %s\n' "$RABBIT_PROM_PORT"
}

# Our own epmd, on our own port, no daemon: else erl starts one on 4369, on every interface, and leaves it behind. Should ours be
# killed, RabbitMQ starts another one on this port within a minute: that one is then as good, and ends with epmd_stop.
epmd_up() {
  local i log=$DATA/rabbit/log/epmd.log
  [ -z "$(epmd_pid)" ] || return 0
  if epmd_ask -names; then if [ -n "$(rabbit_pid)" ]; then return 0; else epmd_ask -kill || true; fi; fi
  need_free "$EPMD_PORT" LOCAL_EPMD_PORT
  background "$log" bash "$me" become epmd
  for ((i = 0; i < 200; i++)); do if listening "$EPMD_PORT"; then return 0; fi; sleep .05; done
  tail -n 5 "$log" >&2; die "epmd did not start"
}
epmd_ask() { listening "$EPMD_PORT" && ( as rabbit env ERL_EPMD_PORT="$EPMD_PORT" epmd "$1" ) >/dev/null 2>&1; }    # it dies only when no node uses it

epmd_stop() {
  local pid; pid=$(epmd_pid)
  if [ -n "$pid" ]; then kill -TERM "$pid" 2>/dev/null || true; gone_within 5 "$pid" || kill -KILL "$pid" 2>/dev/null || true
  else epmd_ask -kill || true; fi
  rm -f "$DATA/rabbit/epmd.pid"
}

rabbit_running() { # true when ready; false when there is none; waits while one starts
  local i
  for ((i = 0; i < 1200; i++)); do
    [ -n "$(rabbit_pid)" ] || return 1
    rabbit_ready && return 0
    [ $i -ne 50 ] || grep -qsF "127.0.0.1:$RABBIT_PORT" "$DATA/rabbit/rabbitmq.conf" || die "this RabbitMQ does not listen on $RABBIT_PORT: run servers.sh down first"
    sleep .1
  done
  die "rabbitmq: process $(rabbit_pid) has not become ready in 2 minutes, see $DATA/rabbit/log"
}

rabbit_password() { # default_pass counts for a new node only
  local file=$DATA/rabbit/password.sha256
  [ "$(cat "$file" 2>/dev/null || true)" != "$(digest)" ] || return 0
  [ "${1:-}" = new ] || printf '%s\n' "$RABBIT_PASSWORD" | rabbit_ctl -q change_password "$RABBIT_USER" >/dev/null || die "rabbitmq: the password could not be changed"
  digest > "$file"
}

rabbit_up() {
  local d=$DATA/rabbit started pid i age=new
  [ -x $RABBIT_BIN/rabbitmq-server ] || die "no RabbitMQ on this machine: run bash $here/install.sh"
  started=$(milliseconds); own_folder rabbit
  if rabbit_running; then epmd_up; rabbit_password; say "rabbitmq: already up on $RABBIT_PORT"; return; fi
  need_free "$RABBIT_PORT" LOCAL_RABBIT_PORT; need_free "$RABBIT_DIST_PORT" LOCAL_RABBIT_DIST_PORT
  ! has_plugin management || need_free "$RABBIT_MGMT_PORT" LOCAL_RABBIT_MGMT_PORT
  ! has_plugin prometheus || need_free "$RABBIT_PROM_PORT" LOCAL_RABBIT_PROM_PORT

  if [ ! -s "$d/password.sha256" ]; then rm -rf "$d/mnesia"; else age=old; fi     # never got as far as answering: begin anew
  mkdir -p "$d"/{mnesia,log,conf.d,config,schema}
  [ -s "$d/.erlang.cookie" ] || { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n' > "$d/.erlang.cookie"; chmod 400 "$d/.erlang.cookie"; }
  echo "[$RABBIT_PLUGINS]." > "$d/enabled_plugins"
  rabbit_configuration > "$d/rabbitmq.conf"
  [ -z "$AS_ROOT" ] || chown -R rabbitmq: "$d"

  epmd_up
  background "$d/log/console.log" bash "$me" become rabbit; pid=$!
  for ((i = 0; i < 1200; i++)); do
    if rabbit_ready; then rabbit_password $age; say "rabbitmq: up on $RABBIT_PORT in $(($(milliseconds) - started)) ms"; return 0; fi
    alive "$pid" || { tail -n 25 "$d/log/console.log" "$d/log/rabbit.log" >&2; die "rabbitmq did not start"; }
    sleep .1
  done
  die "rabbitmq: no answer on $RABBIT_PORT after 2 minutes, see $d/log"
}

rabbit_down() {
  local pid; pid=$(rabbit_pid)
  if [ -z "$pid" ]; then say "rabbitmq: not running"
  else
    kill -TERM "$pid" 2>/dev/null || true
    gone_within 60 "$pid" || { say "rabbitmq: no end after 60 s, killing it"; kill -KILL "$pid" 2>/dev/null || true; gone_within 5 "$pid" || true; }
    say "rabbitmq: stopped"
  fi
  [ ! -d "$DATA/rabbit" ] || epmd_stop
  rm -f "$DATA/rabbit/beam.pid"
}

rabbit_remove() { rabbit_down; rm -rf "$DATA/rabbit"; }
