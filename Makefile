# drifttop: one Makefile, no recursion for building. `make help` lists the targets and the switches.
#
#   make                     the program, ./drifttop
#   make DEBUG=1             -O0 -g3, in build/debug
#   make SAN=address,undefined   with sanitizers, in build/san-address-undefined
#   make CC=clang            in build/clang
#
# Every configuration has a directory of its own below $(BUILD), so that objects of two configurations never meet.

VERSION := 0.1.0
BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
DEBUG   ?=
SAN     ?=
WERROR  ?=
AR      ?= ar
NM      ?= nm
JOBS    ?= $(shell nproc 2>/dev/null || echo 2)

# ---- configuration -------------------------------------------------------------------------------------------------

empty :=
space := $(empty) $(empty)
comma := ,
cc_name := $(notdir $(firstword $(CC)))
config  := $(filter-out cc gcc,$(cc_name)) $(if $(DEBUG),debug) $(if $(SAN),san-$(subst $(comma),-,$(SAN)))
config  := $(subst $(space),-,$(strip $(config)))
OUT     := $(BUILD)$(if $(config),/$(config))

CPPFLAGS_OWN := -I. -D_XOPEN_SOURCE=700 -D_DEFAULT_SOURCE -D_DARWIN_C_SOURCE -D_FILE_OFFSET_BITS=64 \
	-DDRIFTTOP_VERSION='"$(VERSION)"'
WARN := -Wall -Wextra -Wpedantic -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
	-Wpointer-arith -Wcast-qual -Wwrite-strings -Wvla -Wformat=2 -Wundef \
	$(if $(WERROR),-Werror)
# What the tests are run with. There, what is undefined ends the program by a trap, which AddressSanitizer reports with
# its line: words for each place at which it could happen would be most of what such a program loads, relocates and
# searches for leaks, each time it is started. `make SAN=undefined` has the words. At a fixed address nothing is
# relocated.
SAN_TEST := address,undefined
SAN_LEAN := $(filter $(SAN_TEST),$(SAN))
SAN_PLACE := $(if $(SAN_LEAN),$(if $(filter Linux,$(shell uname -s)),-no-pie))
# No contraction and no -ffast-math ever: the same integers give the same figures on every machine.
CFLAGS_OWN := -std=c11 $(WARN) -ffp-contract=off -fno-common \
	$(if $(DEBUG),-O0 -g3,$(if $(SAN),-O1 -g$(if $(SAN_LEAN),1),-O2 -g)) \
	$(if $(SAN),-fsanitize=$(SAN) -fno-omit-frame-pointer -fno-sanitize-recover=all) \
	$(if $(SAN_LEAN),-fsanitize-undefined-trap-on-error) $(if $(SAN_PLACE),-fno-pie)
# Files that are loops over bins: several bins go side by side, in the same order and to the same bits.
LOOPS := $(addprefix core/,lngamma.c evidence.c evidence_ref.c dispersion.c packed.c pane.c latency.c delta_join.c \
	delta_bytes.c)
CFLAGS_LOOPS := $(if $(DEBUG)$(SAN),,-O3)
LDFLAGS_OWN := $(if $(SAN),-fsanitize=$(SAN)) $(SAN_PLACE)
# A test is run about as often as it is compiled; what it is about is the rooms, and those are as they are shipped.
CFLAGS_TESTS := $(if $(DEBUG),,-Og -g1)

# The tests count blocks in use by standing between core/mem.o and the heap, where the linker can do that.
WRAP_HEAP := $(if $(filter-out Darwin,$(shell uname -s)),$(addprefix -Wl$(comma)--wrap=,malloc calloc realloc free))

# ---- what must be there --------------------------------------------------------------------------------------------
#
# config.mk is made by .ci/deps.sh, which looks whether everything is there, installs what is not, and writes down how
# to compile and link against it. make remakes an included file before all else and starts over if it has changed.

goals := $(or $(MAKECMDGOALS),all)
quiet_goals := clean help uninstall deps
needs_test := test test-sanitized tests check bench bench-alarms golden screens fuzz fuzz-corpus deps lint \
	docs/METRICS.md
need := $(if $(filter $(needs_test),$(goals)),test) \
	$(if $(filter demo,$(goals)),demo) $(if $(filter fuzz,$(goals)),fuzz)

ifneq ($(filter-out $(quiet_goals),$(goals)),)
include $(OUT)/config.mk
endif

$(OUT)/config.mk: FORCE
	@mkdir -p $(@D)
	@CC='$(CC)' sh .ci/deps.sh build $(need) >$@.new && { cmp -s $@.new $@ && rm -f $@.new || mv $@.new $@; }

# ---- sources -------------------------------------------------------------------------------------------------------

ROOMS := tui widgets collectors themes core
# From the top down: each archive may call only those behind it.
archives := $(ROOMS:%=$(OUT)/lib%.a)

sources_of = $(filter-out tui/main.c,$(wildcard $(1)/*.c))
objects_of = $(patsubst %.c,$(OUT)/%.o,$(call sources_of,$(1)))

test_sources := $(wildcard tests/test_*.c)
test_helpers := $(patsubst %.c,$(OUT)/%.o,$(wildcard tests/lib_*.c))
# Those that take longest first, so that the last one running is a short one.
slow_tests := $(foreach n,same_view snapshot tape walk replay seek terminals record ui demo_alerts quality_noise \
	saved versions hostile filters compare widgets dash key_names redis_faults check cli demo recorder settings \
	evaluate store,\
	$(filter tests/test_$(n).c,$(test_sources)))
test_programs := $(patsubst %.c,$(OUT)/%,$(slow_tests) $(filter-out $(slow_tests),$(test_sources)))
bench_sources := $(wildcard tests/bench*.c)
bench_programs := $(bench_sources:%.c=$(OUT)/%)
fuzz_names := $(filter-out main,$(patsubst tests/fuzz_%.c,%,$(wildcard tests/fuzz_*.c)))
replay_programs := $(if $(wildcard tests/fuzz_main.c),$(fuzz_names:%=$(OUT)/tests/corpus_%))

have_main := $(wildcard tui/main.c)
program := $(if $(have_main),$(OUT)/drifttop)
handy := $(if $(have_main),$(if $(filter build,$(OUT)),drifttop))

all_objects := $(foreach r,$(ROOMS),$(call objects_of,$(r))) $(if $(have_main),$(OUT)/tui/main.o) \
	$(test_sources:%.c=$(OUT)/%.o) $(test_helpers) $(bench_sources:%.c=$(OUT)/%.o) \
	$(fuzz_names:%=$(OUT)/tests/fuzz_%.o) $(if $(wildcard tests/fuzz_main.c),$(OUT)/tests/fuzz_main.o)

.DEFAULT_GOAL := all
.PHONY: all tests help clean FORCE
.DELETE_ON_ERROR:
.SUFFIXES:
# Objects of tests are kept like all others.
.SECONDARY: $(all_objects)

all: $(archives) $(program) $(handy)

tests: all $(test_programs) $(replay_programs)

FORCE:

# ---- rules ---------------------------------------------------------------------------------------------------------

# A change of compiler or flags (but for -Werror) rebuilds; the file changes only when its contents do.
flags_now = $(CC) $(CPPFLAGS_OWN) $(CPPFLAGS) $(filter-out -Werror,$(CFLAGS_OWN)) $(CFLAGS) $(DEPS_CFLAGS)
$(OUT)/flags: FORCE
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(flags_now))' >$@.new; cmp -s $@.new $@ && rm -f $@.new || mv $@.new $@

$(OUT)/%.o: %.c $(OUT)/flags
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CPPFLAGS_OWN) $(CPPFLAGS) $(CFLAGS_OWN) $(if $(filter $<,$(LOOPS)),$(CFLAGS_LOOPS)) \
		$(if $(filter tests/test_%,$<),$(CFLAGS_TESTS)) $(CFLAGS) \
		$(DEPS_CFLAGS) -MMD -MP -c -o $@ $<

# The list of members is a prerequisite, so that an archive also forgets what is no longer there.
define room
$(OUT)/lib$(1).list: FORCE
	@mkdir -p $$(@D)
	@echo '$$(call objects_of,$(1))' >$$@.new; cmp -s $$@.new $$@ && rm -f $$@.new || mv $$@.new $$@

$(OUT)/lib$(1).a: $$(call objects_of,$(1)) $(OUT)/lib$(1).list
	@echo "  AR    $$@"
	@rm -f $$@ && $(AR) crs $$@ $$(filter %.o,$$^)
endef
$(foreach r,$(ROOMS),$(eval $(call room,$(r))))

link = $(CC) $(CFLAGS_OWN) $(CFLAGS) $(LDFLAGS_OWN) $(LDFLAGS) -o $@

$(OUT)/drifttop: $(OUT)/tui/main.o $(archives)
	@echo "  LINK  $@"
	@$(link) $(filter %.o %.a,$^) $(DEPS_LIBS) $(LDLIBS) -lm

drifttop: build/drifttop
	@cp $< $@.new && mv $@.new $@

# An archive, so that a test is linked with the helpers it uses and no others; twice, since the rooms' calls to the heap
# are answered by one of them.
$(OUT)/libtests.a: $(test_helpers)
	@echo "  AR    $@"
	@rm -f $@ && $(AR) crs $@ $^

$(OUT)/tests/test_%: $(OUT)/tests/test_%.o $(OUT)/libtests.a $(archives)
	@echo "  LINK  $@"
	@$(link) $(WRAP_HEAP) $(filter %.o %.a,$^) $(OUT)/libtests.a $(DEPS_LIBS) $(TEST_LIBS) $(LDLIBS) -lm

$(OUT)/tests/bench%: $(OUT)/tests/bench%.o $(OUT)/libtests.a $(archives)
	@echo "  LINK  $@"
	@$(link) $(filter %.o %.a,$^) $(DEPS_LIBS) $(TEST_LIBS) $(LDLIBS) -lm

$(OUT)/tests/corpus_%: $(OUT)/tests/fuzz_%.o $(OUT)/tests/fuzz_main.o $(archives)
	@echo "  LINK  $@"
	@$(link) $(filter %.o %.a,$^) $(DEPS_LIBS) $(LDLIBS) -lm

-include $(all_objects:.o=.d)

# ---- checks --------------------------------------------------------------------------------------------------------

# Only a fresh start in another configuration calls make again; within one, everything is a single graph.
again = $(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,-j$(JOBS))
RESULTS ?= $(BUILD)/results

.PHONY: test check test-sanitized lint run-tests deps golden fuzz run-fuzz

# test-sanitized is every test once more, with sanitizers. Continuous integration runs both.
begin_tests = mkdir -p $(BUILD) && : >$(RESULTS) && : >$(RESULTS).why
sum_up = cat $(RESULTS).why; \
	awk '$$3 {print "failed: " $$1} {p += $$2; f += $$3} \
		END {printf "%d passed, %d failed\n", p, f; exit f > 0 || p == 0}' $(RESULTS)

test check:
	@$(begin_tests)
	+@$(again) WERROR=1 lint || true
	+@$(again) WERROR=1 run-tests || echo "build 0 1" >>$(RESULTS)
	@$(sum_up)

test-sanitized:
	@$(begin_tests)
	+@$(again) WERROR=1 SAN=$(SAN_TEST) run-tests || echo "build-with-sanitizers 0 1" >>$(RESULTS)
	@$(sum_up)

lint: all
	@OUT='$(OUT)' CC='$(CC)' NM='$(NM)' CFLAGS='$(CPPFLAGS_OWN) $(CFLAGS_OWN) $(DEPS_CFLAGS)' \
		sh tests/lint.sh $(RESULTS)

run-tests: tests
	@echo "tests in $(OUT):"
	@DRIFTTOP='$(abspath $(OUT))/drifttop' JOBS='$(JOBS)' LIMIT_S='$(or $(LIMIT_S),$(if $(SAN),900,300))' \
		ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:handle_sigill=2 \
		LSAN_OPTIONS='suppressions=$(CURDIR)/tests/lsan.supp:print_suppressions=0' \
		UBSAN_OPTIONS=print_stacktrace=1:halt_on_error=1 \
		sh tests/run.sh $(RESULTS) $(test_programs) $(replay_programs)

# Rewrites the golden screens; the commit that changes one says why the picture should change.
golden: all $(OUT)/tests/test_golden
	@UPDATE=1 TESTS='$(CURDIR)/tests' DRIFTTOP='$(abspath $(OUT))/drifttop' $(OUT)/tests/test_golden

# Each target for FUZZ_S seconds, from its corpus; what crashes is kept in $(BUILD)/fuzz and belongs into the corpus.
FUZZ_S ?= 60
FUZZ_CC ?= clang
FUZZ_SAN := fuzzer-no-link,address,undefined

fuzz:
	+@$(again) CC=$(FUZZ_CC) SAN=$(FUZZ_SAN) run-fuzz

fuzz_programs := $(fuzz_names:%=$(OUT)/tests/fuzz_%)

run-fuzz: $(fuzz_programs)
	@for n in $(fuzz_names); do \
		echo "fuzzing $$n for $(FUZZ_S) s"; \
		mkdir -p $(BUILD)/fuzz/$$n && \
		$(OUT)/tests/fuzz_$$n -max_total_time=$(FUZZ_S) -timeout=10 -max_len=65536 \
			-print_final_stats=1 -artifact_prefix=$(BUILD)/fuzz/$$n- $(BUILD)/fuzz/$$n \
			tests/corpus/$$n 2>$(BUILD)/fuzz/$$n.log || \
			{ tail -40 $(BUILD)/fuzz/$$n.log; exit 1; }; \
		grep -E 'number_of_executed|new_units' $(BUILD)/fuzz/$$n.log; done

$(OUT)/tests/fuzz_%: $(OUT)/tests/fuzz_%.o $(archives)
	@echo "  LINK  $@"
	@$(link) -fsanitize=fuzzer $(filter %.o %.a,$^) $(DEPS_LIBS) $(LDLIBS) -lm

# ---- using it ------------------------------------------------------------------------------------------------------

.PHONY: demo bench bench-alarms man install uninstall

demo: all
	@$(OUT)/drifttop demo

bench: all $(bench_programs)
	@DRIFTTOP='$(abspath $(OUT))/drifttop' OUT='$(OUT)' sh tests/bench.sh

# What an alarm is worth: false alarms in simulated months of nothing, and how soon a change is seen. Two minutes.
bench-alarms: $(OUT)/tests/bench_alarms
	@$(OUT)/tests/bench_alarms $(BENCH_MONTHS) $(BENCH_RUNS)

# Every screen as a picture, of the demo in made-up time: docs/screens. The first of them is the README's, too.
.PHONY: screens
screens: $(OUT)/tests/test_screens
	@mkdir -p docs/screens && UPDATE=1 $< 2>/dev/null

# The tables in it are the program's own.
docs/METRICS.md: $(OUT)/tests/test_metrics_doc
	@UPDATE=1 $<

.PHONY: docs/METRICS.md

# What the program says of itself, from its own tables: the manual page and completion for shells.
made := $(addprefix $(OUT)/share/,drifttop.1 drifttop.bash drifttop.zsh drifttop.fish)

man: $(OUT)/share/drifttop.1

$(OUT)/share/drifttop.1: $(program)
	@mkdir -p $(@D)
	@$(OUT)/drifttop help man >$@

$(OUT)/share/drifttop.%: $(program)
	@mkdir -p $(@D)
	@$(OUT)/drifttop help $* >$@

# Places below PREFIX.
man_to  := share/man/man1/drifttop.1
bash_to := share/bash-completion/completions/drifttop
zsh_to  := share/zsh/site-functions/_drifttop
fish_to := share/fish/vendor_completions.d/drifttop.fish
unit_to := lib/systemd/system/drifttop-record.service
put = install -d '$(DESTDIR)$(PREFIX)/$(dir $(2))' && install -m 644 $(1) '$(DESTDIR)$(PREFIX)/$(2)'

install: $(program) $(made)
	install -d '$(DESTDIR)$(PREFIX)/bin'
	install -m 755 $(OUT)/drifttop '$(DESTDIR)$(PREFIX)/bin/drifttop'
	$(call put,$(OUT)/share/drifttop.1,$(man_to))
	$(call put,$(OUT)/share/drifttop.bash,$(bash_to))
	$(call put,$(OUT)/share/drifttop.zsh,$(zsh_to))
	$(call put,$(OUT)/share/drifttop.fish,$(fish_to))
	sed 's,/usr/local/bin/,$(PREFIX)/bin/,' docs/examples/drifttop-record.service \
		>$(OUT)/share/drifttop-record.service
	$(call put,$(OUT)/share/drifttop-record.service,$(unit_to))
	$(call put,$(wildcard docs/examples/*),share/drifttop/examples/)
	$(call put,$(wildcard docs/examples/*.theme),share/drifttop/themes/)
	$(call put,README.md CHANGELOG.md LICENSE $(wildcard docs/*.md docs/*.json),share/doc/drifttop/)

uninstall:
	rm -f $(foreach f,bin/drifttop $(man_to) $(bash_to) $(zsh_to) $(fish_to) $(unit_to),'$(DESTDIR)$(PREFIX)/$(f)')
	rm -rf '$(DESTDIR)$(PREFIX)/share/doc/drifttop' '$(DESTDIR)$(PREFIX)/share/drifttop'

deps:
	@CC='$(CC)' sh .ci/deps.sh build test demo >/dev/null

help:
	@sed -n '1,9p' Makefile | sed 's/^# \{0,1\}//'
	@echo "targets: all demo test tests lint bench bench-alarms golden screens fuzz man install" \
		"uninstall deps clean"

clean:
	rm -rf $(BUILD) drifttop
