#!/bin/sh
# deps.sh NEED...: looks whether what NEED (build, test, demo, fuzz) calls for is on this machine, installs what is
# missing where that can be done without asking, and writes make variables to standard output: how to compile and link.
# Needs no network when everything is there. All words go to standard error.
set -eu

CC=${CC:-cc}
needs=" $* "

wants()
{
	case $needs in *" $1 "*) return 0 ;; esac
	return 1
}

# ---- what there is to have: one row each ---------------------------------------------------------------------------
#
# need  test                Debian             Fedora               Arch        Alpine       Homebrew
rows()
{
	cat <<-ROWS
	build tool:$CC          gcc                gcc                  gcc         gcc          -
	build header:stdio.h    libc6-dev          glibc-devel          glibc       musl-dev     -
	build tool:pkg-config   pkg-config         pkgconf-pkg-config   pkgconf     pkgconf      pkgconf
	build pkg:ncursesw      libncurses-dev     ncurses-devel        ncurses     ncurses-dev  ncurses
	build pkg:libuv         libuv1-dev         libuv-devel          libuv       libuv-dev    libuv
	build pkg:libcjson      libcjson-dev       cjson-devel          cjson       cjson-dev    cjson
	build pkg:hiredis       libhiredis-dev     hiredis-devel        hiredis     hiredis-dev  hiredis
	build pkg:zlib          zlib1g-dev         zlib-devel           zlib        zlib-dev     zlib
	build pkg:libzstd       libzstd-dev        libzstd-devel        zstd        zstd-dev     zstd
	test  pkg:cmocka        libcmocka-dev      libcmocka-devel      cmocka      cmocka-dev   cmocka
	test  pkg:vterm         libvterm-dev       libvterm-devel       libvterm    libvterm-dev libvterm
	test  tool:redis-server redis-server       redis                valkey      redis        redis
	demo  tool:redis-server redis-server       redis                valkey      redis        redis
	fuzz  tool:clang        clang              clang                clang       clang        llvm
	ROWS
}

there()
{
	case $1 in
	tool:*) command -v "${1#tool:}" >/dev/null 2>&1 ;;
	header:*) printf '#include <%s>\n' "${1#header:}" | $CC -E - >/dev/null 2>&1 ;;
	pkg:*) pkg-config --exists "${1#pkg:}" 2>/dev/null ;;
	esac
}

# Names of the packages, in column $1 of the table, of what is needed and not there, each once.
missing()
{
	missing_rows "$1" | sort -u | tr -d '\n'
}

missing_rows()
{
	rows | while read -r need what names; do
		if wants "$need" && ! there "$what"; then
			# shellcheck disable=SC2086
			set -- "$1" $names
			eval "name=\${$(($1 + 1))}"
			[ "$what" = "tool:$CC" ] && case $CC in *clang*) name=clang ;; esac
			[ "$name" = - ] || printf ' %s\n' "$name"
		fi
	done
}

say()
{
	printf '%s\n' "drifttop: $*" >&2
}

# One line: the command for this system, or for all five where it is none of them.
tell()
{
	what="libraries or tools are missing"
	deb="apt-get install$(missing 1)"
	fed="dnf install$(missing 2)"
	arc="pacman -S$(missing 3)"
	alp="apk add$(missing 4)"
	brw="brew install$(missing 5)"
	if command -v apt-get >/dev/null 2>&1; then
		say "$what; as root: $deb"
	elif command -v dnf >/dev/null 2>&1; then
		say "$what; as root: $fed"
	elif command -v pacman >/dev/null 2>&1; then
		say "$what; as root: $arc"
	elif command -v apk >/dev/null 2>&1; then
		say "$what; as root: $alp"
	elif command -v brew >/dev/null 2>&1; then
		say "$what: $brw"
	else
		say "$what: Debian: $deb | Fedora: $fed | Arch: $arc | Alpine: $alp | Homebrew: $brw"
	fi
}

# ---- installing on Debian ------------------------------------------------------------------------------------------

as_root()
{
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

can_install()
{
	command -v apt-get >/dev/null 2>&1 || return 1
	[ "$(id -u)" = 0 ] && return 0
	command -v sudo >/dev/null 2>&1 && sudo -n true 2>/dev/null
}

# Debian starts a service when its package is installed. policy-rc.d is Debian's way to say no to that; ours stands only
# while apt-get runs, whatever way this script ends, and one that was there is put back.
policy=/usr/sbin/policy-rc.d
policy_mark='# drifttop deps: no service starts while packages are installed'

policy_deny()
{
	policy_lift
	[ ! -e "$policy" ] || as_root mv "$policy" "$policy.drifttop-saved"
	printf '#!/bin/sh\n%s\nexit 101\n' "$policy_mark" | as_root tee "$policy" >/dev/null
	as_root chmod 755 "$policy"
}

# Also clears up after a run that was killed.
policy_lift()
{
	if [ -e "$policy" ] && grep -qF "$policy_mark" "$policy"; then
		as_root rm -f "$policy"
	fi
	[ ! -e "$policy.drifttop-saved" ] || as_root mv "$policy.drifttop-saved" "$policy"
}

# A redis-server that came only as a tool is not to start with the next boot either.
redis_stays_down()
{
	if command -v systemctl >/dev/null 2>&1; then
		as_root systemctl disable redis-server.service >/dev/null 2>&1 || true
	fi
	if command -v update-rc.d >/dev/null 2>&1; then
		as_root update-rc.d redis-server disable >/dev/null 2>&1 || true
	fi
}

apt_install()
{
	as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120 \
		install -y --no-install-recommends "$@" >&2 </dev/null
}

install_missing()
{
	# One at a time, whoever else builds on this machine; the one before may have installed what is missing here.
	exec 9<"$(command -v apt-get)"
	if command -v flock >/dev/null 2>&1; then
		flock 9
	fi
	packages=$(missing 1)
	[ -n "$packages" ] || return 0
	say "installing$packages (a minute or so)"
	had_redis=$(command -v redis-server 2>/dev/null || true)
	trap policy_lift EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	policy_deny
	# Package lists may be absent or stale: fetch them only when the first try fails.
	# shellcheck disable=SC2086
	apt_install $packages 2>/dev/null || {
		as_root apt-get -qq update >&2 </dev/null || true
		apt_install $packages || say "apt-get failed"
	}
	policy_lift
	trap - EXIT HUP INT TERM
	case " $packages " in *" redis-server "*) [ -n "$had_redis" ] || redis_stays_down ;; esac
}

# ---- main ----------------------------------------------------------------------------------------------------------

if [ -n "$(missing 1)" ]; then
	if can_install; then
		install_missing
	fi
	if [ -n "$(missing 1)" ]; then
		tell
		exit 1
	fi
fi

# Feature macros are ours to choose: those that a .pc file sets would only clash.
flags()
{
	pkg-config "$@" | sed 's/-D_[A-Z_]*SOURCE[A-Z_]*\(=[0-9]*\)\{0,1\}//g; s/-D_FILE_OFFSET_BITS=64//g'
}

all="ncursesw libuv libcjson hiredis zlib libzstd"
# shellcheck disable=SC2086
echo "DEPS_CFLAGS := $(flags --cflags $all)"
# shellcheck disable=SC2086
echo "DEPS_LIBS := $(pkg-config --libs $all)"
if pkg-config --exists cmocka 2>/dev/null; then
	vterm=$(! pkg-config --exists vterm 2>/dev/null || echo vterm)
	# shellcheck disable=SC2086
	echo "TEST_LIBS := $(pkg-config --libs cmocka $vterm)"
fi
