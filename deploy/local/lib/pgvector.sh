# pgvector from source, for a distribution without a postgresql-NN-pgvector package. Sourced by install.sh.

PGVECTOR_VERSION=0.8.0
PGVECTOR_SHA256=867a2c328d4928a5a9d6f052cd3bc78c7d60228a9b914ad32aa3db88e9de27b0
PGVECTOR_FILE=pgvector_$PGVECTOR_VERSION.orig.tar.gz
PGVECTOR_SUITE=trixie          # where apt looks for a source when that file has gone

# The archives are those this machine's apt already uses: "URI ORIGIN" a line.
archives() {
  apt-get indextargets --format '$(REPO_URI) $(ORIGIN)' 'Created-By: Packages' 2>/dev/null | sed 's#/* # #' |
    grep -E ' (Debian|Ubuntu)$' | grep -v -e security -e backports | sort -u || true
}

# Puts the source tarball into $WORK and its name into TARBALL: the one given, the pinned one, or what the suite carries now.
fetch_source() {
  local downloads=$1 uri origin component given=${LOCAL_PGVECTOR_TARBALL:-}
  TARBALL=$WORK/$PGVECTOR_FILE
  if [ -n "$given" ]; then [ -f "$given" ] || die "LOCAL_PGVECTOR_TARBALL=$given: no such file"; cp "$given" "$TARBALL"; return; fi
  while read -r uri origin; do
    case $origin in Ubuntu) component=universe;; *) component=main;; esac
    if run /usr/lib/apt/apt-helper -o Acquire::Retries=3 -o Acquire::http::Timeout=30 download-file \
         "$uri/pool/$component/p/pgvector/$PGVECTOR_FILE" "$downloads/$PGVECTOR_FILE" "SHA256:$PGVECTOR_SHA256"; then
      cp "$downloads/$PGVECTOR_FILE" "$TARBALL"; return
    fi
  done < <(archives)
  fetch_suite_source "$downloads"
}

fetch_suite_source() { # any version, checked by Debian's signature
  local downloads=$1 uri key=/usr/share/keyrings/debian-archive-keyring.gpg state=$WORK/apt
  say "the pinned pgvector source is out of reach; asking apt for $PGVECTOR_SUITE's"
  uri=$(archives | awk '$2 == "Debian" {print $1; exit}')
  [ -f $key ] && [ -n "$uri" ] || die "no pgvector source: download $PGVECTOR_FILE and set LOCAL_PGVECTOR_TARBALL"
  mkdir -p "$state/lists/partial" "$state/cache/archives/partial"
  echo "deb-src [signed-by=$key] $uri $PGVECTOR_SUITE main" > "$state/sources.list"
  local options=(-o Dir::Etc::sourcelist="$state/sources.list" -o Dir::Etc::sourceparts=/dev/null -o Dir::State::lists="$state/lists"
                 -o Dir::Cache="$state/cache" -o Acquire::Languages=none -o APT::Sandbox::User=root)
  run apt-get "${options[@]}" update || die "the archive with the pgvector source is out of reach"
  ( cd "$downloads" && run apt-get "${options[@]}" source --download-only pgvector ) || die "the pgvector source could not be downloaded"
  TARBALL=$(ls "$downloads"/pgvector_*.orig.tar.gz | head -1)
}

# Sets HEADERS. Only the headers of postgresql-server-dev-NN and libpq-dev are unpacked, into a private folder: installing that package
# would bring clang and llvm (170 MB to download, 0.9 GB on disk) for bitcode nobody needs.
fetch_headers() {
  local v=$1 downloads=$2 version deb
  if [ -f "/usr/include/postgresql/$v/server/postgres.h" ] && [ -f /usr/include/postgresql/postgres_ext.h ]; then HEADERS=/usr/include/postgresql; return; fi
  version=$(dpkg-query -W -f '${Version}' "postgresql-$v")
  ( cd "$downloads" &&
    { run apt-get -q download "postgresql-server-dev-$v=$version" "libpq-dev=$version" || run apt-get -q download "postgresql-server-dev-$v" libpq-dev; } ) ||
    die "the headers of PostgreSQL $v could not be downloaded"
  for deb in "$downloads"/*.deb; do dpkg-deb -x "$deb" "$WORK/headers"; done
  HEADERS=$WORK/headers/usr/include/postgresql
}

# Installed as a small package, so that apt can replace or remove it and it survives minor updates of the server.
install_package() {
  local v=$1 version=$2 staged=$3 i
  local doc=$staged/usr/share/doc/postgresql-$v-pgvector
  mkdir -p "$staged/DEBIAN" "$doc"; cp "$WORK/src/LICENSE" "$doc/copyright"
  cat > "$staged/DEBIAN/control" <<C
Package: postgresql-$v-pgvector
Version: $version-0local1
Architecture: $(dpkg --print-architecture)
Maintainer: AI Teams local servers <root@localhost>
Depends: postgresql-$v
Section: database
Priority: optional
Description: pgvector $version for PostgreSQL $v, compiled on this machine
C
  find "$staged" -type d -exec chmod 755 {} +
  run dpkg-deb --root-owner-group -Zgzip -b "$staged" "$WORK/pgvector.deb" || die "dpkg-deb failed"
  for ((i = 0; i < 10; i++)); do ! run dpkg -i "$WORK/pgvector.deb" || return 0; sleep 3; done      # dpkg's lock may be held
  die "dpkg could not install the pgvector package"
}

build_pgvector() { # build_pgvector MAJOR: with the server's own PGXS (of postgresql-client-NN), portable code, no bitcode
  local v=$1 version downloads=$WORK/downloads source=$WORK/src staged=$WORK/package
  mkdir -p "$downloads" "$source"; chown _apt "$downloads" 2>/dev/null || true
  fetch_source "$downloads"
  tar xzf "$TARBALL" -C "$source" --strip-components=1
  version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" "$source/vector.control")
  fetch_headers "$v" "$downloads"
  say "compiling pgvector $version for PostgreSQL $v"
  local make=(make -C "$source" PG_CONFIG="/usr/lib/postgresql/$v/bin/pg_config" with_llvm=no OPTFLAGS=
              includedir_server="$HEADERS/$v/server" includedir_internal="$HEADERS/internal" PG_CPPFLAGS="-I$HEADERS")
  run "${make[@]}" -j"$(nproc)" || die "pgvector did not compile"
  run "${make[@]}" install DESTDIR="$staged" || die "pgvector: make install failed"
  rm -rf "$staged/tmp" "$staged$HEADERS" "$staged/usr/include"
  strip --strip-unneeded "$staged/usr/lib/postgresql/$v/lib/vector.so" 2>/dev/null || true
  install_package "$v" "$version" "$staged"
}
