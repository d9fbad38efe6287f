#!/usr/bin/env bash
# Installs PostgreSQL with pgvector, RabbitMQ and Redis from the machine's own package sources (Debian, Ubuntu), without
# letting any of them start or be enabled as a service of the system. servers.sh runs them.
#
#   install.sh           install what is missing; does nothing when all is there
#   install.sh --check   only say what is there; exit 0: complete, 1: something is missing
#
# Needs root, or sudo. Settings by environment:
#   LOCAL_PG_MAJOR=15           this PostgreSQL (default: the newest installed one, else the distribution's own)
#   LOCAL_PGVECTOR=build        compile pgvector even where the distribution packages it
#   LOCAL_PGVECTOR_TARBALL=F    its source, instead of a download
#   LOCAL_KEEP_SERVICES=1       leave the installed packages' units enabled
set -euo pipefail
export LC_ALL=C
self=$(readlink -f "${BASH_SOURCE[0]}"); here=$(dirname "$self")
MIN_PG=14
SETTINGS=(LOCAL_PG_MAJOR LOCAL_PGVECTOR LOCAL_PGVECTOR_TARBALL LOCAL_KEEP_SERVICES CI http_proxy https_proxy)

T0=$(date +%s%N)
say() { local ms=$((($(date +%s%N) - T0) / 1000000)); printf '[install %d.%01ds] %s\n' $((ms / 1000)) $((ms % 1000 / 100)) "$*"; }
die() { printf '[install] ERROR: %s\n' "$*" >&2; exit 1; }

# ---------------------------------------------------------------- what is there

has_postgres() { [ -x "/usr/lib/postgresql/$1/bin/postgres" ]; }
has_vector()   { [ -f "/usr/share/postgresql/$1/extension/vector.control" ] && [ -f "/usr/lib/postgresql/$1/lib/vector.so" ]; }
has_rabbit()   { [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] && command -v erl >/dev/null; }
has_redis()    { [ -x /usr/bin/redis-server ] && [ -x /usr/bin/redis-cli ]; }
pg_majors()    { local f; for f in /usr/lib/postgresql/*/bin/postgres; do [ ! -x "$f" ] || basename "${f%/bin/postgres}"; done | sort -rn; }

pg_pick() { # the PostgreSQL to use, or nothing: the newest that has pgvector, else the newest
  local v
  if [ -n "${LOCAL_PG_MAJOR:-}" ]; then ! has_postgres "$LOCAL_PG_MAJOR" || echo "$LOCAL_PG_MAJOR"; return 0; fi
  for v in $(pg_majors); do if [ "$v" -ge $MIN_PG ] && has_vector "$v"; then echo "$v"; return 0; fi; done
  for v in $(pg_majors); do if [ "$v" -ge $MIN_PG ]; then echo "$v"; return 0; fi; done
}

package_status() { dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || true; }
packages_whole() { # no installation was cut off in the middle
  local p
  [ -z "$(ls -A /var/lib/dpkg/updates 2>/dev/null)" ] || return 1
  for p in "$@"; do case $(package_status "$p") in ''|installed|not-installed|config-files) ;; *) return 1;; esac; done
}

missing() { # one word per missing thing
  local v; v=$(pg_pick)
  if [ -z "$v" ]; then echo postgresql pgvector; elif ! has_vector "$v"; then echo pgvector; fi
  has_rabbit || echo rabbitmq
  has_redis || echo redis
  packages_whole "postgresql-${v:-0}" rabbitmq-server erlang-base redis-server || echo half-configured-packages
}

summary() {
  local v; v=$(pg_pick)
  if [ -n "$v" ]; then echo "  postgresql $("/usr/lib/postgresql/$v/bin/postgres" --version | awk '{print $3}')"; else echo "  postgresql MISSING"; fi
  if [ -n "$v" ] && has_vector "$v"; then echo "  pgvector   $(sed -n "s/^default_version *= *'\(.*\)'/\1/p" "/usr/share/postgresql/$v/extension/vector.control")"; else echo "  pgvector   MISSING"; fi
  if has_rabbit; then echo "  rabbitmq   $(basename /usr/lib/rabbitmq/lib/rabbitmq_server-* | sed 's/.*-//')"; else echo "  rabbitmq   MISSING"; fi
  if has_redis; then echo "  redis      $(redis-server --version | sed 's/.* v=\([^ ]*\).*/\1/')"; else echo "  redis      MISSING"; fi
}

todo=$(missing | xargs)
case "${1:-}" in
  --check) summary; [ -z "$todo" ] || { echo "  missing: $todo"; exit 1; }; exit 0;;
  '')      ;;
  *)       die "unknown argument '$1' (only --check)";;
esac
if [ -z "$todo" ]; then say "nothing to do, all is installed:"; summary; exit 0; fi

# ---------------------------------------------------------------- may we?

command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null ||
  die "missing: $todo. This is no Debian or Ubuntu: install PostgreSQL >= $MIN_PG with pgvector >= 0.6, RabbitMQ >= 3.10 and Redis >= 7 yourself."
if [ "$(id -u)" != 0 ]; then
  kept=(); for n in "${SETTINGS[@]}"; do [ -z "${!n:-}" ] || kept+=("$n=${!n}"); done
  if command -v sudo >/dev/null; then
    if sudo -n true 2>/dev/null || { [ -t 0 ] && [ -t 2 ]; }; then say "missing: $todo; going on through sudo"; exec sudo env "${kept[@]}" bash "$self"; fi
    die "missing: $todo. sudo wants a password here. Run once, in a terminal: sudo bash $self"
  fi
  die "missing: $todo. Installing needs root, and there is no sudo here. Run once as root: bash $self"
fi
say "to install: $todo"

# ---------------------------------------------------------------- one run at a time; nothing starts by itself

exec 9>/run/lock/aiteams-install.lock 2>/dev/null || exec 9>/run/aiteams-install.lock
flock -w 600 9 || die "another installation has been running for 10 minutes"
POLICY=/usr/sbin/policy-rc.d; POLICY_KEPT=$POLICY.before-aiteams; MARK='# aiteams install: temporary, safe to delete'
NO_CLUSTER=/etc/postgresql-common/createcluster.d/aiteams.conf
rm -rf /tmp/aiteams-install.??????                  # of a run that was killed: the lock is ours
WORK=$(mktemp -d /tmp/aiteams-install.XXXXXX); chmod 755 "$WORK"
LOG=$WORK/apt.log

put_back() {
  ! grep -qsF "$MARK" $POLICY || rm -f $POLICY
  if [ -e $POLICY_KEPT ] || [ -L $POLICY_KEPT ]; then mv -f $POLICY_KEPT $POLICY; fi
  rm -f $NO_CLUSTER; rmdir /etc/postgresql-common/createcluster.d /etc/postgresql-common 2>/dev/null || true
  rm -rf "$WORK"
}
! grep -qsF "$MARK" $POLICY || rm -f $POLICY
trap put_back EXIT; trap 'exit 130' INT; trap 'exit 143' TERM HUP
if [ -e $POLICY ] || [ -L $POLICY ]; then [ -e $POLICY_KEPT ] || mv $POLICY $POLICY_KEPT; fi
printf '#!/bin/sh\n%s\nexit 101\n' "$MARK" > $POLICY; chmod 755 $POLICY
mkdir -p "$(dirname $NO_CLUSTER)"; echo 'create_main_cluster = false' > $NO_CLUSTER    # no cluster of the system's on 5432

# ---------------------------------------------------------------- apt

export DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=l NEEDRESTART_SUSPEND=1 APT_LISTCHANGES_FRONTEND=none UCF_FORCE_CONFFOLD=1
APT=(apt-get -q -y -o DPkg::Lock::Timeout=600 -o Acquire::Retries=3 -o Acquire::http::Timeout=30 -o Acquire::https::Timeout=30
     -o Dpkg::Use-Pty=0 -o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold)
[ -z "${CI:-}" ] || APT+=(-o Dpkg::Options::=--force-unsafe-io)          # a throw-away machine: without dpkg's fsyncs

run() { "$@" >>"$LOG" 2>&1 </dev/null || { tail -n 40 "$LOG" >&2; return 1; }; }     # quiet unless it fails

apt_update() {
  local i
  for i in 1 2 3; do ! run "${APT[@]}" update || return 0; sleep 3; done
  say "WARNING: apt-get update failed (a third-party source?); going on with the lists that are here"
}
apt_install() {
  ! run "${APT[@]}" --no-install-recommends install "$@" || return 0
  say "apt-get install failed; once more with fresh lists"; apt_update
  run dpkg --configure -a || true
  run "${APT[@]}" -f install || true
  run "${APT[@]}" --no-install-recommends install "$@" || die "apt-get could not install: $*"
}
apt_has() { case $(apt-cache policy "$1" 2>/dev/null | awk '/Candidate:/{print $2}') in ''|'(none)') return 1;; esac; }

packages_whole rabbitmq-server redis-server erlang-base || run dpkg --configure -a || run "${APT[@]}" -f install || true
say "apt-get update"; apt_update                     # an old list means 404s

packages=(); build=; pg=$(pg_pick)
if [ -z "$pg" ]; then
  pg=${LOCAL_PG_MAJOR:-$(apt-cache depends postgresql 2>/dev/null | sed -n 's/.*Depends: postgresql-\([0-9][0-9]*\)$/\1/p' | sort -rn | head -1)}
  [ -n "$pg" ] || die "apt knows no PostgreSQL server: is the distribution's 'main' configured?"
  [ "$pg" -ge $MIN_PG ] || die "this distribution's PostgreSQL $pg is too old (needs >= $MIN_PG)"
  packages+=("postgresql-$pg")
fi
if ! has_vector "$pg"; then
  if [ "${LOCAL_PGVECTOR:-}" != build ] && apt_has "postgresql-$pg-pgvector"; then packages+=("postgresql-$pg-pgvector")
  else
    build=1
    command -v gcc >/dev/null || packages+=(gcc)
    command -v make >/dev/null || packages+=(make)
    [ -f /usr/include/stdio.h ] || packages+=(libc6-dev)
  fi
fi
has_rabbit || packages+=(rabbitmq-server)
has_redis || packages+=(redis-server)

fresh=" "; for p in "postgresql-$pg" rabbitmq-server redis-server erlang-base; do [ "$(package_status "$p")" = installed ] || fresh+="$p "; done
if [ ${#packages[@]} -gt 0 ]; then say "apt-get install ${packages[*]}"; apt_install "${packages[@]}"; fi

# The packages enable their units for the next boot: undone, for those installed just now.
if [ -z "${LOCAL_KEEP_SERVICES:-}" ] && command -v systemctl >/dev/null; then
  units=()
  case $fresh in *" rabbitmq-server "*) units+=(rabbitmq-server.service);; esac
  case $fresh in *" erlang-base "*)     units+=(epmd.service epmd.socket);; esac
  case $fresh in *" redis-server "*)    units+=(redis-server.service);; esac
  case $fresh in *" postgresql-$pg "*)  [ -n "$(ls /etc/postgresql/*/*/postgresql.conf 2>/dev/null)" ] || units+=(postgresql.service);; esac
  for u in "${units[@]}"; do systemctl disable "$u" >>"$LOG" 2>&1 || true; done
fi

if [ -n "$build" ] && ! has_vector "$pg"; then
  . "$here/lib/pgvector.sh"
  build_pgvector "$pg"
fi

left=$(missing | xargs)
[ -z "$left" ] || { tail -n 40 "$LOG" >&2; die "still missing after the installation: $left"; }
say "done:"; summary
