# Everything that people and CI run. `make help` lists it.

GO      ?= go
SHELL   := /bin/bash
# A folder of reference files makes more tests run; without it they say what they skip.
export ATELIER_SHARED ?= $(wildcard $(abspath ../shared))
ifeq ($(ATELIER_SHARED),)
unexport ATELIER_SHARED
endif
WASM    := GOOS=js GOARCH=wasm
WASM_EXEC = -exec="$$($(GO) env GOROOT)/lib/wasm/go_js_wasm_exec"
CORE    := ./core/...
RACE    := ./server/... ./core/train/... ./core/nn/...

.PHONY: help needs run build web data check test soak lint test-go test-race test-wasm test-page fuzz bench clean

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

check: needs lint ## before a commit: lint, short Go tests, the page's types and unit tests (under 4 minutes)
	$(GO) test -short ./...
	@scripts/page-tests check unit

test: needs lint test-go test-race test-wasm test-page ## everything CI runs (under 30 minutes on 2 cores)

lint: ## gofmt, go vet and staticcheck for both targets, import rules
	@scripts/lint

test-go: ## Go tests
	$(GO) test ./...

test-race: ## Go tests of what shares memory, with the race detector
	@if $(GO) env CGO_ENABLED | grep -q 1 && command -v $$($(GO) env CC) >/dev/null; then \
		$(GO) test -race -short $(RACE); \
	else echo "RACE TESTS LEFT OUT: they need a C compiler (gcc or clang)"; fi

test-wasm: ## the core's tests as WebAssembly under Node
	$(WASM) $(GO) test -short $(WASM_EXEC) $(CORE)

test-page: web ## the page: types, unit tests, and a real browser
	@scripts/page-tests check unit e2e

fuzz: ## every fuzz target for FUZZTIME (default 30s)
	@scripts/fuzz $(or $(FUZZTIME),30s)

soak: web ## the long ones: kill -9, load, fuzzing (hours)
	KILL_ROUNDS=200 SLOW_CONNECTIONS=500 $(GO) test -count=1 -timeout 60m ./server/...
	@scripts/fuzz 30m

bench: ## measure the native core
	$(GO) run ./server bench -model model1
	$(GO) run ./server bench -model model2

clean: ## remove what was built
	rm -rf bin web/dist/site web/build web/test-results web/playwright-report
