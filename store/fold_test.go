package store_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"recto/store"
)

func TestFold(t *testing.T) {
	for s, want := range map[string]string{
		"Schölkopf": "scholkopf", "SCHOLKOPF": "scholkopf", "Scho\u0308lkopf": "scholkopf", "Straße": "strasse", "STRAẞE": "strasse",
		"Łukasz": "lukasz", "Ørsted": "orsted", "Æsir": "aesir", "Œuvre": "oeuvre", "Đặng": "dang", "İstanbul": "istanbul", "ıspanak": "ispanak",
		"ﬁne": "fine", "Ⅳ": "iv", "x²": "x2", "Ħal": "hal", "Þór": "thor", "Ångström": "angstrom", "Nguyễn": "nguyen",
		"Москва": "москва", "深度学习": "深度学习", "Ελλάς": "ελλάς", "ガ": "ガ", "が": "が", "힣": "힣", "Й": "й", "हिन्दी": "हिन्दी", "": "", "\xff": "\ufffd",
	} {
		if got := store.Fold(s); got != want {
			t.Errorf("Fold(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestSlug(t *testing.T) {
	for s, want := range map[string]string{
		"Few-shot  Learning!": "few-shot-learning", "few shot learning": "few-shot-learning", " -- ": "", "O'Neil": "oneil", "O’Neil": "oneil",
		"a.b": "a-b", "3D": "3d", "Émile": "emile", "a'-b": "a-b", "世界 模型": "世界-模型", "\xff": "", "a\xffb": "a-b", "a\x00b": "a-b", "ß": "ss", "हिन्दी पाठ": "हिन्दी-पाठ", "深層ガ": "深層ガ", "\u0301": "",
	} {
		if got := store.Slug(s); got != want {
			t.Errorf("Slug(%q) = %q, want %q", s, got, want)
		}
	}
}

func TestTagSlug(t *testing.T) {
	for tag, want := range map[string]string{
		"C": "c", "C++": "c-plus-plus", "C#": "c-sharp", "F#": "f-sharp", "C+": "c-plus", "c/c++": "c-c-plus-plus", "A+B": "a-plus-b",
		"World Models": "world-models", "world-models": "world-models", "k-means": "k-means", "ε-greedy": "ε-greedy", "++": "plus-plus", "…": "",
	} {
		if got := store.TagSlug(tag); got != want {
			t.Errorf("TagSlug(%q) = %q, want %q", tag, got, want)
		}
		if got := store.TagSlug(store.TagSlug(tag)); got != want {
			t.Errorf("TagSlug(TagSlug(%q)) = %q, want %q", tag, got, want)
		}
	}
}

func TestAuthorSlug(t *testing.T) {
	for want, names := range map[string][]string{
		"lecun-y":                       {"Yann LeCun", "Y. LeCun", "Y LeCun", "LeCun, Yann", "LeCun, Y.", "lecun,y", "YANN LECUN", "Yann A. LeCun", " Yann  LeCun ", "Yann\u00a0LeCun", "Y.LeCun", "Yann~LeCun"},
		"scholkopf-b":                   {"Bernhard Schölkopf", "Bernhard Scholkopf", "Schölkopf, Bernhard", "B. Scho\u0308lkopf"},
		"van-der-maaten-l":              {"Laurens van der Maaten", "van der Maaten, Laurens", "L. van der Maaten", "Laurens Van Der Maaten", "van der Maaten, L."},
		"von-neumann-j":                 {"John von Neumann", "von Neumann, John"},
		"le-t":                          {"Thang Le", "Le, Thang"},
		"king-m":                        {"Martin Luther King Jr.", "King, Martin Luther, Jr.", "Martin Luther King, Jr.", "King, M. L., Jr", "Martin Luther King III"},
		"oneil-c":                       {"Cathy O'Neil", "Cathy O’Neil", "O'Neil, C."},
		"fei-fei-l":                     {"Li Fei-Fei"},
		"smith-jones-a":                 {"Ann Smith-Jones", "Smith-Jones, Ann"},
		"qian-j":                        {"J.-P. Qian", "Jean-Pierre Qian", "Qian, J.-P."},
		"orsted-h":                      {"Hans Christian Ørsted", "Orsted, H. C."},
		"明-李":                           {"李 明", "明, 李"},
		"李明":                            {"李明"},
		"иванов-и":                      {"Иван Иванов", "Иванов, И."},
		"aristotle":                     {"Aristotle", "aristotle", " Aristotle. "},
		"atlas-collaboration":           {"ATLAS Collaboration", "Collaboration, ATLAS"},
		"the-cms-collaboration-at-cern": {"The CMS Collaboration at CERN"},
		"qwen-team":                     {"Qwen Team", "Team, Qwen"},
		"deepseek-ai":                   {"DeepSeek-AI"},
		"gpt-4":                         {"GPT-4"},
		"":                              {"", " ", ",", ",,,", ".", "~", "...", "\x00", "!!!", ". .", "- -", "\u0301"},
		"j":                             {"J", "J.", ", J."},
		"jr":                            {"Jr.", "Jr"},
		"x-x":                           {"x x"},
		"2-r":                           {"R2 2"},
	} {
		for _, name := range names {
			if got := store.AuthorSlug(name); got != want {
				t.Errorf("AuthorSlug(%q) = %q, want %q", name, got, want)
			}
		}
	}
}

func TestParseAuthor(t *testing.T) {
	for s, want := range map[string]string{
		"Yann LeCun": "Yann LeCun", "LeCun, Yann": "Yann LeCun", "King, Martin Luther, Jr.": "Martin Luther King Jr.",
		"King, Jr., Martin Luther": "Martin Luther King Jr.",
		"Robert Downey, Jr.":       "Robert Downey Jr.", "Robert Downey, III": "Robert Downey III", "van der Maaten, Laurens": "Laurens van der Maaten",
		" LeCun ,\tYann\n": "Yann LeCun", "LeCun,": "LeCun", ", Yann": ", Yann", "": "", "A\x00B": "A B", "\xffn": "\ufffdn",
	} {
		got := store.ParseAuthor(s)
		if got != (store.Author{Name: want}) {
			t.Errorf("ParseAuthor(%q) = %+v, want %q", s, got, want)
		}
	}
}

func TestSameAuthor(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"Yann LeCun", "Y. LeCun", true}, {"Yann LeCun", "Yann A. Lecun", true}, {"Yann LeCun", "LeCun, Y.", true}, {"Yann LeCun", "Yves LeCun", false},
		{"Y. A. LeCun", "Yann B. LeCun", false}, {"Y. LeCun", "Y. B. LeCun", true}, {"Wei Zhang", "Wen Zhang", false}, {"Wei Zhang", "Wei Chang", false},
		{"Émile Borel", "Emile Borel", true}, {"Martin King Jr.", "Martin King", true}, {"ATLAS Collaboration", "ATLAS collaboration", true}, {"李 明", "李 明", true},
	} {
		if store.SameAuthor(c.a, c.b) != c.want || store.SameAuthor(c.b, c.a) != c.want {
			t.Errorf("%q and %q: not %t both ways", c.a, c.b, c.want)
		}
	}
}

// A name is the same person's however it is written.
func TestNamesAsWritten(t *testing.T) {
	word := rapid.StringMatching(`[A-ZÄÖÜÉŁØ][a-zäöüéłø]{1,9}(-[A-Z][a-z]{1,5})?`).Filter(func(s string) bool {
		return !slices.Contains([]string{"Jr", "Sr", "Ii", "Iii", "Iv"}, s) && !isGroupOrParticle(s)
	})
	rapid.Check(t, func(t *rapid.T) {
		given := rapid.SliceOfN(word, 1, 3).Draw(t, "given")
		surname := word.Draw(t, "surname")
		if rapid.Bool().Draw(t, "particle") {
			surname = rapid.SampledFrom([]string{"van der ", "de ", "von ", "Della ", "al "}).Draw(t, "which") + surname
		}
		suffix := rapid.SampledFrom([]string{"", "Jr.", "III"}).Draw(t, "suffix")
		first := strings.Join(given, " ")
		want := store.AuthorSlug(first + " " + surname)
		initial := string([]rune(first)[0]) + "."
		forms := []string{surname + ", " + first, surname + ", " + initial, initial + " " + surname, strings.ToUpper(first + " " + surname),
			first + "  " + surname, store.Fold(first + " " + surname)}
		if suffix != "" {
			forms = append(forms, first+" "+surname+" "+suffix, first+" "+surname+", "+suffix, surname+", "+first+", "+suffix)
		}
		for _, form := range forms {
			if got := store.AuthorSlug(form); got != want {
				t.Fatalf("%q gives %q, want %q", form, got, want)
			}
			if again := store.ParseAuthor(form).Name; store.ParseAuthor(again).Name != again || store.AuthorSlug(again) != want {
				t.Fatalf("%q is read as %q, which gives %q", form, again, store.AuthorSlug(again))
			}
			if !store.SameAuthor(first+" "+surname, form) {
				t.Fatalf("%q is not %s %s", form, first, surname)
			}
		}
	})
}

func isGroupOrParticle(s string) bool {
	return slices.Contains([]string{"van", "von", "de", "der", "den", "del", "della", "di", "da", "dos", "du", "la", "le", "el", "al",
		"bin", "ibn", "ter", "ten", "zu", "zur", "st", "san", "collaboration", "team", "consortium", "group", "project", "initiative",
		"network", "lab", "labs"}, store.Fold(s))
}

// checkSlug checks what every slug promises: letters and digits in lower case, single hyphens between, itself again.
func checkSlug(t interface{ Errorf(string, ...any) }, from, slug string) {
	for part := range strings.SplitSeq(slug, "-") {
		if slug != "" && part == "" {
			t.Errorf("%q gives %q, with a hyphen too many", from, slug)
		}
	}
	for _, r := range slug {
		if r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) || r == unicode.ReplacementChar {
			t.Errorf("%q gives %q, with %q", from, slug, r)
		}
	}
	if again := store.Slug(slug); again != slug {
		t.Errorf("%q gives %q, and that %q", from, slug, again)
	}
}

func FuzzSlugs(f *testing.F) {
	for _, s := range []string{"Yann LeCun", "LeCun, Y.", "van der Maaten, L.", "ATLAS Collaboration", "C++", "a,b,c", "李 明", "\xff, \x00", "İ I", "ﷺ", "ẞ", "ϴ", "Å", "ᄒ'ᅡ", "α'\u0301", "हिन्दी", "\xf4ǖ", "x, Jr., y", "\u0345"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		checkSlug(t, s, store.Slug(s))
		checkSlug(t, s, store.TagSlug(s))
		checkSlug(t, s, store.AuthorSlug(s))
		if folded := store.Fold(s); store.Fold(folded) != folded {
			t.Errorf("%q is folded to %q, and that to %q", s, folded, store.Fold(folded))
		}
		if name := store.ParseAuthor(s).Name; store.ParseAuthor(name).Name != name && !strings.Contains(name, ",") {
			t.Errorf("%q is read as %q, and that as %q", s, name, store.ParseAuthor(name).Name)
		}
		if !store.SameAuthor(s, s) {
			t.Errorf("%q is not itself", s)
		}
	})
}
