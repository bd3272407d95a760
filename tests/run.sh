#!/bin/sh
# run.sh RESULTS PROGRAM...: runs test programs side by side, each in a directory of its own and with a deadline, prints
# cmocka's closing line of each and the whole output of those that failed, and appends "NAME PASSED FAILED" to RESULTS.
#
# Many hold real programs to real deadlines, which a machine that is busy with something else can miss. So what failed
# is run once more, alone; what it then says counts, and RESULTS.why keeps both: a program that needs this is looked at.
#
# A program starts in the project's root and finds in its environment: TMPDIR (private, removed afterwards), TESTS (this
# directory), DRIFTTOP (the program of the same build). JOBS: how many at once; LIMIT_S: seconds for each.
set -u

JOBS=${JOBS:-2}
LIMIT_S=${LIMIT_S:-120}

# count WHAT LOG: the tests of cmocka's closing lines of that kind, in front of which newer ones name the group.
count()
{
	sed -n "s/^\\[  $1 *\\] \\(.*: \\)\\{0,1\\}\\([0-9][0-9]*\\) .*/\\2/p" "$2" | awk '{n += $1} END {print n + 0}'
}

# One program. Its own cmocka lines decide the counts; a crash or a deadline counts as one failure more.
run_one()
{
	results=$1 program=$2
	name=$(basename "$program")
	work=$(mktemp -d "${TMPDIR:-/tmp}/drifttop-test-XXXXXX") || return 1
	log=$work/log
	mkdir "$work/tmp"
	set -- "$program"
	case $name in corpus_*) set -- "$program" "$TESTS/corpus/${name#corpus_}" ;; esac
	began=$(date +%s)
	# Word splitting is meant: the guard is a command with arguments.
	# shellcheck disable=SC2086
	TMPDIR=$work/tmp $guard "$@" >"$log" 2>&1 </dev/null
	status=$?
	passed=$(count PASSED "$log")
	failed=$(count FAILED "$log")
	skipped=$(count SKIPPED "$log")
	note=
	if [ "$status" = 124 ] || [ "$status" = 137 ]; then
		note=" (no end after $LIMIT_S s)"
	elif [ "$status" -gt 128 ]; then
		note=" (signal $((status - 128)))"
	fi
	[ "$status" = 0 ] || [ "$failed" -gt 0 ] || failed=1
	# A program that says it ran nothing has tested nothing.
	[ $((passed + failed + skipped)) -gt 0 ] || { failed=1 note=" (no test ran)"; }
	{
		[ "$failed" = 0 ] || sed 's/^/    /' "$log"
		printf '  %-28s [  PASSED  ] %d test(s).' "$name" "$passed"
		[ "$failed" = 0 ] || printf ' [  FAILED  ] %d test(s)%s.' "$failed" "$note"
		[ "$skipped" = 0 ] || printf ' [  SKIPPED ] %d test(s).' "$skipped"
		printf ' %d s\n' $(($(date +%s) - began))
	} >"$work/out"
	cat "$work/out"
	[ "$failed" = 0 ] || {
		echo "$name$note, with ${DRIFTTOP:-nothing}:"
		grep -E '^\[ +(ERROR|LINE) ' "$log" | head -12 | cut -c 1-400
		grep -E 'ERROR: [A-Za-z]*Sanitizer|runtime error' "$log" | head -4 | cut -c 1-400
	} >"$work/why"
	[ ! -e "$work/why" ] || cat "$work/why" >>"$results.why"
	echo "$name $passed $failed" >>"$results"
	rm -rf "$work"
}

if [ "${1:-}" = --one ]; then
	guard=${GUARD:-}
	run_one "$2" "$3"
	exit 0
fi

results=$1
shift
TESTS=$(cd "$(dirname "$0")" && pwd)
GUARD=
if command -v timeout >/dev/null 2>&1; then
	GUARD="timeout -k 10 $LIMIT_S"
fi
export TESTS GUARD LIMIT_S
cd "$TESTS/.." || exit 1
mine=$results.run
: >"$mine"
: >"$mine.why"
printf '%s\n' "$@" | xargs -P "$JOBS" -I {} sh "$TESTS/run.sh" --one "$mine" {}
for program in "$@"; do
	name=$(basename "$program")
	grep -q "^$name [0-9]* 0\$" "$mine" && continue
	echo "  $name, again and alone:"
	grep -v "^$name " "$mine" >"$mine.rest"
	mv "$mine.rest" "$mine"
	echo "$name, again and alone:" >>"$mine.why"
	sh "$TESTS/run.sh" --one "$mine" "$program"
done
cat "$mine" >>"$results"
cat "$mine.why" >>"$results.why"
rm -f "$mine" "$mine.why"
exit 0
