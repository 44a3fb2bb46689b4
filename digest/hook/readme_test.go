package hook_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"

	"recto/digest/hook"
	"recto/store"
)

// The README shows the document as it is, and a check of its signature that works.
func TestREADME(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, found := strings.Cut(string(raw), "\n## Webhooks\n")
	if !found {
		t.Fatal("there is nothing about webhooks")
	}
	fenced := func(kind string) string {
		_, rest, _ := strings.Cut(section, "```"+kind+"\n")
		text, _, _ := strings.Cut(rest, "```")
		return text
	}
	var shown hook.Document
	d := json.NewDecoder(strings.NewReader(fenced("json")))
	d.DisallowUnknownFields()
	if err := d.Decode(&shown); err != nil {
		t.Fatal(err)
	}
	want := decode[hook.Document](t, body(t, issue(store.ViaJSON, 1)))
	want.Papers[0].Abstract, want.Papers[0].Authors = "They leap.", want.Papers[0].Authors[:1]
	if !reflect.DeepEqual(shown, want) {
		t.Errorf("the README has\n%+v, not\n%+v", shown, want)
	}
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no Python to try the check with")
	}
	code := "import hashlib, hmac, time\n" + fenced("python") + `
at = str(int(time.time()))
sign = lambda body: {"X-Recto-Timestamp": at, "X-Recto-Signature": "sha256=" + hmac.new(b"s3cret", (at + "." + body).encode(), "sha256").hexdigest()}
assert genuine("s3cret", sign("{}"), b"{}")
assert not genuine("s3cret", sign("{}"), b"{ }") and not genuine("other", sign("{}"), b"{}")
assert not genuine("s3cret", {**sign("{}"), "X-Recto-Timestamp": "1"}, b"{}")
`
	if out, err := exec.Command(python, "-c", code).CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
}
