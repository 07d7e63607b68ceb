# Everything that people and CI run. `make help` lists it.

GO      ?= go
SHELL   := /bin/bash
export MAKE
# A folder of reference files makes more tests run; what is left out without it is named at the end.
export ATELIER_SHARED ?= $(wildcard $(abspath ../shared))
ifeq ($(ATELIER_SHARED),)
unexport ATELIER_SHARED
endif
CORE     := ./core/...
WASM     := GOOS=js GOARCH=wasm $(GO) test -exec="$(CURDIR)/scripts/wasm-exec"
FUZZTIME ?= 30s

.PHONY: help needs run build web data check test test-all mutate lint builds test-go test-race test-bits test-pytorch test-wasm test-types test-page browser soak fuzz bench shots clean
.PHONY: part-test part-mutate part-resume part-golden part-kill part-load part-fuzz
.NOTPARALLEL:

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

needs: ## check for Go, Node and npm, saying what to get
	@scripts/needs

run: needs ## build what is missing, get the data, serve the page and print its address
	@$(GO) run ./server

build: web ## bin/atelier, with the page inside
	$(GO) build -trimpath -o bin/atelier ./server

web: needs ## build the page: WebAssembly, then npm
	@$(GO) run ./scripts/page

data: ## download and verify Fashion-MNIST
	$(GO) run ./server data

check: needs ## before a commit: lint, short Go tests, the page's types and unit tests (under 4 minutes)
	@scripts/steps lint test-short test-types

test: needs ## everything that CI runs (at most 45 minutes on 2 quiet cores)
	@scripts/steps lint builds test-go test-race test-bits test-pytorch test-wasm test-types test-page

# What is long comes in parts, each under an hour on 2 quiet cores.
PARTS = test mutate resume golden kill load fuzz
test-all: needs ## make test and what is long; PART=mutate runs one part alone, of test mutate resume golden kill load fuzz
	@[ -n "$(filter $(or $(PART),test),$(PARTS))" ] && [ $(words $(PART)) -le 1 ] || { echo "There is no part \"$(PART)\": choose one of $(PARTS)"; exit 2; }
	@LEFT_OUT="$(if $(PART),$(filter-out $(PART),$(PARTS)))" scripts/steps $(addprefix part-,$(or $(PART),$(PARTS)))

part-test: test
part-mutate: mutate
part-resume:
	ATELIER_SOAK=1 $(GO) test -count=1 -timeout 55m -run Soak -v $(CORE)
part-golden:
	@[ -n "$$ATELIER_SHARED" ] || echo "LEFT OUT: the golden weights with every number of workers, which need a folder of reference files (ATELIER_SHARED)"
	ATELIER_SOAK=1 $(GO) test -count=1 -timeout 55m -run Golden $(CORE)
part-kill:
	KILL_ROUNDS=60 $(GO) test -count=1 -timeout 55m -run Kill -v ./server/durable ./server/api
part-load:
	SLOW_CONNECTIONS=500 $(GO) test -count=1 -timeout 55m -run 'Slow|Load|Thousand' -v ./server/app ./server/api ./server/cli ./server/runs
part-fuzz:
	@timeout 59m scripts/fuzz $(or $(FUZZTIME_ALL),2m)

mutate: needs ## changes that break a promise, each of which a named test must notice (under 40 minutes); RUN=token, some of them
	@[ -f web/node_modules/.package-lock.json ] || (cd web && npm ci --no-audit --no-fund)
	@$(GO) run ./scripts/mutate $(if $(RUN),-run '$(RUN)')

lint: ## gofmt, go vet and staticcheck for both targets, the rules of the house
	@scripts/lint

builds: ## the builds that users may make: with the page, without cgo, without XLA
	@$(MAKE) --no-print-directory build
	CGO_ENABLED=0 $(GO) build -o /dev/null ./server
	$(GO) build -tags noxla -o /dev/null ./server
	$(GO) test -tags noxla -run 'Absent|Engine|Spread' ./server/gomlxengine ./server/engine

test-short:
	$(GO) test -short ./...

test-go: ## Go tests
	@[ -n "$$ATELIER_SHARED" ] || echo "LEFT OUT: the golden weights, PyTorch's numbers, the real images and people's drawings, which need a folder of reference files (ATELIER_SHARED)"
	$(GO) test -timeout 25m ./...

# Where goroutines are begun; the rest of the core computes within theirs.
RACE      = ./core/train $$($(GO) list ./server/... | grep -v -e /report$$ -e /weights$$)
test-race: ## short Go tests of what begins goroutines, with the race detector
	@if [ "$$($(GO) env CGO_ENABLED)" = 1 ] && command -v $$($(GO) env CC) >/dev/null; then \
		$(GO) test -race -short -timeout 25m $(RACE); \
	else echo "LEFT OUT: the race tests, which need a C compiler (gcc or clang)"; fi

test-bits: ## the golden weights in a build for newer processors
	@if [ -n "$$ATELIER_SHARED" ] && [ "$$($(GO) env GOARCH)" = amd64 ] && grep -qsw avx2 /proc/cpuinfo; then \
		GOAMD64=v3 $(GO) test -short -run Golden ./core/train; \
	else echo "LEFT OUT: the golden weights with GOAMD64=v3, which need the reference files and an amd64 processor with AVX2"; fi

test-pytorch: ## weights to PyTorch and back, after make build; PYTORCH_CHECK=install gets PyTorch by apt-get
	@if [ -x /usr/bin/python3 ]; then scripts/pytorch-check; \
	else echo "LEFT OUT: the comparison with PyTorch, which needs /usr/bin/python3"; fi

test-wasm: ## the core's tests as WebAssembly under Node, the longest first
	$(WASM) -timeout 25m ./core/train $(CORE)

test-types: needs ## the page: types and unit tests
	@scripts/page-tests check unit

test-page: web ## the page in a real Chromium; SKIP_BROWSER=1 leaves it out
	@scripts/page-tests e2e

browser: needs ## make sure that a Chromium is there
	@scripts/browser

shots: web ## pictures of every view, in web/shots
	@scripts/page-tests shots

fuzz: ## every fuzz target for FUZZTIME (default 30s)
	@scripts/fuzz $(FUZZTIME)

soak: web ## the long ones: long resume, kill -9, load, fuzzing (hours)
	ATELIER_SOAK=1 $(GO) test -count=1 -timeout 120m -run 'Soak|Golden' -v $(CORE)
	KILL_ROUNDS=200 SLOW_CONNECTIONS=500 $(GO) test -count=1 -timeout 60m ./server/...
	@scripts/fuzz $(or $(SOAK_FUZZTIME),30m)

bench: needs ## one table: every kernel, both networks natively and in the page, the peers
	@$(GO) run ./scripts/bench

clean: ## remove what was built
	rm -rf bin web/dist/site web/build web/test-results web/playwright-report
