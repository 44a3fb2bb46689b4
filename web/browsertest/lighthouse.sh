#!/bin/sh
# Lighthouse on every kind of page that its readers see signed out: the mobile preset, each page three times, medians.
#
#   web/browsertest/lighthouse.sh [RUNS [PATH...]]
#
# Needs Node, Chromium and Go. Lighthouse goes to $LIGHTHOUSE (a folder under /tmp), the reports too.
set -eu
runs=${1:-3}
[ $# -gt 0 ] && shift
[ $# -gt 0 ] || set -- / /papers/date/2026-05-12?sort=newest /papers/week/2026-W20 /papers/month/2026-05 /papers/date/2026-05-09 \
	/papers/trending /papers/latest /papers/top/all /papers/2605.10730 /papers/2605.03269 /tags /tags?letter=a /tags/agents \
	/categories /categories/cs.LG /authors/li-y /authors/wang-y?name=Yifan+Wang /about \
	/search /search?q=diffusion /sign-in /sign-up /nothing/here
dir=${LIGHTHOUSE:-/tmp/recto-lighthouse}
port=${PORT:-8391}
export CHROME_PATH="${CHROME_PATH:-$(command -v chromium)}"
cd "$(dirname "$0")/../.."
mkdir -p "$dir/reports"
rm -f "$dir"/reports/*
[ -d "$dir/node_modules/lighthouse" ] ||
	PUPPETEER_SKIP_DOWNLOAD=1 npm install --prefix "$dir" --ignore-scripts --no-audit --no-fund lighthouse@12.8.2
go build -o "$dir/recto" ./cmd/recto
"$dir/recto" serve --listen "127.0.0.1:$port" --db "$dir/sample.db" --log none &
site=$!
trap 'kill $site' EXIT
sleep 1
kill -0 $site || exit 1 # the port is taken, and whoever has it would be measured
until curl -sfo /dev/null "http://127.0.0.1:$port/healthz"; do sleep 0.2; done
i=0
for path; do
	i=$((i + 1))
	for run in $(seq "$runs"); do
		node "$dir/node_modules/lighthouse/cli/index.js" "http://127.0.0.1:$port$path" --quiet --ignore-status-code \
			--output=json --output-path="$dir/reports/$(printf %02d $i)-$run.json" \
			--chrome-flags="--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-component-update --disable-sync" 2>>"$dir/reports/log"
	done
done
node - "$dir/reports" <<'JS'
const fs = require("fs"), dir = process.argv[2], pages = {};
for (const file of fs.readdirSync(dir).filter((f) => f.endsWith(".json")).sort()) {
  const r = JSON.parse(fs.readFileSync(dir + "/" + file));
  (pages[file.slice(0, 2)] ??= []).push(r);
}
const median = (all) => all.sort((a, b) => a - b)[all.length >> 1];
const categories = ["performance", "accessibility", "best-practices", "seo"];
console.log("| page | " + categories.join(" | ") + " | FCP s | LCP s | TBT ms | CLS | kB | below 1 |\n|" + "---|".repeat(11));
for (const runs of Object.values(pages)) {
  const of = (f) => median(runs.map(f)), audit = (id) => of((r) => r.audits[id]?.numericValue ?? NaN);
  const wrong = Object.values(runs[0].audits).filter((a) => a.score !== null && a.score < 1 && a.scoreDisplayMode !== "informative").map((a) => a.id);
  console.log("| " + [new URL(runs[0].requestedUrl).pathname + new URL(runs[0].requestedUrl).search,
    ...categories.map((c) => Math.round(100 * of((r) => r.categories[c].score))),
    (audit("first-contentful-paint") / 1000).toFixed(2), (audit("largest-contentful-paint") / 1000).toFixed(2),
    audit("total-blocking-time").toFixed(0), audit("cumulative-layout-shift").toFixed(3), (audit("total-byte-weight") / 1000).toFixed(0),
    wrong.join(" ")].join(" | ") + " |");
}
JS
