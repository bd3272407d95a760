#!/bin/sh
# bench.sh: measures what the design promises and prints each figure beside its limit. Ratios are of runs that
# alternate, five of each, on the same streams of the same server: the fastest of each counts, since whatever else the
# machine does can only make one slower.
#
# Needs $OUT (a finished build), $DRIFTTOP, redis-server. BENCH_N: entries of a full stream (1,000,000); BENCH_S:
# seconds a steady screen is watched (30). Exit 1 if a figure is beyond its limit.
set -eu

OUT=${OUT:-build}
N=${BENCH_N:-1000000}
S=${BENCH_S:-30}
bin=$OUT/tests
dir=$(mktemp -d "${TMPDIR:-/tmp}/drifttop-bench-XXXXXX")
sock=$dir/redis.sock
url=unix://$sock
server=
publisher=
beyond=0
LC_ALL=C.UTF-8 TERM=xterm-256color
export LC_ALL TERM
unset NO_COLOR COLORTERM TMUX 2>/dev/null || true

finish()
{
	[ -z "$publisher" ] || kill "$publisher" 2>/dev/null || true
	if [ -n "$server" ]; then
		kill "$server" 2>/dev/null || true
		wait "$server" 2>/dev/null || true
	fi
	rm -rf "$dir"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# row WHAT VALUE UNIT max|min LIMIT
row()
{
	verdict=$(awk -v v="$2" -v how="$4" -v l="$5" 'BEGIN {
		print v == "" ? "not measured" : (how == "max" ? v <= l : v >= l) ? "ok" : "BEYOND" }')
	sign=$([ "$4" = max ] && echo '<=' || echo '>=')
	printf '%-62s %10s %-6s %s %s  %s\n' "$1" "${2:--}" "$3" "$sign" "$5" "$verdict"
	[ "$verdict" = ok ] || beyond=1
}

calc()
{
	awk "BEGIN {printf \"%.${2:-2}f\", $1}"
}

# value NAME, from lines "NAME VALUE" on standard input
value()
{
	awk -v name="$1" '$1 == name {v = $2} END {print v}'
}

fastest()
{
	sort -n | head -1
}

start_server()
{
	redis-server --port 0 --unixsocket "$sock" --save '' --appendonly no --dir "$dir" --maxmemory 6gb \
		--maxmemory-policy noeviction >"$dir/redis.log" 2>&1 &
	server=$!
	tries=0
	until redis-cli -s "$sock" ping >/dev/null 2>&1; do
		tries=$((tries + 1))
		[ "$tries" -lt 100 ] || { cat "$dir/redis.log" >&2; exit 1; }
		sleep 0.1
	done
}

flush()
{
	redis-cli -s "$sock" flushall >/dev/null
}

# Newest entries lie in the present, so that the default range of the dashboard holds them all.
fill()
{
	"$bin/bench_redis" fill "$sock" "$1" "$2" "$3" $(($(date +%s) * 1000 - $3 / 20 - 1000))
}

pty()
{
	rows=$1 cols=$2
	shift 2
	"$bin/bench_pty" "$rows" "$cols" "$@"
}

# ---- reading a full stream ------------------------------------------------------------------------------------------

read_ratio()
{
	flush
	fill "ml:bench" "$1" "$N"
	: >"$dir/raw"
	: >"$dir/ours"
	for _ in 1 2 3 4 5; do
		"$bin/bench_redis" raw "$sock" ml:bench | awk '{print $3}' >>"$dir/raw"
		"$bin/bench_run" "$DRIFTTOP" report "$url" -s ml:bench --format json -o "$dir/report.json" \
			3>"$dir/run" >/dev/null 2>"$dir/err" || true
		read -r wall cpu peak status <"$dir/run"
		if [ "$status" != 0 ]; then
			cat "$dir/err" >&2
			return
		fi
		echo "$wall" >>"$dir/ours"
	done
	grep -q "\"events\":$N" "$dir/report.json" || echo "the report has not read $N events" >&2
	raw=$(fastest <"$dir/raw")
	ours=$(fastest <"$dir/ours")
	echo "  $1: $N entries, bytes dropped in $raw s, report in $ours s ($cpu s of processor, $peak KiB at most)"
	ratio=$(calc "$ours / $raw")
}

start_server
echo "reading to the end of a stream, report against the loop that only reads"
ratio=
read_ratio flat
row "full stream, flat entries of 13 fields" "$ratio" x max 1.7
ratio=
read_ratio json
row "full stream, JSON entries of 600 bytes" "$ratio" x max 3

# ---- the dashboard over that stream ---------------------------------------------------------------------------------

# A second model, so that a cursor key has somewhere to go.
fill ml:other json 1000
echo "the dashboard while it reads $N entries of 20 features"
pty 24 80 text bench text other keys 60 20 quit -- "$DRIFTTOP" "$url" >"$dir/pty" || true
row "key to screen while a backlog is read, 99 %" "$(value key_p99_ms <"$dir/pty")" ms max 50
row "start to first full frame, the server on the same machine" "$(value text_ms <"$dir/pty")" ms max 100

pty 24 80 level 60 quit -- "$DRIFTTOP" "$url" >"$dir/pty" || true
level=$(value level_cpu_s <"$dir/pty")
row "events of 20 features as JSON, one core, screen on" "$([ -z "$level" ] || calc "$N / $level" 0)" /s min 300000

"$bin/bench_redis" publish "$sock" ml:bench 100000 20 &
publisher=$!
pty 24 80 text bench settle 3 keys 100 100 quit -- "$DRIFTTOP" --since 1s "$url" >"$dir/pty" || true
kill "$publisher" 2>/dev/null || true
wait "$publisher" 2>/dev/null || true
publisher=
row "key to screen while 100,000 events a second come, 99 %" "$(value key_p99_ms <"$dir/pty")" ms max 50
flush

# ---- idle ------------------------------------------------------------------------------------------------------------

i=0
while [ $i -lt 50 ]; do
	fill "ml:model-$i" json 1500
	i=$((i + 1))
done
pty 60 200 text model-1 settle 5 steady 20 quit -- "$DRIFTTOP" "$url" >"$dir/pty" || true
row "idle, 50 models on the screen" "$(value cpu_pct <"$dir/pty")" % max 0.5
flush

# ---- the demo's fleet ------------------------------------------------------------------------------------------------

echo "the demo's fleet, bytes to the terminal at a second's refresh, over $S s"
pty 24 80 settle 15 steady "$S" cursor 21 quit -- "$DRIFTTOP" demo >"$dir/pty" || true
row "bytes to the terminal, 80x24" "$(value bytes_per_s <"$dir/pty")" B/s max 600
row "one cursor key, 80x24" "$(value cursor_bytes <"$dir/pty")" B max 300
pty 50 200 settle 15 steady "$S" cursor 21 quit -- "$DRIFTTOP" demo >"$dir/pty" || true
row "bytes to the terminal, 200x50" "$(value bytes_per_s <"$dir/pty")" B/s max 1500
row "one cursor key, 200x50" "$(value cursor_bytes <"$dir/pty")" B max 300

# ---- statistics alone ------------------------------------------------------------------------------------------------

echo "statistics, in one process"
for i in 1 2 3; do
	"$bin/bench_core" || true
done >"$dir/core"
row "statistics of one event of 20 features, the fastest of three" \
	"$(awk '$1 == "ingest_us" {print $2}' "$dir/core" | fastest)" us max 0.25
row "10,000 numeric features with baselines" "$(value features_mib <"$dir/core")" MiB max 300
"$bin/bench_evaluate" >"$dir/evaluate" || true
row "evaluation of 10,000 features, growing" "$(value evaluate_growing_ms <"$dir/evaluate")" ms max 40
row "evaluation of 10,000 features, growing, an hour's change" "$(value evaluate_growing_hour_ms <"$dir/evaluate")" \
	ms max 40
row "evaluation of 10,000 features, armed" "$(value evaluate_armed_ms <"$dir/evaluate")" ms max 40
row "evaluation of 10,000 features, armed, an hour's change" "$(value evaluate_armed_hour_ms <"$dir/evaluate")" \
	ms max 40
row "10,000 numeric features, day 3" "$(value evaluate_day3_mib <"$dir/evaluate")" MiB max 300
row "10,000 numeric features, armed with slots" "$(value evaluate_armed_mib <"$dir/evaluate")" MiB max 300
echo "  a tick over 8 models of 20 features: $(value tick_ms <"$dir/core") ms"

# ---- recordings ------------------------------------------------------------------------------------------------------

echo "reading a recording of 24 hours, 8 models of 6 features"
"$bin/bench_recording" 24 4 >"$dir/recording" || true
row "opening it, by its index" "$(value open_ms <"$dir/recording")" ms max 100
row "opening it without an end, by its headers" "$(value open_headers_ms <"$dir/recording")" ms max 100
row "a jump to any time, 99 %" "$(value seek_p99_ms <"$dir/recording")" ms max 50
echo "  a jump $(value seek_ms <"$dir/recording") ms in the middle, a step $(value step_ms <"$dir/recording") ms"
echo "making one"
"$bin/bench_record" 60 120 >"$dir/record" || true
row "an hour of 8 models of 6 features, 100 events a second each" "$(value mb_per_hour <"$dir/record")" MB max 5
row "taking 8,000 events a second in while recording, times without" "$(value record_ratio <"$dir/record")" x max 1.10
echo "  with the pool's threads $(value record_all <"$dir/record") x; at 800 a second, where a step falls on few" \
	"of them, $(value record_ratio_slow <"$dir/record") x," \
	"with the pool's threads $(value record_all_slow <"$dir/record") x"
"$bin/bench_redis" fleet "$sock" ml:fleet 100 $((S + 40)) &
publisher=$!
sleep 10
mkdir "$dir/recordings"
"$bin/bench_pair" 4 10 "$S" "$DRIFTTOP" --plain --state none "$url" -- \
	"$DRIFTTOP" record --state none -o "$dir/recordings/" "$url" >"$dir/pair" 2>"$dir/err" || cat "$dir/err" >&2
kill "$publisher" 2>/dev/null || true
wait "$publisher" 2>/dev/null || true
publisher=
echo "  the program for $S s at 800 a second: $(value first_s <"$dir/pair") s of processor, recording" \
	"$(value second_s <"$dir/pair") s"
row "the whole program at 800 a second, recording, times without" "$(value ratio <"$dir/pair")" x max 1.10
flush
exit $beyond
