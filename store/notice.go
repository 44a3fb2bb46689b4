package store

import "context"

// Notice is a mail about the subscription itself that is still to be sent.
type Notice string

// The notices: the mail that asks for a confirmation, and the one that says that nothing needs to be done.
const (
	NoNotice      Notice = ""
	NoticeConfirm Notice = "confirm"
	NoticeKnown   Notice = "known"
)

// Notices are subscriptions about which a mail is to be sent now.
func (db *DB) Notices(ctx context.Context, limit int) ([]Subscription, error) {
	return db.subscriptions(ctx, `WHERE notice <> '' AND notice_at <= ? ORDER BY notice_at LIMIT ?`, db.now().Unix(), limit)
}

// NoticeDone notes what became of a notice: it was sent for a nil error, it can't be, or it is to be tried again.
func (db *DB) NoticeDone(ctx context.Context, s Subscription, failure error, permanent bool) error {
	return db.inTx(ctx, func(w *writer) error {
		switch retry, wait := backOff(s.attempts); {
		case failure == nil || !permanent && !retry:
			_, err := w.exec(ctx, `UPDATE subscriptions SET notice = '' WHERE id = ?`, int64(s.ID))
			return err
		case permanent:
			return w.stop(ctx, db.now(), `address = ?`, s.Address, failure.Error())
		default:
			_, err := w.exec(ctx, `UPDATE subscriptions SET notice_at = ?, notice_attempts = notice_attempts + 1 WHERE id = ?`,
				db.now().Add(wait).Unix(), int64(s.ID))
			return err
		}
	})
}
