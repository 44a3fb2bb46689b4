// Package hook writes digests as chats' channels and other programs take them, and posts them to webhooks.
//
// [Body] writes an [Issue] in the format of its subscription's channel; each format is a pure function in a file of its
// own, with the limits and escapes that its makers document. What comes from sources (titles, names, abstracts, tags) is
// text in all of them: nothing of it becomes a link, a mention or another mark. text.go has what they share.
//
// [Client] posts: with TLS, to public addresses alone, whatever a name resolves to, and no more often than a host bears. A
// webhook's address is a secret; no error tells it.
package hook
