package hook

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"recto/web/mail"
)

// gap is a blank without width. Behind a character that begins a mention or an address, it keeps chats from seeing one.
const gap = "\u200b"

// defused is a text in which no chat finds a mention, a link, a hashtag, an emoji's name or a turn of the reading direction:
// what isn't marked up in itself and is found by its form.
func defused(s string) string {
	var b strings.Builder
	letters := []rune(s)
	for i, r := range letters {
		next := ' '
		if i+1 < len(letters) {
			next = letters[i+1]
		}
		switch {
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069: // U+202E turns what follows around
			continue
		case r == '@' || r == '#' || r == '~' || r == ':' && next != ' ' || r == '.' && unicode.IsLetter(next):
			b.WriteRune(r)
			b.WriteString(gap)
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// backslashed writes a backslash before each of some characters.
func backslashed(s, special string) string {
	var b strings.Builder
	for _, r := range s {
		if r < utf8.RuneSelf && strings.IndexByte(special, byte(r)) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// units is how long a text is for those who count UTF-16, which is never less than its letters.
func units(s string) int { return len(utf16.Encode([]rune(s))) }

// fit is an escaped text of at most so many units: as much of the plain one as goes in, and an ellipsis where that isn't
// all.
func fit(plain string, limit int, escape func(string) string) string {
	if all := escape(plain); units(all) <= limit {
		return all
	}
	letters := []rune(plain)
	low, high := 0, len(letters) // of which low fit
	for low < high {
		middle := (low + high + 1) / 2
		if units(escape(string(letters[:middle])+"…")) <= limit {
			low = middle
		} else {
			high = middle - 1
		}
	}
	return escape(strings.TrimRight(string(letters[:low]), " ") + "…")
}

// fitting writes a digest with as many of its papers as go into a message; more are those that don't.
func fitting[M any](d mail.Digest, write func(d mail.Digest, more int) M, fits func(M) bool) M {
	all := d.Papers
	for n := len(all); ; n-- {
		d.Papers = all[:n]
		if m := write(d, len(all)-n); n == 0 || fits(m) {
			return m
		}
	}
}

// last is what stands under a digest's papers.
func last(more int) string {
	if more > 0 {
		return fmt.Sprintf("And %d more papers", more)
	}
	return "More papers"
}
