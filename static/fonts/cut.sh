#!/bin/sh
# Cuts the fonts of this folder out of what npm has, so that a first visit loads little: see README.md. Needs npm and
# Debian's fonttools and python3-brotli.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
temp=$(mktemp -d)
trap 'rm -r "$temp"' EXIT
npm install --prefix "$temp" --ignore-scripts --no-audit --no-fund --loglevel=error \
	@fontsource-variable/newsreader@5.3.0 @fontsource-variable/inter@5.3.0 @fontsource/noto-sans-math@5.3.0
npm="$temp/node_modules"

# cut FROM WEIGHTS TO CODE-POINTS: a file that has the code points which FROM has of those, in those weights
cut() {
	from=$1
	features=
	if [ "$2" != one ]; then
		fonttools varLib.instancer --quiet "$1" "wght=$2" --output "$temp/weights.woff2"
		from=$temp/weights.woff2
		features=kern,liga,mark,mkmk,ccmp,locl,tnum
	fi
	pyftsubset "$from" --unicodes="$4" --flavor=woff2 --layout-features="$features" --no-hinting --name-IDs= \
		--output-file="$here/$3.woff2"
}

# Basic is what nearly every page has, and loads at once: ASCII, the typographer's marks and a few signs; for names also
# the letters of Western Europe. More is what else was in npm's file. The style sheet's unicode-range says the same.
basic=20-7E,A0,AB,B0,B1,B7,BB,D7,2009-200A,2010-2015,2018-2019,201C-201D,2022,2026,202F,2191,2193,2212
letters=C0-D6,D8-F6,F8-FF
rest=A1-AA,AC-AF,B2-B6,B8-BA,BC-BF,F7,131,152-153,2BB-2BC,2C6,2DA,2DC,304,308,329,2000-2008,200B-200F,2016-2017,201A-201B,201E-2021,2023-2025,2027-202E,2030-206F,20AC,2122,2215,FEFF,FFFD
middle=100-130,132-151,154-17F,1CD-1DC,218-21B
serif=$npm/@fontsource-variable/newsreader/files/newsreader
cut "$serif-latin-wght-normal.woff2" 400:600 newsreader-basic $basic
cut "$serif-latin-wght-normal.woff2" 400:600 newsreader-more $letters,$rest
cut "$serif-latin-ext-wght-normal.woff2" 400:600 newsreader-ext '*'
cut "$serif-latin-wght-italic.woff2" 400:600 newsreader-italic-basic $basic
cut "$serif-latin-wght-italic.woff2" 400:600 newsreader-italic-more $letters,$rest
sans=$npm/@fontsource-variable/inter/files/inter
cut "$sans-latin-wght-normal.woff2" 400:700 inter-basic $basic,$letters
cut "$sans-latin-wght-normal.woff2" 400:700 inter-more $rest
cut "$sans-latin-ext-wght-normal.woff2" 400:700 inter-middle $middle
cut "$sans-latin-ext-wght-normal.woff2" 400:700 inter-ext '*'

# What formulas in abstracts use most, and all that may stretch: browsers stretch only what is in the file with the space.
# Then what they use at times, then bold, script, fraktur and sans-serif letters.
math=$npm/@fontsource/noto-sans-math/files/noto-sans-math-latin-400-normal.woff2
common=20-7E,A0,AF,B1,B7,D7,2C6-2C7,2D9,2DC,302-303,304,307,338,391-3A1,3A3-3A9,3D1,3D5-3D6,3F0-3F1,3F5,2013-2014,2016,2020-2022,2026,2032-2033,203E,2061-2063,2102,210E,2113,2115,211A,211D,2124,2200,2202-2205,2207-2208,220B,2211-2213,2217-221A,221D-221E,2223-2225,2227-222B,2234,223C,2243,2245,2248,2260-2265,226A-226B,2272-2273,2282-2287,2295,2297,2299,22A4-22A5,22C5-22C6,22EE-22EF,22F1,2A7D-2A7E,2AAF-2AB0,1D434-1D454,1D456-1D467,1D6E2-1D71B
stretching=2190-2195,21A6,21A9-21AA,21BC-21BD,21C0-21C1,21CB-21CC,21D0-21D5,220F-2210,222C-222E,22C0-22C3,2308-230B,23B0-23B1,23DC-23DF,27E6-27E9,2A00-2A02,2A04
cut "$math" one noto-sans-math-basic $common,$stretching
cut "$math" one noto-sans-math-more A2-A3,A5,A7,A9,AC,AE,B0,B6,B8,C5,C7,D0,DE,E7,F0,F7,FE,131,237,2D4-2D5,2DA,300-301,305-306,308-30C,310-312,315,31A,323,326-327,32C-333,3B1-3C9,3DC-3DD,3F4,3F6,2010,2015,2017-2019,201C-201D,2025,202F,2034-2038,203C,2040,2043-2044,2047,2050,2057,205F,20D0-20DF,20E1,20E4-20F0,2107,210A-210D,210F-2112,2118-2119,211B-211C,2126-2129,212B-212D,212F-2138,213C-214B,2196-21A5,21A7-21A8,21AB-21BB,21BE-21BF,21C2-21CA,21CD-21CF,21D6-21FF,2201,2206,2209-220A,220C-220E,2214-2216,221B-221C,221F-2222,2226,222F-2233,2235-223B,223D-2242,2244,2246-2247,2249-225F,2266-2269,226C-2271,2274-2281,2288-2294,2296,2298,229A-22A3,22A6-22BF,22C4,22C7-22ED,22F0,22F2-22FF,2320-2321,239B-23AF,23B2-23B9,23E0-23E1,25A0-25FF,2605,2713,27C2,27DC,27EA-27FF,299B,29A0,29A3,29B8,29F5,2A03,2A05-2A06,2A2F,2A85-2A8C,2A95-2A96,2ADE,2AE3-2AE5,2AEE,2BFE,1D6A4-1D6A5
cut "$math" one noto-sans-math-alphabets 1D400-1D433,1D468-1D6A3,1D6A8-1D6E1,1D71C-1D7FF
