package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// ChangedAt is when what sources say of some papers last changed in this catalogue, in whole seconds, as Harvested has it.
// Ids that no paper has are left out.
func (db *DB) ChangedAt(ctx context.Context, ids ...PaperID) (map[PaperID]time.Time, error) {
	list, err := json.Marshal(ids)
	if err != nil {
		return nil, err
	}
	changed := make(map[PaperID]time.Time, len(ids))
	err = db.query(ctx, `SELECT pid, changed_at FROM papers WHERE pid IN (SELECT value FROM json_each(?))`, []any{string(list)},
		func(scan func(...any) error) error {
			var id PaperID
			var at sql.NullInt64
			err := scan(&id, &at)
			changed[id] = fromInstant(at)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("when papers changed: %w", err)
	}
	return changed, nil
}
