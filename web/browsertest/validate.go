package browsertest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// validateTimeout is for all pages together. The validator takes two or three
// seconds to start, then some ten milliseconds a page.
const validateTimeout = 2 * time.Minute

// ValidateHTML checks HTML documents with the Nu validator, all in one run,
// and returns a line for each error or warning: the page's name (its key), the
// place in it, the message and the markup in question. Messages that contain
// one of the given strings are left out.
func ValidateHTML(t testing.TB, pages map[string][]byte, except ...string) []string {
	t.Helper()
	jar := tool(t, "vnu-jar/build/dist/vnu.jar")
	java, err := exec.LookPath("java")
	if err != nil {
		t.Fatalf("browsertest: ValidateHTML: no Java found: run ./test.sh, which installs it")
	}
	// The folder is the validator's working directory and the files have
	// plain names, so nothing of a page's name has to survive as a path.
	dir := t.TempDir()
	names := map[string]string{}
	args := []string{"-jar", jar, "--format", "json", "--stdout", "--exit-zero-always"}
	for i, name := range slices.Sorted(maps.Keys(pages)) {
		file := fmt.Sprintf("%05d.html", i)
		if err := os.WriteFile(filepath.Join(dir, file), pages[name], 0o644); err != nil {
			t.Fatalf("browsertest: ValidateHTML: %v", err)
		}
		names[file] = name
	}
	if len(names) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), validateTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, java, append(args, ".")...)
	cmd.Dir = dir
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("browsertest: ValidateHTML: %v\n%s%s", err, stdout.Bytes(), stderr.Bytes())
	}
	var report struct {
		Messages []validatorMessage
	}
	if err := json.Unmarshal(stdout.Bytes(), &report); err != nil {
		t.Fatalf("browsertest: ValidateHTML: the validator's report: %v\n%s%s", err, stdout.Bytes(), stderr.Bytes())
	}
	var lines []string
	for _, m := range report.Messages {
		if slices.ContainsFunc(except, func(s string) bool { return strings.Contains(m.Message, s) }) {
			continue
		}
		lines = append(lines, m.line(names))
	}
	return lines
}

type validatorMessage struct {
	URL        string
	Type       string // error, info, non-document-error
	SubType    string // warning, fatal
	LastLine   int
	LastColumn int
	Message    string
	Extract    string
}

func (m validatorMessage) line(names map[string]string) string {
	kind := m.SubType
	if kind == "" {
		kind = m.Type
	}
	name := names[filepath.Base(m.URL)]
	text := fmt.Sprintf("%s:%d:%d: %s: %s", name, m.LastLine, m.LastColumn, kind, m.Message)
	if m.Extract != "" {
		text += ": " + strings.Join(strings.Fields(m.Extract), " ")
	}
	return text
}
