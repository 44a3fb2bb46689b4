// Package digest chooses what a subscriber gets, and hands it to the mail server or to a channel's webhook, once.
//
// # How a digest goes out
//
// [Post.Pass] looks at what is due. For each subscription whose morning has come, [Editor.Choose] picks the papers, and the
// digest is recorded as waiting, with the time of the next one, in one transaction. Then each waiting digest is set
// ([Editor.Set], package web/mail; [Editor.Issue], package digest/hook), handed over, and recorded as sent before the next
// one to the same place begins. So whenever the program is
// killed, what was recorded as waiting is sent at the next start, and what was sent is not repeated. One case can't be told:
// the server took a mail and the program died before it could write that down. That one mail is handed over again under the
// Message-ID that it had, by which mail programs know it for the same; that one post has the same X-Recto-Delivery.
//
// # What is chosen
//
// New are the papers of the days since the last digest, up to yesterday; a day without papers has no digest, and no day is
// passed over by that. They stand by their votes. The papers of the digests of the last seven days (of the last two weeks, for
// a weekly one) compete by the votes that they got since: one that was sent comes again only in a better place than it ever
// had, and one that was passed over when it got votes enough. One that came only after the digest of its day rides along with
// the next.
//
// # Files
//
// choose.go picks, plan.go records what is to be sent, editor.go sets, post.go sends, smtp.go and dir.go carry mails, hooks.go posts to webhooks.
package digest
