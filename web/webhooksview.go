package web

import (
	"cmp"
	"strconv"
	"time"

	"recto/digest/hook"
	"recto/store"
)

// webhookTitle names a webhook: in its reader's words, or else by what is posted.
func webhookTitle(w store.Subscription) string {
	return cmp.Or(w.Title, subscribedTo(w))
}

// webhookTo says what goes where.
func webhookTo(w store.Subscription) string {
	where := "to " + hook.Name(w.Via) + " at " + w.Shown() + "."
	if w.Title == "" {
		return "Posted " + where
	}
	return subscribedTo(w) + " " + where
}

// webhookState says what became of a webhook's digests, and what comes.
func webhookState(w store.Webhook) []string {
	at := func(t time.Time) string { return t.In(w.Location()).Format("Monday, 2 January 2006, at 15:04") }
	var said []string
	if !w.SentAt.IsZero() {
		said = append(said, "The last was posted on "+at(w.SentAt)+".")
	} else if w.Failure == "" && w.Runs() {
		said = append(said, "Nothing was posted yet.")
	}
	if w.Runs() && w.Failure == "" {
		said = append(said, "The next comes on "+at(w.NextAt)+", if there are papers by then.")
	}
	return said
}

// webhookTrouble says what is wrong with a webhook; "" for nothing.
func webhookTrouble(w store.Webhook) string {
	at := func(t time.Time) string { return t.In(w.Location()).Format("2 January 2006 at 15:04") }
	switch {
	case !w.Runs():
		return "It has stopped: " + w.StoppedFor + "."
	case w.Failure != "" && !w.RetryAt.IsZero():
		return "The last was not taken: " + w.Failure + ". It is tried again on " + at(w.RetryAt) + "."
	case w.Failure != "":
		return "The last was not taken, however often it was tried: " + w.Failure + "."
	}
	return ""
}

// subjectNames are the choices of what is posted.
var subjectNames = [...]struct {
	Subject store.Subject
	Name    string
}{{store.SubjectAll, "All papers"}, {store.SubjectTag, "A tag"}, {store.SubjectCategory, "A category"}, {store.SubjectAuthor, "An author"}, {store.SubjectSearch, "A search"}}

// webhookID is the id of an element of a webhook's.
func webhookID(w store.Subscription, part string) string {
	return "w" + strconv.FormatInt(int64(w.ID), 10) + "-" + part
}
