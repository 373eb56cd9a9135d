# Each target does its own set-up, inside this folder only: a virtual environment in
# .venv, node_modules beside each package.json, everything else in target.

PYTHON ?= python3
CC ?= cc
CXX ?= c++
RELEASE := target/release
BIN := .venv/bin
ROOT := $(CURDIR)

# Warnings are errors in test and demo programs.
C_FLAGS := -std=c11 -O2 -Wall -Wextra -Werror -pedantic -Iinclude
CXX_FLAGS := -std=c++17 -O2 -Wall -Wextra -Werror -pedantic -Iinclude
LINK_FLAGS := -L$(RELEASE) -lneura -Wl,-rpath,$(ROOT)/$(RELEASE)

export NEURA_SANDBOX_BIN := $(ROOT)/$(RELEASE)/neura-sandbox
export NEURA_REPLAY_BIN := $(ROOT)/$(RELEASE)/neura-replay
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help demo test lint options bench bench-quick bench-report bench-headers bench-setup bench-core deep build build-rust build-python build-node build-examples
.PHONY: test-rust test-dashboard test-python test-wheel test-node test-npm test-examples test-conformance
.PHONY: test-instructions instructions build-instructions recordings screenshots
.PHONY: build-c release-c release-python install uninstall checks-not-run clean

help:
	@echo "make install PREFIX=/usr/local DESTDIR=  the C library, headers, pkg-config and CMake files"
	@echo "make demo   build all, start the sandbox, run every example, show a table"
	@echo "make test   all tests of all languages"
	@echo "make lint   formatters, linters, type checkers, documentation"
	@echo "make options  writes what follows from the table of options, after a change of it"
	@echo "make recordings  draws the images of the command for the pages"
	@echo "make screenshots  takes the pictures of the dashboard in docs/images again"
	@echo "make bench  compare with other clients, and write the results, plots and docs/speed.md"
	@echo "make bench-quick SUITE=call  one suite of it in under a minute"
	@echo "make instructions  counts the instructions of a call and of an event"
	@echo "make bench-core  the core's costs: CPU time of a call, streams, many calls at once"
	@echo "make deep   slow checks: sanitizers, fuzzing, and every suite many times"
	@echo "make clean  remove everything that was built or installed here"

demo: build
	@exec $(BIN)/python examples/demo.py

# ---- building ---------------------------------------------------------------

build: build-rust build-python build-node build-examples

# One by one: cargo builds packages together with the features of all of them. The examples are not
# optimised, so that they share what `cargo test` compiles.
build-rust: build-c
	cargo build --release --locked -p neura-sandbox
	cargo build --release --locked -p neura-cli
	cargo build --locked -p neura --example chat --example stream

# PROFILE=addon makes a smaller library, as `make release-c` does; it takes longer to build.
PROFILE = release
build-c:
	cargo build --profile $(PROFILE) --locked -p neura-c

.venv/.ready: bindings-python/requirements-dev.txt conformance/requirements.txt \
  sandbox/browser/requirements.txt
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet -r bindings-python/requirements-dev.txt \
	  -r conformance/requirements.txt -r sandbox/browser/requirements.txt
	@touch $@

build-python: .venv/.ready
	$(BIN)/maturin develop --release --locked --quiet -m bindings-python/Cargo.toml

bindings-node/node_modules/.ready: bindings-node/package-lock.json
	cd bindings-node && npm ci --no-audit --no-fund
	@touch $@

examples/node/node_modules/.ready: examples/node/package-lock.json bindings-node/node_modules/.ready
	cd examples/node && npm ci --no-audit --no-fund
	@touch $@

examples/rotation/node_modules/.ready: examples/rotation/package-lock.json \
  bindings-node/node_modules/.ready
	cd examples/rotation && npm ci --no-audit --no-fund
	@touch $@

bindings-python/pyright/node_modules/.ready: bindings-python/pyright/package-lock.json
	cd bindings-python/pyright && npm ci --no-audit --no-fund
	@touch $@

sandbox/browser/node_modules/.ready: sandbox/browser/package-lock.json
	cd sandbox/browser && npm ci --no-audit --no-fund
	@touch $@

bindings-node/bundlers/node_modules/.ready: bindings-node/bundlers/package-lock.json
	cd bindings-node/bundlers && npm ci --no-audit --no-fund
	@touch $@

bindings-node/bundlers/deep/node_modules/.ready: bindings-node/bundlers/deep/package-lock.json
	cd bindings-node/bundlers/deep && npm ci --no-audit --no-fund
	@touch $@

# The frameworks of docs/frameworks.md, which are large.
.tools/frameworks/.ready: bindings-python/frameworks/requirements.txt
	$(PYTHON) -m venv .tools/frameworks
	.tools/frameworks/bin/python -m pip install --quiet -r $<
	@touch $@

build-node: bindings-node/node_modules/.ready examples/node/node_modules/.ready \
  examples/rotation/node_modules/.ready
	cd bindings-node && npm run --silent build

build-examples: build-rust
	@mkdir -p target/examples
	$(CC) $(C_FLAGS) examples/c/chat.c -o target/examples/chat-c $(LINK_FLAGS)
	@if command -v $(CXX) >/dev/null; then set -x; \
	  $(CXX) $(CXX_FLAGS) examples/cpp/chat.cpp -o target/examples/chat-cpp $(LINK_FLAGS); \
	fi

# What follows from the table of options, core/src/option_table/rows.rs, and from other sources in
# core/src/sourcegen: setters, types, documentation, classes of errors, stubs.
options:
	NEURA_WRITE_OPTIONS=1 cargo test --quiet --locked -p neura --lib sourcegen
	NEURA_WRITE_HEADER=1 cargo test --quiet --locked -p neura-c --test abi header::neura_h_is_what
	NEURA_WRITE_ABI=1 cargo test --quiet --locked -p neura-c --test abi kept

# The images of the command in docs/images, recorded in a pseudo-terminal.
recordings: build-rust .venv/.ready
	$(BIN)/python cli/recordings/record.py docs/images

# ---- installing the C library ------------------------------------------------

# Also LIBDIR and INCLUDEDIR, which are below PREFIX unless they are set. `sudo make install` needs no
# cargo after `make build-c`.
PREFIX ?= /usr/local
# Only for these two: npm has a meaning of its own for PREFIX.
INSTALL := PREFIX="$(PREFIX)" LIBDIR="$(LIBDIR)" INCLUDEDIR="$(INCLUDEDIR)" DESTDIR="$(DESTDIR)" \
  sh bindings-c/packaging/install.sh

install:
	@if command -v cargo >/dev/null; then $(MAKE) --no-print-directory build-c; fi
	@$(INSTALL) install \
	  "$${CARGO_TARGET_DIR:-target}/$${CARGO_BUILD_TARGET:+$$CARGO_BUILD_TARGET/}$(PROFILE)"

uninstall:
	@$(INSTALL) uninstall

# As it is released: for glibc 2.28 and later, under 4 MiB, into target/neura-c-x86_64-unknown-linux-gnu.
release-c:
	sh bindings-c/packaging/release.sh

# The wheels of the package, the programs for tests and the command, as they are released: for glibc 2.28 and
# later, into target/wheels. zig links against that C library; maturin finds it on the path.
RELEASE_WHEEL = PATH="$(ROOT)/$(BIN):$$PATH" CARGO_TARGET_DIR=$(ROOT)/target/glibc-2.28 \
  $(BIN)/python bindings-python/distribution/build.py target/wheels
release-python: .venv/.ready
	$(BIN)/python -m pip install --quiet ziglang==0.17.1
	rm -rf target/wheels
	for crate in bindings-python sandbox cli; do $(RELEASE_WHEEL) $$crate --zig \
	  --compatibility manylinux_2_28 --target x86_64-unknown-linux-gnu || exit; done

# ---- testing ----------------------------------------------------------------

test: test-rust test-dashboard test-python test-wheel test-node test-npm test-examples \
  test-conformance test-instructions checks-not-run

# The core, the C library (its tests compile and run its programs), the sandbox, the command. Most of these
# tests wait for a time limit or a server, so more of them run at once than there are cores.
test-rust: build-rust
	rm -rf target/conformance
	cargo test --locked --features neura/ureq -- --test-threads 4

# The dashboard in a headless Chromium; `make checks-not-run` says where there is none.
DASHBOARD := sandbox/browser/node_modules/.ready build-rust build-python
test-dashboard: $(DASHBOARD)
	@if command -v chromium >/dev/null && command -v chromedriver >/dev/null; then set -x; \
	  $(BIN)/python -m pytest -q -c bindings-python/pyproject.toml --rootdir . sandbox/browser; \
	fi

screenshots: $(DASHBOARD)
	$(BIN)/python sandbox/browser/screenshots.py

test-python: build-rust build-python bindings-python/pyright/node_modules/.ready
	cd bindings-python && ../$(BIN)/python -m pytest -q

# The wheels and the source archive, installed into an empty environment, as a user does.
test-wheel: build-rust build-python
	cd bindings-python && ../$(BIN)/python -m pytest -q distribution --ignore distribution/deep

test-node: build-rust build-node
	cd bindings-node && npm test --silent

# The packages as npm publishes them, installed into an empty project and bundled, as a user does.
test-npm: build-rust build-node bindings-node/bundlers/node_modules/.ready
	cd bindings-node && npm run --silent test:packages

# The README's programs, the examples and the demo, run as a new user runs them.
test-examples: build
	$(BIN)/python -m pytest -q -c bindings-python/pyproject.toml --rootdir . examples/tests

# Checks the form of the shared cases, and that every language ran all of them.
test-conformance: build test-rust test-python test-node
	$(BIN)/python -m pytest -q -c bindings-python/pyproject.toml --rootdir . conformance/tests

# The instructions of a call and of an event, in C, Rust and Python: bench/instructions.md.
COUNT = $(BIN)/python bench/instructions/count.py
test-instructions: build-instructions
	@if command -v valgrind >/dev/null; then $(COUNT); fi

# Writes the counts, after a change that is meant to cost more, or of the compiler.
instructions: build-instructions
	$(COUNT) --write

build-instructions: build-c build-python
	cargo build --release --locked -p neura-instructions
	$(CC) $(C_FLAGS) bench/instructions/calls.c -o $(RELEASE)/neura-calls-c $(LINK_FLAGS)

# Lists the checks that did not run because a tool is missing; with NEURA_REQUIRE_TOOLS=1 a failure.
checks-not-run:
	@sh examples/tests/checks-not-run.sh

# ---- linting ----------------------------------------------------------------

lint: .venv/.ready bindings-node/node_modules/.ready examples/node/node_modules/.ready \
  examples/rotation/node_modules/.ready \
  bindings-python/pyright/node_modules/.ready
	cargo fmt --all --check
	$(PYTHON) core/layers.py
	cargo clippy --workspace --all-targets --locked --features neura/ureq -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc --no-deps --locked --quiet --features neura/ureq
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --no-deps --locked \
	  --quiet --document-private-items -p neura-node -p neura-python
	$(BIN)/maturin develop --locked --quiet -m bindings-python/Cargo.toml
	$(BIN)/ruff check bindings-python examples bench conformance core cli sandbox
	$(BIN)/ruff format --check bindings-python examples bench conformance core cli sandbox
	cd bindings-python && ../$(BIN)/mypy
	cd bindings-python && ../$(BIN)/python -m mypy.stubtest neura_ai
	$(BIN)/mypy --config-file bench/mypy.ini examples/demo.py examples/python examples/rotation bench
	cd bench/instructions && ../../$(BIN)/mypy --strict --explicit-package-bases *.py
	cd sandbox/browser && ../../$(BIN)/mypy --strict .
	cd bindings-python && pyright/node_modules/.bin/pyright
	PATH="$(ROOT)/$(BIN):$$PATH" bindings-python/pyright/node_modules/.bin/pyright \
	  --ignoreexternal --verifytypes neura_ai
	cd bindings-node && npm run --silent typecheck
	cd bindings-node && npm run --silent lint
	cargo fmt --manifest-path bench/Cargo.toml --all --check
	cargo clippy --manifest-path bench/Cargo.toml --target-dir target/bench --all-targets --locked -- \
	  -D warnings
	for file in worker neura socket; do $(CC) $(BENCH_C) -fsyntax-only bench/c/$$file.c || exit; done
	for file in bench/node/*.mjs bench/node/sides/*.mjs; do node --check $$file || exit; done

# ---- longer -----------------------------------------------------------------

# Comparisons with other clients: docs/speed.md. The peers have environments of their own.
BENCH := $(BIN)/python -m bench

bench: bench-setup
	$(BENCH) run --commit
	$(BENCH) report

# The plots and pages alone, from the results that are there.
bench-report: .venv/.ready
	$(BENCH) report

# One suite in under a minute: make bench-quick SUITE=streams. Writes only into target/bench.
SUITE ?= call
bench-quick: bench-setup
	$(BENCH) run --suite $(SUITE) --rounds 3 --seconds 0.1 --warm-up 0.03

# Before all that takes minutes.
bench-headers:
	@printf '#include <curl/curl.h>\n' | $(CC) -E - >/dev/null 2>&1 || { \
	  echo "libcurl is one of the peers, and its headers are not installed." \
	    "Debian: apt install libcurl4-openssl-dev" >&2; exit 1; }

bench-setup: bench-headers build .tools/bench/python/.ready .tools/bench/niquests/.ready \
  bench/node/node_modules/.ready
	cargo build --release --locked --manifest-path bench/Cargo.toml --target-dir target/bench
	$(CC) $(BENCH_C) bench/c/neura.c bench/c/worker.c -o target/bench/c-neura $(LINK_FLAGS)
	$(CC) $(BENCH_C) bench/c/socket.c bench/c/worker.c -o target/bench/c-socket
	$(CC) $(BENCH_C) bench/c/libcurl.c bench/c/worker.c -o target/bench/c-libcurl -lcurl

BENCH_C := $(C_FLAGS) -D_POSIX_C_SOURCE=200809L -pthread

.tools/bench/python/.ready: bench/python/requirements.txt
	$(PYTHON) -m venv .tools/bench/python
	.tools/bench/python/bin/python -m pip install --quiet -r $<
	@touch $@

# It replaces urllib3, so it cannot be where the others are.
.tools/bench/niquests/.ready: bench/python/requirements-niquests.txt
	$(PYTHON) -m venv .tools/bench/niquests
	.tools/bench/niquests/bin/python -m pip install --quiet -r $<
	@touch $@

bench/node/node_modules/.ready: bench/node/package-lock.json
	cd bench/node && npm ci --no-audit --no-fund
	@touch $@

# Only the core, on one core of the machine: a call compared with a bare socket and bare ureq,
# event streams, a thousand calls in flight.
bench-core:
	cargo bench --locked -p neura --features fuzzing --bench cost --bench event_stream \
	  --bench stream --bench dispatch

deep: build bindings-node/bundlers/node_modules/.ready bindings-node/bundlers/deep/node_modules/.ready \
  .tools/frameworks/.ready
	sh bench/deep.sh

clean:
	rm -rf target .venv .tools bindings-node/node_modules bindings-node/bundlers/node_modules \
	  bindings-node/bundlers/deep/node_modules examples/node/node_modules bench/node/node_modules \
	  examples/rotation/node_modules bindings-python/pyright/node_modules sandbox/browser/node_modules
	rm -f bindings-node/*.node bindings-python/python/neura_ai/*.so
