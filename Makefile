# Builds the one binary and its unit tests.
#
#   make                 build/release/mini-tiktok
#   make BUILD=test      build/test/…, with the pause points of tests (pause.h)
#   make BUILD=asan      the same under AddressSanitizer and UBSan
#   make BUILD=clang     build/clang/…, for clang's warnings
#   make unit            the unit tests beside it, in build/$(BUILD)/unit/
#   make generate        the checked-in files that derive from the tables
#   make openapi         docs/openapi.json, by asking a site
#   make clean

BUILD ?= release
OUT = build/$(BUILD)

# Hidden symbols: libjwt's own JSON library must never find ours by name.
WARN = -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
CFLAGS_release = -O2 -D_FORTIFY_SOURCE=2
CFLAGS_test = -O2 -DPAUSE_POINTS
CFLAGS_clang = -O2
CFLAGS_asan = -O1 -DPAUSE_POINTS -fsanitize=address,undefined -fno-sanitize-recover=all \
	-fno-omit-frame-pointer
CFLAGS = -std=c11 -D_GNU_SOURCE -g $(CFLAGS_$(BUILD)) $(WARN) \
	-fvisibility=hidden -fstack-protector-strong -fPIE -MMD -MP -I$(OUT) -Ifcgi
LDFLAGS = $(CFLAGS_$(BUILD)) -pie -Wl,-z,relro,-z,now
LDLIBS = -lfcgi -lsqlite3 -lhiredis -ljson-c -ljwt -lcrypt
ifeq ($(BUILD),clang)
CC = clang
endif

PROGRAM = $(OUT)/mini-tiktok
OBJECTS = $(patsubst fcgi/%.c,$(OUT)/%.o,$(wildcard fcgi/*.c))
TESTS = $(patsubst tests/unit/%.c,$(OUT)/unit/%,$(wildcard tests/unit/*.c))

all: $(PROGRAM)

$(PROGRAM): $(OBJECTS)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS) -o $@ $(OBJECTS) $(LDLIBS)

$(OUT)/%.o: fcgi/%.c $(OUT)/statements.def
	@echo "  CC    $@"
	@$(CC) $(CFLAGS) -c -o $@ $<

# Statements and schema steps become rows of a C table.
$(OUT)/statements.def: scripts/embed-sql $(wildcard db/*.sql db/schema/*.sql)
	@mkdir -p $(OUT)/unit
	@scripts/embed-sql db >$@.new && mv $@.new $@

unit: $(TESTS)

$(OUT)/unit/%: tests/unit/%.c $(OBJECTS)
	@echo "  TEST  $@"
	@$(CC) $(CFLAGS) $(LDFLAGS) -o $@ $< \
		$(filter-out $(OUT)/main.o,$(OBJECTS)) $(LDLIBS) -lcmocka

generate: $(PROGRAM)
	scripts/generate $(PROGRAM)

# Its examples are real answers, so it needs what scripts/check needs.
openapi: $(PROGRAM)
	@mkdir -p docs
	@scripts/openapi $(PROGRAM) >docs/openapi.json.new
	@mv docs/openapi.json.new docs/openapi.json

clean:
	rm -rf build

-include $(wildcard $(OUT)/*.d $(OUT)/unit/*.d)

.PHONY: all unit generate openapi clean
