#!/usr/bin/env bash
# Runs every check of Recto: formatting, generated files, vet, staticcheck,
# go.mod, and all tests, nearly all of them with the race detector, those in a
# browser included.
#
# It first installs what the tests need and the machine lacks (a C compiler,
# Chromium, Java, Node, the npm packages in web/testdata/tools). It stops at
# the first thing that is wrong. What go test prints comes last.
#
# CHROMIUM may name the browser to use, RECTO_SCREENSHOTS a folder for pictures
# of the pages that the tests open.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

tools=web/testdata/tools

die() {
	printf 'test.sh: %s\n' "$*" >&2
	exit 1
}

heading() {
	printf '\n== %s (after %d s)\n' "$*" "$SECONDS"
}

# --- surroundings -------------------------------------------------------------

# Go and npm keep their caches below HOME. Without one that can be written to,
# they get a folder that the next run finds again.
if [[ -z ${HOME:-} ]] || ! mkdir -p "$HOME" 2>/dev/null || [[ ! -w $HOME ]]; then
	HOME=${TMPDIR:-/tmp}/recto-home-$(id -u)
	mkdir -p "$HOME"
fi
export HOME

if ! command -v go >/dev/null && [[ -x /usr/local/go/bin/go ]]; then
	PATH=$PATH:/usr/local/go/bin
fi
command -v go >/dev/null ||
	die "Go is missing: install the version that go.mod names (or a newer one) from https://go.dev/dl/ and put it in PATH"

# The race detector needs cgo. Versions aren't stamped, so that git's opinion of
# who owns the folder doesn't matter.
export CGO_ENABLED=1
export GOFLAGS="${GOFLAGS:+$GOFLAGS }-buildvcs=false"

# Go trusts the authorities that the system trusts; Node only its own, unless
# told. Behind a proxy that reads along, npm needs the system's too.
if [[ -z ${NODE_EXTRA_CA_CERTS:-} && -r /etc/ssl/certs/ca-certificates.crt ]]; then
	export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
fi

# --- what the tests need ------------------------------------------------------

have_compiler() { command -v "${CC:-gcc}" >/dev/null; }
have_java() { java -version >/dev/null 2>&1; } # macOS has a java that only says that there is none
have_npm() { node --version >/dev/null 2>&1 && npm --version >/dev/null 2>&1; }
have_chromium() { # looks where web/browsertest looks
	local name names=(chromium chromium-browser google-chrome google-chrome-stable)
	if [[ -n ${CHROMIUM:-} ]]; then names=("$CHROMIUM"); fi
	for name in "${names[@]}"; do
		if "$name" --version >/dev/null 2>&1; then return 0; fi
	done
	return 1
}

apt_updated=
# need WHAT CHECK PACKAGE... installs the packages when the check fails.
need() {
	local what=$1 check=$2
	shift 2
	if "$check"; then return; fi
	local advice="install it (on Debian: apt-get install $*) and run test.sh again"
	command -v apt-get >/dev/null || die "$what is missing: $advice"
	local as_root=()
	if [[ $(id -u) != 0 ]]; then
		command -v sudo >/dev/null || die "$what is missing, and installing it needs root: $advice"
		as_root=(sudo)
	fi
	heading "installing $what: $*"
	if [[ -z $apt_updated ]]; then
		"${as_root[@]}" apt-get -q update || die "apt-get update failed, and $what is missing: $advice"
		apt_updated=yes
	fi
	"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@" ||
		die "apt-get could not install $what: $advice"
	"$check" || die "$what doesn't run although it is installed: $advice"
}

need "a C compiler" have_compiler gcc libc6-dev
if [[ -n ${CHROMIUM:-} ]]; then
	have_chromium || die "CHROMIUM is $CHROMIUM, which doesn't run: set it to a browser's path, or unset it"
else
	need Chromium have_chromium chromium fonts-liberation
fi
need Java have_java default-jre-headless
need "Node with npm" have_npm nodejs npm

# The lock file that the packages were installed from is kept beside them.
if ! cmp -s $tools/package-lock.json $tools/node_modules/.installed-lock.json; then
	heading "npm ci in $tools"
	npm ci --prefix $tools --ignore-scripts --no-audit --no-fund --no-update-notifier ||
		die "npm ci failed in $tools: see above; it needs the npm registry"
	cp $tools/package-lock.json $tools/node_modules/.installed-lock.json
fi

# --- checks -------------------------------------------------------------------

# files PATTERN lists our own files of that name, NUL-terminated.
files() {
	find . \( -name .git -o -name node_modules \) -prune -o -type f -name "$1" -print0
}

heading gofmt
unformatted=$(files '*.go' | xargs -0 -r gofmt -l)
[[ -z $unformatted ]] || die "not formatted, run gofmt -w on:"$'\n'"$unformatted"

heading templ
templ=$(go tool -n templ)
while IFS= read -r -d '' file; do
	# The prettier that some machines have would format differently.
	"$templ" fmt -stdout -log-level error -prettier-command no-prettier "$file" | cmp -s - "$file" ||
		die "not formatted, run go tool templ fmt on: $file"
done < <(files '*.templ')
while IFS= read -r -d '' file; do
	[[ -f ${file%_templ.go}.templ ]] || die "generated from a template that is gone, delete: $file"
done < <(files '*_templ.go')
# Left to itself, -check deletes such orphans and finds nothing wrong.
"$templ" generate -check -keep-orphaned-files -log-level error ||
	die "generated files are old, run go tool templ generate"

heading go vet
go vet ./...

heading staticcheck
go tool staticcheck ./...

heading go mod tidy
go mod tidy -diff || die "go.mod or go.sum is not tidy, run go mod tidy"

# vet has run already. -count=1 because Go, which remembers results, doesn't
# know of the browser and Java. The two indexes count for minutes under the race
# detector: there it watches their tests of readers beside writers alone.
run_tests() { go test -vet=off -count=1 -timeout 20m "$@"; }
indexes=(./store/search/words ./store/search/meaning)
# Tests of the benchmarks and those that read a great many pages run without it, too.
many_pages='SitemapParts|LinksLeadSomewhere|EveryPaperIsReachable|CitationsByAccept|CitationsOfLists'
# The slowest come first, so that none is left to run alone.
mapfile -t others < <(echo ./web; go list ./... | grep -v -e /search/words$ -e /search/meaning$ -e /web$)
heading go test of the indexes
run_tests "${indexes[@]}"
run_tests -race -run 'Beside|Process' "${indexes[@]}"
heading go test of killed programs, of benchmarks and of many pages
run_tests -run 'Killed|TestBench' ./cmd/recto
run_tests -run "$many_pages" ./web
heading go test
run_tests -race -short "${others[@]}"
