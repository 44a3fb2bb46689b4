package hook_test

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"recto/digest/hook"
	"recto/store"
)

// What is shown is what was said, whatever it is; but for what turns the reading around.
func TestEscapesAreUndone(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom([]string{"@", "#", ":", ".", "\\", "`", "*", "_", "~", "|", "<", ">", "&", "&lt;", "$", "[", "](", ")", "a", "b", "1", " ", "Ω", "😀", "://"}),
			rapid.StringN(0, 4, -1)), 0, 30).Draw(t, "parts")
		said := strings.Join(parts, "")
		said = regexp.MustCompile(`[\x{202a}-\x{202e}\x{2066}-\x{2069}\x{200b}]`).ReplaceAllString(strings.ToValidUTF8(said, "?"), "")
		for name, escape := range hook.Escapes {
			got := escape(said)
			if name == "matrix" || name == "slack" {
				got = strings.ReplaceAll(html.UnescapeString(got), gap, "")
			} else if name == "discord" {
				got = strings.ReplaceAll(regexp.MustCompile(`\\([!-/:-@\[-`+"`"+`{-~])`).ReplaceAllString(got, "$1"), gap, "")
			} else {
				got = read(got)
			}
			if got != said && !(name == "mattermost" && strings.TrimSpace(got) == strings.TrimSpace(said)) {
				t.Fatalf("%s: %q is shown as %q", name, said, got)
			}
			limit := rapid.IntRange(20, 300).Draw(t, "limit")
			if fitted := hook.Fit(said, limit, escape); units(fitted) > limit {
				t.Fatalf("%s: %q has %d of %d", name, fitted, units(fitted), limit)
			}
		}
	})
}

func TestGuess(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]store.Via{"https://hooks.slack.com/services/T/B/x": store.ViaSlack, "https://discord.com/api/webhooks/1/x": store.ViaDiscord,
		"https://DiscordApp.com/api/v10/webhooks/1/x": store.ViaDiscord, "https://mattermost.example.org/hooks/x": store.ViaMattermost, "https://hookshot.example.org/webhook/x": store.ViaMatrix,
		"https://discord.com/": "", "https://hooks.slack.com.evil.example/": "", "https://example.org/hooks/x": "", "": "", "%": ""} {
		if got := hook.Guess(address); got != want {
			t.Errorf("%s is guessed to be %q", address, got)
		}
	}
	for _, via := range store.HookVias {
		if hook.Name(via) == "" {
			t.Errorf("%s has no name", via)
		}
	}
}
