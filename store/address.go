package store

import (
	"fmt"
	netmail "net/mail"
	"strings"

	"golang.org/x/net/idna"
)

// CheckAddress brings a mail address into the one form that is kept: the domain in ASCII and lower case. What could be more
// than one address, or another header, is ErrInvalid.
func CheckAddress(s string) (string, error) {
	s = strings.TrimSpace(s)
	bad := fmt.Errorf("%w: this is no mail address like ada@example.org", ErrInvalid)
	odd := func(r rune) bool { return r <= ' ' || r >= 0x7f && r < 0xa0 || strings.ContainsRune(`<>()[],;:\"`, r) }
	if len(s) > MaxAddress || strings.ContainsFunc(s, odd) {
		return "", bad
	}
	at := strings.LastIndexByte(s, '@')
	if at < 1 || at > 64 {
		return "", bad
	}
	local, domain := s[:at], s[at+1:]
	domain, err := idna.Lookup.ToASCII(domain)
	if err != nil || !strings.Contains(domain, ".") || strings.HasSuffix(domain, ".") {
		return "", bad
	}
	for _, r := range local {
		if r >= 0x80 {
			return "", fmt.Errorf("%w: letters before the @ other than ASCII can't be written to yet", ErrInvalid)
		}
	}
	address := local + "@" + strings.ToLower(domain)
	if parsed, err := netmail.ParseAddress(address); err != nil || parsed.Address != address {
		return "", bad
	}
	return address, nil
}
