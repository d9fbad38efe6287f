# Where the data is, and the passwords beside it. Sourced by servers.sh.

# The nearest folder that exists, of a path that may not.
existing_part() { local p=$1; while [ ! -d "$p" ]; do p=$(dirname "$p"); done; echo "$p"; }

# Can somebody without any right of his own pass through this folder? (the servers' users may not be installed yet)
open_to_others() { setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all -- test -x "$1" 2>/dev/null; }

# As root the servers run under users of their own. A checkout below a closed folder (as /root is) is out of their reach:
# the data then goes below /var/lib, under a name that belongs to the folder asked for.
choose_data() {
  WANTED=$(readlink -m "$DATA"); DATA=$WANTED
  [ -n "$AS_ROOT" ] || return 0
  local there; there=$(existing_part "$WANTED")
  [ "$there" != "$WANTED" ] || chmod 755 "$WANTED" 2>/dev/null || true
  if ! open_to_others "$there"; then DATA=/var/lib/aiteams/$(printf '%s' "$WANTED" | sha256sum | cut -c1-16); fi
}

# One command at a time for a data folder. Held until this script ends; the servers do not inherit it.
lock() {
  while true; do
    ( [ -z "$AS_ROOT" ] || umask 022; mkdir -p "$DATA" ) || die "cannot create $DATA"
    [ -z "$AS_ROOT" ] || chmod 755 "$DATA"
    exec 8>"$DATA/.lock" || die "$DATA belongs to another user: run as that user, or set LOCAL_DATA to another folder"
    flock -w 300 8 || die "another servers.sh has been busy with $DATA for 5 minutes"
    [ ! "$DATA/.lock" -ef /proc/self/fd/8 ] || break             # else it was wiped away meanwhile
  done
  LOCKED=1
  if [ "$DATA" != "$WANTED" ]; then
    say "$WANTED is closed to the users the servers run under; the data is in $DATA" >&2
    printf '%s\n' "$WANTED" > "$DATA/belongs-to"
  fi
}

forget() { rm -f "$DATA/passwords" "$DATA/belongs-to" "$DATA/.lock"; rmdir "$DATA" 2>/dev/null || true; }

# A server's own folder, private to its user.
own_folder() {
  local server=$1 user
  if [ -n "$AS_ROOT" ]; then
    user=$(owner "$server"); id "$user" >/dev/null 2>&1 || die "no user $user: run bash $here/install.sh first"
    install -d -m 700 -o "$user" -g "$(id -g "$user")" "$DATA/$server"
    setpriv --reuid="$user" --regid="$(id -g "$user")" --init-groups -- test -w "$DATA/$server" 2>/dev/null ||
      die "user $user cannot reach $DATA/$server: a folder above it is closed to others. Set LOCAL_DATA to one that is not"
  else
    mkdir -p "$DATA/$server" && [ -O "$DATA/$server" ] ||
      die "$DATA/$server belongs to another user (started as root before?): run as that user, or set LOCAL_DATA to another folder"
  fi
}

give() { [ -z "$AS_ROOT" ] || chown "$(owner "$1"):" "$2"; }    # give SERVER FILE: to the server's user

# Passwords: the environment's, else those in DATA/passwords, made on first use.
load_passwords() {
  PG_PASSWORD=${LOCAL_PG_PASSWORD:-} RABBIT_PASSWORD=${LOCAL_RABBIT_PASSWORD:-} REDIS_PASSWORD=${LOCAL_REDIS_PASSWORD:-}
  local name value file=$DATA/passwords
  if [ -z "$PG_PASSWORD" ] || [ -z "$RABBIT_PASSWORD" ] || [ -z "$REDIS_PASSWORD" ]; then
    if [ ! -s "$file" ] && [ -n "${LOCKED:-}" ]; then
      for name in PG RABBIT REDIS; do printf '%s %s\n' $name "$(random_word)"; done > "$file.new"
      mv "$file.new" "$file"
    fi
    [ ! -s "$file" ] || while read -r name value; do
      case $name in
        PG)     PG_PASSWORD=${PG_PASSWORD:-$value};;
        RABBIT) RABBIT_PASSWORD=${RABBIT_PASSWORD:-$value};;
        REDIS)  REDIS_PASSWORD=${REDIS_PASSWORD:-$value};;
      esac
    done < "$file"
  fi
  # They are written into configuration files and URIs, where other characters would need quoting.
  case "$PG_PASSWORD$RABBIT_PASSWORD$REDIS_PASSWORD" in *[!A-Za-z0-9._~-]*) die "passwords may hold letters, digits and . _ ~ - only";; esac
}

random_word() { head -c 18 /dev/urandom | base64 | tr '+/' 'xy'; }
