package main

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// TestREADMEHasEverySetting compares the README's table with the flags.
func TestREADMEHasEverySetting(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	parser, err := kong.New(&cli{}, kong.DefaultEnvars("RECTO"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	var walk func(*kong.Node)
	walk = func(n *kong.Node) {
		for _, f := range n.Flags {
			if f.Name == "help" {
				continue
			}
			known["`--"+f.Name+"`"] = true
			for _, text := range append([]string{"--" + f.Name}, f.Envs...) {
				if !strings.Contains(string(readme), "`"+text+"`") {
					t.Errorf("the README does not name %s of recto %s", text, n.Path())
				}
			}
			if f.HasDefault && f.Default != "" && !strings.Contains(string(readme), "`"+f.Default+"`") {
				t.Errorf("the README does not name the default %s of --%s", f.Default, f.Name)
			}
		}
		for _, child := range n.Children {
			walk(child)
		}
	}
	walk(parser.Model.Node)
	for _, line := range strings.Split(string(readme), "\n") {
		if !strings.HasPrefix(line, "| `--") {
			continue
		}
		for _, flag := range strings.Split(strings.Split(line, "|")[1], ",") {
			if flag = strings.TrimSpace(flag); !known[flag] {
				t.Errorf("the README names %s, which is no flag", flag)
			}
		}
	}
}

// TestDoorsOpenDownwards holds the packages' imports against the house's plan.
func TestDoorsOpenDownwards(t *testing.T) {
	allowed := map[string][]string{
		"recto/cmd/recto":            {"recto/digest", "recto/digest/hook", "recto/ingest", "recto/ingest/synth", "recto/store", "recto/store/search", "recto/web", "recto/web/mail"},
		"recto/web":                  {"recto/digest", "recto/digest/hook", "recto/static", "recto/store", "recto/store/search", "recto/web/card", "recto/web/cite", "recto/web/feed", "recto/web/latex", "recto/web/mail"},
		"recto/web/card":             nil,
		"recto/web/cite":             {"recto/store", "recto/web/latex"},
		"recto/web/feed":             {"recto/store", "recto/web/latex"},
		"recto/web/latex":            nil,
		"recto/web/mail":             {"recto/store", "recto/web/latex"},
		"recto/digest":               {"recto/digest/hook", "recto/store", "recto/store/lock", "recto/store/search", "recto/web/mail"},
		"recto/digest/hook":          {"recto/store", "recto/web/mail"},
		"recto/web/browsertest":      nil,
		"recto/ingest":               {"recto/ingest/tagger", "recto/store"},
		"recto/ingest/synth":         {"recto/store"},
		"recto/ingest/tagger":        nil,
		"recto/store":                nil,
		"recto/store/lock":           nil,
		"recto/static":               nil,
		"recto/store/search/text":    {"recto/store"},
		"recto/store/search/query":   {"recto/store", "recto/store/search/text"},
		"recto/store/search/words":   {"recto/store/lock"},
		"recto/store/search/meaning": {"recto/store/lock"},
		"recto/store/search":         {"recto/store", "recto/store/lock", "recto/store/search/meaning", "recto/store/search/query", "recto/store/search/text", "recto/store/search/words"},
	}
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}{{range .Imports}} {{.}}{{end}}`, "recto/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(out)), "\n") {
		fields := strings.Fields(line)
		doors, planned := allowed[fields[0]]
		if !planned {
			t.Errorf("package %s has no place in the plan", fields[0])
			continue
		}
		for _, imported := range fields[1:] {
			open := !strings.HasPrefix(imported, "recto/")
			for _, door := range doors {
				open = open || imported == door
			}
			if !open {
				t.Errorf("%s imports %s, which the plan does not allow", fields[0], imported)
			}
		}
	}
}

// TestREADMEsExampleIsTheFormat reads the README's record and writes it again.
func TestREADMEsExampleIsTheFormat(t *testing.T) {
	readme, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(string(readme), "```json\n")
	example, _, _ := strings.Cut(rest, "```")
	if !found {
		t.Fatal("the README has no example")
	}
	r := newRecto(t)
	r.must(example, "ingest", "jsonl", "-")
	if out := r.must("", "export"); out != example {
		t.Errorf("written again it is\n%s\nnot\n%s", out, example)
	}
}
