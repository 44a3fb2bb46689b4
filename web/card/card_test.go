package card

import (
	"bytes"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// testPen has the fonts that are brought along and, with cjk, the system's.
func testPen(t testing.TB, cjk bool) *pen {
	t.Helper()
	f := findCJK(nil)
	if cjk {
		if f = findCJK(systemCJK[:]); f == nil {
			t.Skip("this system has no font of Chinese")
		}
	}
	faces, err := openTypefaces(f)
	if err != nil {
		t.Fatal(err)
	}
	return newPen(faces, f)
}

var drawings = map[string]Drawing{
	"paper": Paper{Title: "Light Schrödinger Bridge", Name: "arXiv 2310.01174", Authors: []string{"Alexander Korotin", "Nikita Gushchin", "Evgeny Burnaev"},
		Category: "cs.LG", Day: "11 March 2026", Place: 1, Of: 38, Votes: 142},
	"nothing":    Paper{},
	"title":      Paper{Title: "Bare", Day: "13 May 2026"},
	"large":      Paper{Title: strings.Repeat("A Long Title of Many Words ", 40), Name: strings.Repeat("name ", 40), Authors: slices.Repeat([]string{"Alexander Korotin"}, 3000), More: 1 << 40, Category: strings.Repeat("category", 30), Day: strings.Repeat("day ", 50), Place: 1 << 40, Of: 1 << 40, Votes: 1 << 40},
	"long word":  Paper{Title: strings.Repeat("Pneumonoultramicroscopicsilicovolcanoconiosis", 20), Authors: []string{strings.Repeat("M", 100)}, Day: "13 May 2026"},
	"scripts":    Paper{Title: "Ünïcödé Ελληνικά 中文 العربية हिन्दी 👩🏽‍🔬 Теория tiếng Việt", Authors: []string{"Ἀρχιμήδης", "山田太郎", "Nguyễn Văn An", "Łukasz Kaiser"}, Day: "13 May 2026"},
	"wild":       Paper{Title: "a\x00b\u202ec\ufeffd\u0301\u0301\u0301\u0301 <b>&amp;</b>\xff\r\n\t" + strings.Repeat("\u0308", 300), Authors: []string{"\x00", "", "\u202e"}, Day: "\n"},
	"day":        Listing{Heading: "Tuesday, 12 May 2026", Count: "105 papers", Top: []Entry{{"Light Schrödinger Bridge", 1 << 40}, {strings.Repeat("long ", 90), 9}, {"", 0}}},
	"no papers":  Listing{Heading: "Saturday, 9 May 2026", Count: "No papers"},
	"long topic": Listing{Heading: strings.Repeat("topic", 50), Name: "Papers on a topic", Count: "1 paper", Top: []Entry{{"最短", 1}}},
}

// TestPictures draws whatever there may be, and checks that the picture has its shape and a clean margin.
func TestPictures(t *testing.T) {
	a, err := newAlbum(0, nil)
	if err != nil {
		t.Fatal(err)
	}
	blank := 0
	for name, d := range drawings {
		t.Run(name, func(t *testing.T) {
			data, err := a.PNG(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			decoded, err := png.Decode(bytes.NewReader(data))
			if err != nil {
				t.Fatal(err)
			}
			page, ok := decoded.(*image.Paletted)
			if !ok || page.Rect != image.Rect(0, 0, 1200, 630) {
				t.Fatalf("a %T of %v", decoded, decoded.Bounds())
			}
			drawn := 0
			for y := range 630 {
				for x := range 1200 {
					is := page.At(x, y)
					if is != sheet {
						drawn++
					}
					if (x < left-20 || x > right+20 || y < 40 || y > 612) && is != sheet {
						t.Fatalf("something stands in the margin, at %d,%d", x, y)
					}
				}
			}
			if name == "nothing" {
				blank = drawn
			} else if blank > 0 && drawn <= blank {
				t.Errorf("%d pixels are drawn, and %d where there is nothing", drawn, blank)
			}
			if limit := 60_000; len(data) > limit {
				t.Errorf("%d bytes, more than %d", len(data), limit)
			}
		})
	}
}

// TestDrawable reads what becomes of characters that the fonts lack.
func TestDrawable(t *testing.T) {
	p := testPen(t, false)
	for name, tt := range map[string]struct {
		text, want string
		legible    float64
	}{
		"letters":              {"Light Schrödinger Bridge", "Light Schrödinger Bridge", 1},
		"letters and marks":    {"Schro\u0308dinger e\u0301tude", "Schrödinger étude", 1},
		"Greek":                {"Ελληνικά α β", "Ελληνικά α β", 1},
		"accents of old Greek": {"Ἀρχή", "Αρχή", 1},
		"Cyrillic":             {"Теория", "Теория", 1},
		"Vietnamese":           {"tiếng Việt", "tiếng Việt", 1},
		"signs of formulas":    {"α² ≤ ∑ᵢ xᵢ → ∞ in ℝᵈ", "α² ≤ ∑ᵢ xᵢ → ∞ in ℝᵈ", 1},
		"letters of formulas":  {"𝒪(𝑛 log 𝑛), 𝔽₂, 𝐱", "O(n log n), F₂, x", 1},
		"ligatures":            {"eﬃcient ﬁt", "efficient fit", 1},
		"full width":           {"ＧＰＴ", "GPT", 1},
		"Chinese inside":       {"The word 中文 means it", "The word … means it", 14.0 / 16},
		"Chinese alone":        {"中文 标题", "…", 0},
		"Arabic and Hindi":     {"العربية हिन्दी text", "… text", 4.0 / 16},
		"Korean":               {"김철수", "…", 0},
		"faces":                {"Fun 🎉 with 👩🏽‍🔬", "Fun with", 1},
		"blanks":               {"  a \n\t b  ", "a b", 1},
		"controls":             {"a\x00b\u202ec\u200bd", "a bcd", 1},
		"marks alone":          {"\u0301\u0301", "", 1},
		"a mark on a letter":   {"x\u0304 is", "x\u0304 is", 1},
		"marks on marks":       {"x\u0304\u0304\u0304y", "x\u0304y", 1},
		"nothing":              {"", "", 1},
		"numbers":              {"2026", "2026", 1},
	} {
		t.Run(name, func(t *testing.T) {
			got, legible := p.drawable(p.serif, tt.text, 100)
			if got != tt.want || name != "Arabic and Hindi" && legible != tt.legible {
				t.Errorf("%q, legible %v; want %q, %v", got, legible, tt.want, tt.legible)
			}
		})
	}
	if got, _ := p.drawable(p.serif, strings.Repeat("x", 200), 10); got != strings.Repeat("x", 10)+"…" {
		t.Errorf("of a long text %q is left", got)
	}
}

// TestSystemFont draws Chinese, Japanese and nothing whose letters must be joined in the system's font.
func TestSystemFont(t *testing.T) {
	p := testPen(t, true)
	const text = "大規模言語モデル and 中文"
	if got, legible := p.drawable(p.serif, text, 100); got != text || legible != 1 {
		t.Errorf("%q is drawn as %q", text, got)
	}
	if got, _ := p.drawable(p.serif, "العربية", 100); got != "…" {
		t.Errorf("Arabic is drawn as %q", got)
	}
}

// TestFit breaks texts into lines: none is too wide, no more than there may be, and nothing is lost unless there is too
// much.
func TestFit(t *testing.T) {
	p := testPen(t, false)
	word := rapid.OneOf(rapid.StringMatching(`[A-Za-z]{1,12}`), rapid.StringMatching(`[a-z-]{1,90}`), rapid.SampledFrom([]string{"—", "αβγ", "x₁", "(2/3)", "WWWWWWWWWWWWWWWWWWWWWWWW"}))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(word, 1, 30).Draw(t, "words"), " ")
		b := p.fit(p.serif, text, inner, 3, 76, 60, 46)
		if len(b.lines) == 0 || len(b.lines) > 3 {
			t.Fatalf("%d lines", len(b.lines))
		}
		for _, line := range b.lines {
			if w := p.width(b.font, line); w > inner {
				t.Errorf("%q is %v wide", line, w)
			}
			if strings.HasPrefix(line, " ") || strings.HasSuffix(line, " ") || line == "" {
				t.Errorf("line %q", line)
			}
		}
		squeezed := func(s string) string { return strings.ReplaceAll(s, " ", "") }
		got, want := squeezed(strings.Join(b.lines, "")), squeezed(text)
		if cut, short := strings.CutSuffix(got, "…"); short && !strings.HasPrefix(want, cut) || !short && got != want {
			t.Errorf("%q became %q", want, got)
		}
	})
}

func TestLinesOfChinese(t *testing.T) {
	for text, want := range map[string][]string{
		"大規模、モデル":    {"大", "規", "模、", "モ", "デ", "ル"},
		"応用:日本":      {"応", "用:", "日", "本"},
		"「大」GPT-4の話": {"「大」", "GPT-4", "の", "話"},
		"a b-c d-2":  {"a ", "b-", "c ", "d-2"},
		"コーヒー (飲)":   {"コー", "ヒー ", "(飲)"},
	} {
		var got []string
		for rest := text; rest != ""; {
			word := nextWord(rest)
			got, rest = append(got, word), rest[len(word):]
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q breaks as %q, want %q", text, got, want)
		}
	}
}

func TestByline(t *testing.T) {
	p := testPen(t, false)
	many := slices.Repeat([]string{"Alexander Korotin"}, 8)
	for name, tt := range map[string]struct {
		authors []string
		more    int
		want    string
	}{
		"nobody":            {nil, 0, ""},
		"one":               {[]string{"Emmy Noether"}, 0, "Emmy Noether"},
		"some":              {[]string{"Ada Lovelace", "Emmy Noether"}, 0, "Ada Lovelace, Emmy Noether"},
		"more":              {[]string{"Ada Lovelace", "Emmy Noether"}, 2998, "Ada Lovelace, Emmy Noether and 2,998 more"},
		"more than fit":     {many, 0, "Alexander Korotin, Alexander Korotin, Alexander Korotin and 5 more"},
		"one can't be read": {[]string{"山田太郎", "Ada Lovelace"}, 0, "Ada Lovelace and 1 more"},
		"none can be read":  {[]string{"山田太郎", "李明"}, 0, "2 authors"},
		"one, not legible":  {[]string{"李明"}, 0, "1 author"},
		"a very long name":  {[]string{strings.Repeat("Wolfe ", 30)}, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := p.byline(Paper{Authors: tt.authors, More: tt.more})
			if w := p.width(p.sansOf(32), got); w > inner {
				t.Errorf("%q is %v wide", got, w)
			}
			if tt.want == "" && name != "nobody" {
				if !strings.HasPrefix(got, "Wolfe Wolfe") || !strings.HasSuffix(got, "…") {
					t.Errorf("%q", got)
				}
			} else if got != tt.want {
				t.Errorf("%q, want %q", got, tt.want)
			}
		})
	}
}

func TestThousands(t *testing.T) {
	for n, want := range map[int]string{0: "0", 12: "12", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := thousands(n); got != want {
			t.Errorf("%d is %s", n, got)
		}
	}
}
