package tagger

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand"
	"slices"
	"strings"
	"testing"
)

func TestSingular(t *testing.T) {
	for _, c := range []struct{ plural, singular string }{
		{"models", "model"}, {"policies", "policy"}, {"classes", "class"}, {"databases", "database"},
		{"biases", "bias"}, {"bias", "bias"}, {"matrices", "matrix"}, {"analyses", "analysis"},
		{"analysis", "analysis"}, {"physics", "physics"}, {"dynamics", "dynamics"}, {"topics", "topic"},
		{"heuristics", "heuristic"}, {"series", "series"}, {"gauss", "gauss"}, {"corpus", "corpus"},
		{"approaches", "approach"}, {"caches", "cache"}, {"boxes", "box"}, {"keys", "key"}, {"news", "news"},
		{"phenomena", "phenomenon"}, {"nuclei", "nucleus"}, {"is", "is"}, {"galaxies", "galaxy"},
	} {
		got := singular(c.plural)
		if got != c.singular {
			t.Errorf("singular(%q) = %q, want %q", c.plural, got, c.singular)
		}
		if got != c.plural && pluralise(got) != c.plural {
			t.Errorf("pluralise(%q) = %q, want %q", got, pluralise(got), c.plural)
		}
	}
}

func TestFolding(t *testing.T) {
	for _, same := range [][]string{
		{"vision-language models", "vision language models", "Vision-Language Model", "vision–language models"},
		{"multimodal reasoning", "multi-modal reasoning", "Multi-Modal Reasoning"},
		{"fine-tuning", "finetuning", "fine tuning", "Fine-Tuning"},
		{"behaviour modelling", "behavior modeling"},
		{"quantisation", "quantization"},
		{"Schrödinger equations", "Schrodinger equation", `Schr\"odinger equation`},
		{"language modeling", "language models"},
		{"Parkinson's disease", "Parkinson’s diseases"},
		{"LLMs", "LLM"},
	} {
		for _, s := range same[1:] {
			if key(s) != key(same[0]) {
				t.Errorf("%q folds to %q, %q to %q", s, key(s), same[0], key(same[0]))
			}
		}
	}
	for _, apart := range [][2]string{{"GPS", "GP"}, {"physics", "physical"}, {"new", "news"}} {
		if key(apart[0]) == key(apart[1]) {
			t.Errorf("%q and %q fold to one", apart[0], apart[1])
		}
	}
}

func TestAcronyms(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"We use large language models (LLMs) here.", "llm=large language model"},
		{"a Vision-Language-Action (VLA) model", "vla=vision language action"},
		{"mixture of experts (MoE) layers", "moe=mixture of expert"},
		{"a multi-modal large language model (MLLM)", "mllm=multimodal large language model"},
		{"with 3D Gaussian splatting (3DGS)", "3dgs=3d gaussian splatting"},
		{"active galactic nuclei (AGNs) are", "agn=active galactic nucleus"},
		{"graph neural network (GNN) and a transformer (T5)", "gnn=graph neural network"},
		{"as shown before (see Fig. 3)", ""},
		{"the proposed method (BLEU)", ""},
		{"in this case (A) and that (B)", ""},
		{"the sum. Large values (LV) of it", "lv=large value"},
		{"(LLM) first", ""},
	} {
		var r reader
		r.paper("", c.text)
		var got []string
		for _, p := range r.pairs {
			got = append(got, p.short+"="+p.long)
		}
		if s := strings.Join(got, ", "); s != c.want {
			t.Errorf("%q: got %q, want %q", c.text, s, c.want)
		}
	}
}

func TestRuns(t *testing.T) {
	for _, c := range []struct{ text, has, hasNot string }{
		{"a vision-language-action (VLA) model", "vision language action model", ""},
		{"we propose a novel diffusion model", "diffusion model", "novel diffusion"},
		{"the density of states", "density of state", "of state"},
		{"chain-of-thought reasoning", "chain of thought reasoning", "of thought"},
		{"open-source code at https://github.com/a/b for language models", "language model", "source code"},
		{"for $k$-means clustering", "clustering", "mean clustering"},
		{"language, models", "model", "language model"},
		{"at 100 Mpc", "", "mpc"},
		{"GPT-4 agents", "gpt 4", "4 agent"},
		{"time series &amp; graphs", "time series", "amp graph"},
	} {
		var r reader
		r.paper("", c.text)
		var got []string
		for i := range r.grams {
			got = append(got, strings.Join(r.words(&r.grams[i]), " "))
		}
		if c.has != "" && !slices.Contains(got, c.has) || c.hasNot != "" && slices.Contains(got, c.hasNot) {
			t.Errorf("%q: want %q, not %q: %q", c.text, c.has, c.hasNot, got)
		}
	}
}

// filler makes a catalogue of n papers on what the callback says.
func filler(n int, text func(i int) (title, abstract string)) *Model {
	m := New()
	for i := range n {
		m.Add(text(i))
	}
	return m
}

func TestOneNameForOneConcept(t *testing.T) {
	texts := []paper{
		{Title: "On Large Language Models", Abstract: "We look at large language models (LLMs). These LLMs follow."},
		{Title: "The LLM and the Judge", Abstract: "Each LLM is heard by an expert, and the LLMs follow."},
		{Title: "A Large Language Model for Law", Abstract: "Here one large language model is heard."},
		{Title: "Laws and Large-Language Models", Abstract: "In law, large language models (LLMs) are heard."},
	}
	m := filler(40, func(i int) (string, string) { p := texts[i%len(texts)]; return p.Title, p.Abstract })
	for i := range 200 {
		m.Add(fmt.Sprintf("Birds of Region%d", i), "Birds are counted in the mountains, and the rivers are dry.")
	}
	for _, p := range texts {
		tags := m.Tags(p.Title, p.Abstract)
		if !slices.Contains(tags, "large language models") {
			t.Errorf("%q: %q", p.Title, tags)
		}
		for _, tag := range tags {
			if slices.Contains([]string{"LLM", "LLMs", "language models", "large language"}, tag) {
				t.Errorf("%q: %q", p.Title, tags)
			}
		}
	}
}

func TestSpelling(t *testing.T) {
	m := filler(30, func(i int) (string, string) {
		return "On Bose-Einstein Condensates", "We study a Bose-Einstein condensate with GRPO and behaviour cloning. The behaviour cloning of Bose–Einstein condensates is new, and GRPO works."
	})
	for words, want := range map[string]string{
		"bose einstein condensate": "Bose-Einstein condensates",
		"grpo":                     "GRPO",
		"behavior cloning":         "behaviour cloning",
	} {
		e := m.phrases.get(hashPhrase(words))
		if e == nil {
			t.Fatalf("%q is not counted", words)
		}
		e.plural = map[bool]uint32{true: e.papers}[strings.HasSuffix(want, "s")]
		if got := m.spell(strings.Fields(words), e); got != want {
			t.Errorf("%q is written %q, want %q", words, got, want)
		}
	}
}

func TestTagsHold(t *testing.T) {
	papers := load(t, "testdata/papers.jsonl")
	m := modelOf(papers)
	shuffled := slices.Clone(papers)
	rand.New(rand.NewSource(2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	other := modelOf(shuffled)
	data, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	back := New()
	if err := back.UnmarshalBinary(data); err != nil {
		t.Fatal(err)
	}
	if again, _ := back.MarshalBinary(); !bytes.Equal(again, data) {
		t.Error("a model that was read back is written differently")
	}
	if back.Papers() != len(papers) {
		t.Errorf("%d papers read back, want %d", back.Papers(), len(papers))
	}
	for _, p := range papers {
		tags := m.Tags(p.Title, p.Abstract)
		if len(tags) > MaxTags {
			t.Errorf("%s: %d tags", p.ID, len(tags))
		}
		seen := map[string]bool{}
		for _, tag := range tags {
			if tag == "" || strings.TrimSpace(tag) != tag || seen[key(tag)] {
				t.Errorf("%s: %q", p.ID, tags)
			}
			seen[key(tag)] = true
		}
		if again := m.Tags(p.Title, p.Abstract); !slices.Equal(again, tags) {
			t.Errorf("%s: %q, then %q", p.ID, tags, again)
		}
		if got := other.Tags(p.Title, p.Abstract); !slices.Equal(got, tags) {
			t.Errorf("%s: %q, in another order of papers %q", p.ID, tags, got)
		}
		if got := back.Tags(p.Title, p.Abstract); !slices.Equal(got, tags) {
			t.Errorf("%s: %q, read back %q", p.ID, tags, got)
		}
	}
}

func TestCorruptModel(t *testing.T) {
	m := modelOf(load(t, "testdata/papers.jsonl")[:5])
	data, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	for n := 0; n < len(data); n += 1 + n/50 {
		if err := New().UnmarshalBinary(data[:n]); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("cut at %d: %v", n, err)
		}
		bad := slices.Clone(data)
		bad[n] ^= 0x55
		if err := m.UnmarshalBinary(bad); !errors.Is(err, ErrCorrupt) {
			t.Fatalf("broken at %d: %v", n, err)
		}
	}
	if m.Papers() != 5 {
		t.Errorf("a refused model changed the one that was there: %d papers", m.Papers())
	}
}

func TestEmpty(t *testing.T) {
	m := New()
	if tags := m.Tags("", ""); len(tags) > 0 {
		t.Errorf("%q", tags)
	}
	if tags := m.Tags("Large language models", "Large language models."); len(tags) > 0 {
		t.Errorf("a model of nothing gives %q", tags)
	}
	m.Add("", "")
	m.Tags("x", "y")
}

// TestBounded fills a model beyond its bound; what many papers share survives.
func TestBounded(t *testing.T) {
	if testing.Short() {
		t.Skip("slow")
	}
	m := New()
	for i := range 30_000 {
		var b strings.Builder
		for k := range 14 {
			fmt.Fprintf(&b, "w%dx%d v%dx%d, ", i, k, k, i)
		}
		m.Add("Spiral galaxies", "The spiral galaxies of all. "+b.String())
		if n := len(m.phrases.list); n > maxPhrases {
			t.Fatalf("%d phrases", n)
		}
	}
	if e := m.phrases.get(hashPhrase("spiral galaxy")); e == nil || e.papers != 30_000 {
		t.Errorf("the shared phrase is %v", e)
	}
	data, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d phrases, %d bytes", len(m.phrases.list), len(data))
	if err := New().UnmarshalBinary(data); err != nil {
		t.Error(err)
	}
}

func FuzzTags(f *testing.F) {
	for _, s := range []string{"", "(A)", "x (LLMs) $a-b$-c \\emph{d} &amp; -- –", "a-b-c-d-e of f", "ﬁ ∑ 中文 (ABC)", "$", "\\", "'s", "Ünïcode’s (ÜU)", "A B C (ABC) D (ABCD)", "pre pre-pre non", "of of of"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, title, abstract string) {
		m := New()
		for range 3 {
			m.Add(title, abstract)
		}
		tags := m.Tags(title, abstract)
		if len(tags) > MaxTags {
			t.Errorf("%d tags", len(tags))
		}
		data, err := m.MarshalBinary()
		if err != nil {
			t.Fatal(err)
		}
		back := New()
		if err := back.UnmarshalBinary(data); err != nil {
			t.Fatal(err)
		}
		if got := back.Tags(title, abstract); !slices.Equal(got, tags) {
			t.Errorf("%q, read back %q", tags, got)
		}
	})
}

// seal makes a body pass for a model, so that fuzzing gets past the checksum.
func seal(body []byte) []byte {
	b := append([]byte(magic), body...)
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b))
}

func FuzzUnmarshal(f *testing.F) {
	m := New()
	m.Add("Large language models (LLMs)", "We use large language models (LLMs) and GRPO.")
	data, _ := m.MarshalBinary()
	f.Add(data[len(magic) : len(data)-sumSize])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, body []byte) {
		m := New()
		if m.UnmarshalBinary(seal(body)) == nil {
			m.Tags("Large language models (LLMs)", "We use large language models (LLMs) and GRPO.")
			m.Add("Large language models (LLMs)", "We use large language models (LLMs) and GRPO.")
		}
	})
}
