#!/bin/sh
# Cuts the fonts of this folder out of what npm has, as TrueType: see README.md. Needs npm and Debian's fonttools and
# python3-brotli.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
temp=$(mktemp -d)
trap 'rm -r "$temp"' EXIT
npm install --prefix "$temp" --ignore-scripts --no-audit --no-fund --loglevel=error \
	@fontsource-variable/newsreader@5.3.0 @fontsource-variable/inter@5.3.0 @fontsource-variable/source-serif-4@5.3.1 \
	@fontsource/noto-sans-math@5.3.0
npm="$temp/node_modules"

# cut FROM WEIGHT TO CODE-POINTS: a file that has the code points which FROM has of those, in that weight
cut() {
	from=$1
	if [ "$2" != one ]; then
		fonttools varLib.instancer --quiet "$1" "wght=$2" --output "$temp/weight.woff2"
		from=$temp/weight.woff2
	fi
	pyftsubset "$from" --unicodes="$4" --layout-features=kern --no-hinting --name-IDs= --output-file="$here/$3.ttf"
}

# Titles
serif=$npm/@fontsource-variable/newsreader/files/newsreader
cut "$serif-latin-wght-normal.woff2" 560 newsreader-latin '*'
cut "$serif-latin-ext-wght-normal.woff2" 560 newsreader-ext 100-24F,1E00-1EFF
cut "$serif-vietnamese-wght-normal.woff2" 560 newsreader-vietnamese '*'
other=$npm/@fontsource-variable/source-serif-4/files/source-serif-4
cut "$other-greek-wght-normal.woff2" 560 source-serif-greek '*'
cut "$other-cyrillic-wght-normal.woff2" 560 source-serif-cyrillic 400-45F,490-491

# Names, and what stands around
sans=$npm/@fontsource-variable/inter/files/inter
cut "$sans-latin-wght-normal.woff2" 400 inter-latin '*'
cut "$sans-latin-ext-wght-normal.woff2" 400 inter-ext 100-24F,1E00-1EFF
cut "$sans-vietnamese-wght-normal.woff2" 400 inter-vietnamese '*'
cut "$sans-greek-wght-normal.woff2" 400 inter-greek '*'
cut "$sans-greek-ext-wght-normal.woff2" 400 inter-greek-ext '*'
cut "$sans-cyrillic-wght-normal.woff2" 400 inter-cyrillic '*'
cut "$sans-latin-wght-normal.woff2" 600 inter-semibold 20-7E

# Signs, letters, super- and subscripts of formulas that were made plain text
cut "$npm/@fontsource/noto-sans-math/files/noto-sans-math-latin-400-normal.woff2" one noto-sans-math \
	B2-B3,B9,2032-2034,2070-209C,2102,210B,210D-2113,2115,2118-211D,2124,2127,2130-2131,2133,2190-21D5,2200-22FF,2308-230B,25A0-25CF,2605,27E8-27E9,2A00-2A02,2A7D-2A7E,2AAF-2AB0
