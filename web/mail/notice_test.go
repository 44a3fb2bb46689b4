package mail_test

import (
	"strings"
	"testing"

	"recto/store"
	"recto/web/mail"
)

// Whoever knows an address can have a notice sent to it, and chooses the search or the name that it tells.
func TestNoticesLeadNowhereElse(t *testing.T) {
	words := "win http://evil.example/x or www.evil.example, ask me@evil.example"
	for _, s := range []store.Subscription{
		{Subject: store.SubjectSearch, What: words}, {Subject: store.SubjectAuthor, What: "x-w", Name: words},
		{Subject: store.SubjectSearch, What: words, Notice: store.NoticeKnown},
	} {
		n := mail.NewNotice(&s, store.MailKey("key"), links())
		html, err := n.HTML(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range []string{html, n.Plain(), n.Title} {
			for _, address := range []string{"http://evil", "evil.example", "www.evil", "me@evil"} {
				if strings.Contains(text, address) {
					t.Errorf("%s: a program may make a link of %q in\n%s", s.Subject, address, text)
				}
			}
		}
	}
}
