// Package mail sets what Recto writes to people: the digest, and the notices about a subscription.
//
// A [Digest] or [Notice] is what a mail says; it is drawn as HTML (mail.templ) and as plain text (text.go). [Message] puts
// both with their headers into one mail, signed where there is a key. No mail holds a picture, nor anything else that is
// fetched when it is read. What of TeX there is in titles and abstracts becomes plain text.
//
// Read digest.go first, then message.go.
package mail
