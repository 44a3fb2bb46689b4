package tagger

import (
	"bufio"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

type paper struct {
	ID, Title, Abstract string
}

func load(t testing.TB, path string) []paper {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var papers []paper
	for in := bufio.NewReader(f); ; {
		line, err := in.ReadBytes('\n')
		if len(line) > 0 {
			var p paper
			if err := json.Unmarshal(line, &p); err != nil {
				t.Fatal(err)
			}
			papers = append(papers, p)
		}
		if err != nil {
			return papers
		}
	}
}

func modelOf(papers []paper) *Model {
	m := New()
	for _, p := range papers {
		m.Add(p.Title, p.Abstract)
	}
	return m
}

func compareGolden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs; -update writes it anew. Got:\n%s", name, got)
	}
}

func TestGoldenTags(t *testing.T) {
	papers := load(t, "testdata/papers.jsonl")
	m := modelOf(papers)
	var b strings.Builder
	for _, p := range papers {
		fmt.Fprintf(&b, "%s\n\t%s\n", p.Title, strings.Join(m.Tags(p.Title, p.Abstract), " · "))
	}
	compareGolden(t, "tags.golden", b.String())
}

// shared is a file of the measuring data, which is not shipped.
func shared(t testing.TB, path string) string {
	dir := os.Getenv("RECTO_SHARED")
	if dir == "" {
		t.Skip("RECTO_SHARED is not set")
	}
	return filepath.Join(dir, "data", path)
}

type tagCount struct {
	name   string
	papers int
}

func count(m *Model, papers []paper) (tags []tagCount, given int) {
	counts := map[string]int{}
	for _, p := range papers {
		for _, tag := range m.Tags(p.Title, p.Abstract) {
			counts[tag]++
			given++
		}
	}
	for name, n := range counts {
		tags = append(tags, tagCount{name, n})
	}
	slices.SortFunc(tags, func(a, b tagCount) int {
		return cmp.Or(cmp.Compare(b.papers, a.papers), strings.Compare(a.name, b.name))
	})
	return tags, given
}

// key is a tag's name with everything folded that should not tell two tags apart.
func key(name string) string {
	var r reader
	r.read(name, 0)
	var words []string
	for _, t := range r.tokens {
		words = append(words, t.one)
	}
	return strings.Join(words, " ")
}

// TestSampleTags holds the sample's largest tags to what a curator would sign.
// With -v it prints them.
func TestSampleTags(t *testing.T) {
	papers := load(t, shared(t, "sample/papers.jsonl"))
	m := modelOf(papers)
	tags, given := count(m, papers)
	if mean := float64(given) / float64(len(papers)); mean < 2.5 || mean > 6 {
		t.Errorf("%.2f tags a paper", mean)
	}
	names := map[string]string{}
	for _, tag := range tags {
		if other, ok := names[key(tag.name)]; ok {
			t.Errorf("%q and %q are one", tag.name, other)
		}
		names[key(tag.name)] = tag.name
	}
	for _, bad := range strings.Split(`novel framework|novel method|extensive experiments|experiment|state-of-the-art|language|work|paper|this paper|
training data|real world|open source|github|code|model|data|dataset|method|approach|framework|performance|result|task|learning|training|inference|
LLM|VLM|MLLM|RL|large language|language model|vision-language|reinforcement|language modeling|natural language|video|image|generation|
large model|high quality|future work|baseline|evaluation|prior work|ablation study|downstream task|efficiency|accuracy|project page|
multimodal large|retrieval-augmented|mixture|chain|long|deep|new|problem|system|challenge|zero-shot|end-to-end|fine-grained`, "|") {
		if name, ok := names[key(strings.TrimSpace(bad))]; ok {
			t.Errorf("%q is no tag", name)
		}
	}
	for _, good := range []string{"large language models", "diffusion models", "reinforcement learning", "video generation", "image editing",
		"retrieval-augmented generation", "world models", "vision-language models", "agents", "3D reconstruction", "mixture-of-experts",
		"vision-language-action models", "GRPO", "reasoning", "multi-agent systems", "knowledge distillation", "KV cache"} {
		if name := names[key(good)]; name != good {
			t.Errorf("%q is missing or written %q", good, name)
		}
	}
	var b strings.Builder
	for _, tag := range tags[:50] {
		fmt.Fprintf(&b, "%4d %s\n", tag.papers, tag.name)
	}
	t.Logf("%d papers, %d tags, the largest:\n%s", len(papers), len(tags), b.String())
	compareGolden(t, "sample.golden", b.String())
}

// TestYardstick compares the tags with keywords that somebody else's model
// gave: not all are good, but what is no keyword at all is seldom a topic.
func TestYardstick(t *testing.T) {
	path := shared(t, "sample/papers-58-days-with-keywords.jsonl")
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	keywords := map[string]bool{}
	for line := range strings.Lines(string(data)) {
		var p struct{ Keywords []string }
		if err := json.Unmarshal([]byte(line), &p); err != nil {
			t.Fatal(err)
		}
		for _, k := range p.Keywords {
			keywords[key(k)] = true
		}
	}
	papers := load(t, path)
	tags, given := count(modelOf(papers), papers)
	hits := 0
	for _, tag := range tags {
		if keywords[key(tag.name)] {
			hits += tag.papers
		}
	}
	share := float64(hits) / float64(given)
	t.Logf("%d tags, %.2f a paper, %.1f %% of those given are keywords", len(tags), float64(given)/float64(len(papers)), 100*share)
	if share < 0.85 {
		t.Errorf("only %.1f %% of the tags given are keywords", 100*share)
	}
}
