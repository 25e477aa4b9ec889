#!/usr/bin/env bash
# Draws localport's stop plan with the real Mermaid, to be looked at: tests/mermaid/render.sh [plan.png]
# Needs npm and a Chromium or Chrome; fails when Mermaid cannot read the plan.
set -euo pipefail
out=$(realpath -m "${1:-plan.png}")
cd "$(dirname "$0")/../.."
browser=$(command -v chromium || command -v chromium-browser || command -v google-chrome) ||
    { echo "no Chromium or Chrome is installed" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
LIFECYCLE_DESCRIBE=mermaid cargo run --quiet -p lifecycle-examples --bin localport >"$work/plan.mmd"
# A browser in a container has no sandbox of its own.
printf '{"executablePath":"%s","args":["--no-sandbox"]}' "$browser" >"$work/browser.json"
PUPPETEER_SKIP_DOWNLOAD=1 npm exec --yes --package=@mermaid-js/mermaid-cli@11 -- \
    mmdc -p "$work/browser.json" -i "$work/plan.mmd" -o "$out" --scale 2
echo "$out"
