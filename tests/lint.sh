#!/bin/sh
# lint.sh RESULTS: the rules of the house that a compiler does not know. Needs a finished build in $OUT; $CC and $CFLAGS
# are how it was compiled. Reads sources and object files only, so no version of any formatter matters.
#
# Each check is a function that prints one line "file:line: what is wrong" for each finding, and nothing when all is
# well.
set -u
LC_ALL=C
export LC_ALL

OUT=${OUT:-build}
CFLAGS=${CFLAGS:-}
export CFLAGS
CC=${CC:-cc}
NM=${NM:-nm}
rooms='core collectors widgets themes tui'
work=$(mktemp -d "${TMPDIR:-/tmp}/drifttop-lint-XXXXXX") || exit 1
trap 'rm -rf "$work"' EXIT

# ---- tables --------------------------------------------------------------------------------------------------------

# room: the rooms whose headers it may include, and whose functions it may call
allowed='
core: core
themes: themes
widgets: widgets themes core
collectors: collectors core
tui: tui widgets themes collectors core
tests: tests tui widgets themes collectors core
'

# library: header pattern, the room of which one file may know it
walled='
ncursesw,tinfo   (n?curses|term|panel)\.h          tui
hiredis          (hiredis|async|read|sds)\.h       collectors
cjson            cJSON.*\.h                        collectors
z                zlib\.h                           collectors
zstd             zstd\.h                           collectors
'

# What the part without terminal, network and clock may not ask the system for.
no_edge='time clock_gettime gettimeofday getenv secure_getenv setlocale localtime localtime_r gmtime
open fopen read write socket connect printf puts putchar stdout stderr exit _exit rand random system fork'

# Never, anywhere.
never='gets strcpy strcat sprintf vsprintf strtok alloca tmpnam mktemp rand srand atoi atof'

heap='malloc calloc realloc reallocarray free strdup strndup asprintf vasprintf getline aligned_alloc
posix_memalign'
# core/mem.c is the door itself.
heap_exempt='core/mem.o'

# ---- what the checks read ------------------------------------------------------------------------------------------

sources=$(find core collectors widgets themes tui tests -name '*.[ch]' 2>/dev/null | sort)
room_sources=$(printf '%s\n' "$sources" | grep -v '^tests/')
texts=$(git ls-files 2>/dev/null | grep -Ev '\.(gz|svg|png|dtr|ndjson|json)$|^tests/(corpus|golden|fixtures)/')
[ -n "$texts" ] || texts=$(find . -name '*.[ch]' -o -name '*.md' -o -name '*.sh' | sed 's,^\./,,')
objects=$(for s in $(printf '%s\n' "$room_sources" | grep '\.c$'); do echo "$OUT/${s%.c}.o"; done)

# file line text: all quoted includes; and, apart, all others
# shellcheck disable=SC2086
awk '/^[ \t]*#[ \t]*include[ \t]*"/ {split($0, q, "\""); print FILENAME, FNR, q[2]}' $sources >"$work/includes"
# shellcheck disable=SC2086
awk '/^[ \t]*#[ \t]*include[ \t]*</ {s = $0; sub(/.*</, "", s); sub(/>.*/, "", s); print FILENAME, FNR, s}' $sources \
	>"$work/system"

objects=$(for o in $objects; do [ ! -f "$o" ] || echo "$o"; done)

# object kind symbol, kind as nm prints it
# shellcheck disable=SC2086
$NM -A $objects 2>/dev/null | awk -v out="$OUT/" '
	{
		o = $1
		sub(/:.*/, "", o)
		print substr(o, length(out) + 1), $(NF - 1), $NF
	}' >"$work/symbols"

exports()
{
	file=$($CC -print-file-name="$1" 2>/dev/null)
	case $file in
	/*.a) $NM -g "$file" 2>/dev/null | awk 'NF == 3 {print $3}' ;;
	/*) $NM -D --defined-only "$file" 2>/dev/null | awk 'NF == 3 {sub(/@.*/, "", $3); print $3}' ;;
	esac
}

# ---- includes ------------------------------------------------------------------------------------------------------

check_rooms_include_only_what_they_may()
{
	printf '%s\n' "$allowed" | awk '
		NR == FNR {
			room = $1
			sub(/:$/, "", room)
			for (i = 2; i <= NF; i++) may[room, $i] = 1
			next
		}
		{
			from = $1; sub(/\/.*/, "", from)
			to = $3; sub(/\/.*/, "", to)
			if ($3 !~ /\//)
				print $1 ":" $2 ": \"" $3 "\" does not name its folder"
			else if (!((from, to) in may))
				print $1 ":" $2 ": " from " may not include " $3
		}' - "$work/includes"
}

# The files that include a header which matches $1, tests apart.
doors()
{
	awk -v pattern="$1" '$1 !~ /^tests\// && $3 ~ ("(^|/)" pattern "$") {print $1}' "$work/system" | sort -u
}

check_outside_libraries_have_one_door()
{
	printf '%s\n' "$walled" | while read -r _ pattern room; do
		[ -n "$pattern" ] || continue
		doors "$pattern" | awk -v pattern="$pattern" -v room="$room" '
			index($1, room "/") != 1 { print $1 ": <" pattern "> belongs to " room "/" }
			NR > 1 { print $1 ": <" pattern "> is known to another file already" }'
	done
	awk '$3 ~ /^uv/ && $1 !~ /^(tui|collectors|tests)\// {print $1 ":" $2 ": libuv is not for this room"}' \
		"$work/system"
}

check_no_include_cycle()
{
	# Self-pairs introduce a node; anything else is an edge. tsort names the members of a loop.
	awk '{print $1, $3}' "$work/includes" | tsort 2>&1 >/dev/null | sed 's/^tsort: //'
}

check_own_header_comes_first()
{
	# shellcheck disable=SC2086
	awk '
		FILENAME ~ /\.h$/ { exists[FILENAME] = 1; nextfile }
		/^[ \t]*#[ \t]*include[ \t]*[<"]/ && !(FILENAME in first) {
			split($0, part, "[<>\"]")
			first[FILENAME] = part[2]
		}
		END {
			for (c in first) {
				h = c
				sub(/c$/, "h", h)
				if (h in exists && first[c] != h)
					print c ": includes " first[c] " before its own header"
			}
		}' $sources
}

# A header with a .c of its own has compiled alone, as the first that file includes.
check_each_header_compiles_alone()
{
	printf '%s\n' "$sources" | grep '\.h$' | while read -r h; do
		[ -e "${h%.h}.c" ] || echo "$h"
	done | CC=$CC xargs -P "${JOBS:-2}" -I {} sh -c '
		printf "#include \"%s\"\nint alone;\n" {} |
			$CC $CFLAGS -Werror -fsyntax-only -x c - 2>&1 | grep -m1 -E "error|warning" |
			sed "s,^,{}: does not compile alone: ,"'
}

# ---- symbols -------------------------------------------------------------------------------------------------------

check_archives_call_only_what_they_may()
{
	{
		exports libc.so.6
		exports libm.so.6
		exports libgcc.a
		exports libgcc_s.so.1
	} >"$work/libc"
	# Elsewhere than with glibc the list cannot be had this way; includes are checked all the same.
	[ -s "$work/libc" ] || return 0
	printf '%s\n' "$allowed" | awk -v libc="$work/libc" -v edge="$(echo $no_edge)" '
		BEGIN {
			while ((getline s <libc) > 0) system_has[s] = 1
			n = split(edge, e, " ")
			for (i = 1; i <= n; i++) no_edge[e[i]] = 1
			system_has["_GLOBAL_OFFSET_TABLE_"] = system_has["__stack_chk_fail"] = 1
		}
		FILENAME == "-" {
			room = $1
			sub(/:$/, "", room)
			for (i = 2; i <= NF; i++) may[room, $i] = 1
			next
		}
		{
			room = $1; sub(/\/.*/, "", room)
			if ($2 ~ /[TDBRVWCGi]/) # i: one of several, chosen when the program is loaded
				home[$3] = room
			else if ($2 == "U")
				calls[++ncalls] = $1 " " room " " $3
		}
		END {
			for (i = 1; i <= ncalls; i++) {
				split(calls[i], c, " ")
				if (c[3] in home) {
					if (!((c[2], home[c[3]]) in may))
						print c[1] ": calls " c[3] " of " home[c[3]]
				} else if (c[2] ~ /^(core|themes|widgets)$/ && !(c[3] in system_has)) {
					print c[1] ": calls " c[3] ", which is neither libc nor libm"
				} else if (c[2] ~ /^(core|themes|widgets)$/ && c[3] in no_edge) {
					print c[1] ": calls " c[3] "; only the edge of the program may"
				}
			}
		}' - "$work/symbols"
}

check_library_symbols_stay_behind_their_door()
{
	printf '%s\n' "$walled" | while read -r libraries pattern _; do
		[ -n "$pattern" ] || continue
		door=$(doors "$pattern" | head -1)
		for lib in $(echo "$libraries" | tr , ' '); do
			exports "lib$lib.so"
		done >"$work/exports"
		awk -v door="${door%.c}.o" -v libraries="$libraries" '
			NR == FNR { theirs[$1] = 1; next }
			$2 ~ /[TDBRVW]/ { ours[$3] = 1 }
			$2 == "U" && $1 != door && $3 in theirs { at[$1 ": calls " $3] = $3 }
			END {
				for (a in at)
					if (!(at[a] in ours))
						print a " of " libraries ", which is not its to call"
			}
			' "$work/exports" "$work/symbols" | sort
	done
}

check_heap_is_reached_through_mem_alone()
{
	awk -v list="$(echo $heap)" -v exempt=" $heap_exempt " '
		BEGIN { n = split(list, w, " "); for (i = 1; i <= n; i++) heap[w[i]] = 1 }
		$2 == "U" && $3 in heap && !index(exempt, " " $1 " ") {
			print $1 ": calls " $3 " instead of core/mem.h"
		}
		' "$work/symbols"
}

check_no_call_that_cannot_be_used_safely()
{
	awk -v list="$(echo $never)" '
		BEGIN { n = split(list, w, " "); for (i = 1; i <= n; i++) never[w[i]] = 1 }
		$2 == "U" && $3 in never { print $1 ": calls " $3 }' "$work/symbols"
}

# An extern name begins with its file's stem (or the stem's first word); or the header of its room that declares it
# does so for it: by that header's stem, or by a struct or enum declared there.
check_extern_names_say_where_they_live()
{
	awk '
		function stem(path) { sub(/.*\//, "", path); sub(/[_.].*/, "", path); return path }
		function begins(name, prefix) {
			if (index(name, prefix) != 1)
				return 0
			return substr(name, length(prefix) + 1) ~ /^s?(_.*)?$/
		}
		FILENAME ~ /\.h$/ {
			room = FILENAME
			sub(/\/.*/, "", room)
			if ($0 ~ /^(struct|enum) [a-z0-9_]+( \{.*|;)$/) {
				tag = $2
				sub(/;$/, "", tag)
				tags[FILENAME] = tags[FILENAME] " " tag
			}
			line = $0
			while (match(line, /[a-z_][a-z0-9_]*/)) {
				word = substr(line, RSTART, RLENGTH)
				if (!seen[FILENAME, word]++)
					at[room, word] = at[room, word] " " FILENAME
				line = substr(line, RSTART + RLENGTH)
			}
			next
		}
		$2 ~ /[TDBRC]/ && $3 != "main" && !begins($3, stem($1)) {
			room = $1
			sub(/\/.*/, "", room)
			n = split(at[room, $3], header, " ")
			for (i = 1; i <= n; i++) {
				if (begins($3, stem(header[i])))
					next
				k = split(tags[header[i]], tag_of, " ")
				for (j = 1; j <= k; j++)
					if (begins($3, tag_of[j]))
						next
			}
			print $1 ": extern name " $3 " says neither file nor type"
		}' $(printf '%s\n' "$room_sources" | grep '\.h$') "$work/symbols"
}

# Constant tables may hold pointers (.data.rel.ro); anything else that is writable is state.
check_no_mutable_state_at_file_scope()
{
	command -v objdump >/dev/null 2>&1 || return 0
	# shellcheck disable=SC2086
	objdump -t $objects | awk -v out="$OUT/" '
		/file format/ { o = substr($1, length(out) + 1); sub(/:$/, "", o); next }
		o !~ /^(core|widgets|themes)\// || o == "core/mem.o" { next }
		/ O / && match($0, /[ \t]\.(t?data|t?bss)[^ \t]*/) {
			section = substr($0, RSTART + 1, RLENGTH - 1)
			if (section !~ /^\.data\.rel\.ro/)
				print o ": " $NF " is mutable state (" section ")"
		}'
}

# ---- text ----------------------------------------------------------------------------------------------------------

check_lines_are_clean()
{
	# A tab counts to the next multiple of eight; bytes that continue a UTF-8 character count nothing.
	# shellcheck disable=SC2086
	awk '
		FNR == 1 { code = FILENAME ~ /\.[ch]$/; prose = FILENAME ~ /\.md$/ }
		/\r$/ { print FILENAME ":" FNR ": carriage return" }
		/[ \t]$/ { print FILENAME ":" FNR ": blank at the end of the line" }
		code && /^\t*        / { print FILENAME ":" FNR ": indented with spaces" }
		prose { next }
		{
			n = 0
			line = $0
			gsub(/[\200-\277]/, "", line)
			parts = split(line, part, "\t")
			for (i = 1; i <= parts; i++) {
				n += length(part[i])
				if (i < parts)
					n += 8 - n % 8
			}
			if (n > 120)
				print FILENAME ":" FNR ": " n " columns, at most 120"
		}' $texts
	# shellcheck disable=SC2086
	[ -n "$(tail -qc1 $texts | tr -d '\n')" ] || return 0
	for f in $texts; do
		[ ! -s "$f" ] || [ "$(tail -c1 "$f" | wc -l)" = 1 ] || echo "$f: no newline at its end"
	done
}

check_nothing_is_left_to_do()
{
	# shellcheck disable=SC2086
	grep -nwE 'TO''DO|FIX''ME|XX''X' $texts /dev/null
}

# What polls for a condition with a deadline may wait between two looks, in one helper, by nanosleep.
check_tests_never_sleep()
{
	grep -nE '(^|[^a-z_])u?sleep[ \t]*\(' tests/test_*.c tests/lib_*.c /dev/null 2>/dev/null
}

check_files_stay_below_800_lines()
{
	# Fixtures are data.
	printf '%s\n' "$sources" | grep -v '^tests/fixtures/' | xargs wc -l |
		awk '$1 > 800 && $2 != "total" {print $2 ": " $1 " lines; split it"}'
}

# Return types stand on a line of their own, so that grep ^name finds a definition.
check_definitions_start_their_line()
{
	# shellcheck disable=SC2086
	awk '
		FILENAME ~ /\.c$/ && /^[a-z][a-z0-9_ ]*[ *]+[a-z_0-9]+\(.*\)$/ { at = FILENAME ":" FNR; held = 1; next }
		held && /^{/ { print at ": the return type belongs on a line of its own" }
		{ held = 0 }' $sources
}

# What a table lists, its document explains: each name stands there as a word.
check_every_row_of_a_table_is_documented()
{
	{
		sed -n 's/^\tREASON_\([A-Z0-9_]*\)[ =,].*/docs\/EVENTS.md \1/p' core/event.h | grep -v 'COUNT$' |
			tr 'A-Z' 'a-z' | sed 's/^docs.events.md/docs\/EVENTS.md/'
		sed -n 's/.*\[KEY_[A-Z]*\] = {{\(.*\), NULL}}.*/\1/p' collectors/keymap.c | tr -d '" ' | tr , '\n' |
			sed 's/^/docs\/EVENTS.md /'
		sed -n 's/.*\[STAT_[A-Z0-9]*\] = {\.name = "\([^"]*\)".*/docs\/METRICS.md \1/p' core/stat.c
		sed -n 's/^const char \*const [a-z_]*\[[A-Z_]*\] = {\(.*\)};$/\1/p' core/kinds.c |
			tr -d '" ' | tr , '\n' | sed 's/^/docs\/METRICS.md|docs\/CONFIG.md /'
	} | while read -r docs name; do
		# shellcheck disable=SC2046 # names of files without blanks, to be split
		grep -qiw -- "$name" $(echo "$docs" | tr '|' ' ') || echo "$docs: says nothing of '$name'"
	done
}

# ---- all of them ---------------------------------------------------------------------------------------------------

results=${1:-/dev/null}
passed=0 failed=0
for check in $(sed -n 's/^\(check_[a-z0-9_]*\)()$/\1/p' "$0"); do
	findings=$($check)
	if [ -z "$findings" ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		printf '%s\n' "$findings" | sed 's/^/    /'
		echo "  lint: $(echo "${check#check_}" | tr _ ' '): broken"
	fi
done
printf '  %-28s [  PASSED  ] %d check(s).' lint "$passed"
[ "$failed" = 0 ] || printf ' [  FAILED  ] %d check(s).' "$failed"
echo
echo "lint $passed $failed" >>"$results"
[ "$failed" = 0 ]
