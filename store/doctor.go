package store

import (
	"context"
	"fmt"
)

// Finding is something that a check found wrong.
type Finding struct {
	Check  string // what was looked at
	Count  int    // how many rows are wrong
	Sample string // one of them
}

// check is a query for rows that are wrong, each as one text, and what mends them.
type check struct {
	name, wrong string
	mend        []string
}

// The counters are compared with a count of the rows that they stand for, and what is kept in two places with itself.
var checks = []check{
	{"votes of readers", `SELECT pid || ' has ' || reader_votes || ', counted ' || n FROM
		(SELECT pid, reader_votes, (SELECT count(*) FROM votes WHERE paper = p.id) AS n FROM papers AS p) WHERE reader_votes <> n`,
		[]string{`UPDATE papers SET reader_votes = n, votes = source_votes + n FROM
			(SELECT p.id AS row, (SELECT count(*) FROM votes WHERE paper = p.id) AS n FROM papers AS p) WHERE id = row AND reader_votes <> n`}},
	{"trending scores", `SELECT pid || ' has ' || trend || ', computed ' || t FROM (SELECT pid, trend, ` + trendSQL + ` AS t FROM papers)
		WHERE abs(trend - t) > 1e-9`, []string{`UPDATE papers SET trend = ` + trendSQL + ` WHERE abs(trend - ` + trendSQL + `) > 1e-9`}},
	{"votes and times in facets", `SELECT coalesce(p.pid, 'a missing paper') || iif(k.id IS NULL, ' in missing facet ', ' in facet ') || f.facet
		FROM paper_facets AS f LEFT JOIN papers AS p ON p.id = f.paper LEFT JOIN facets AS k ON k.id = f.facet
		WHERE k.id IS NULL OR (f.votes, f.listed_at) IS NOT (p.votes, p.listed_at)`,
		[]string{`DELETE FROM paper_facets WHERE paper NOT IN (SELECT id FROM papers) OR facet NOT IN (SELECT id FROM facets)`,
			`UPDATE paper_facets AS f SET votes = p.votes, listed_at = p.listed_at FROM papers AS p
			WHERE p.id = f.paper AND (f.votes <> p.votes OR f.listed_at <> p.listed_at)`}},
	{"papers of days", `SELECT day || ' has ' || had || ', counted ' || n FROM (SELECT day, max(had) AS had, max(n) AS n FROM
		(SELECT day, papers AS had, 0 AS n FROM days UNION ALL SELECT featured_on, 0, count(*) FROM papers GROUP BY featured_on)
		GROUP BY day) WHERE had <> n`,
		[]string{`DELETE FROM days`, `INSERT INTO days SELECT featured_on, count(*) FROM papers GROUP BY featured_on`}},
	{"papers of facets", `SELECT slug || ' has ' || papers || ', counted ' || n FROM
		(SELECT slug, papers, (SELECT count(DISTINCT paper) FROM paper_facets WHERE facet = f.id) AS n FROM facets AS f) WHERE papers <> n`,
		[]string{`UPDATE facets AS f SET papers = (SELECT count(DISTINCT paper) FROM paper_facets WHERE facet = f.id)`}},
	{"papers of authors' spellings", `SELECT name || ' has ' || papers || ', counted ' || n FROM
		(SELECT a.name, a.papers, (SELECT count(*) FROM paper_facets AS f WHERE f.facet = a.facet AND f.name = a.id) AS n
		FROM author_names AS a) WHERE papers <> n`,
		[]string{`UPDATE author_names AS a SET papers = (SELECT count(*) FROM paper_facets AS f WHERE f.facet = a.facet AND f.name = a.id)`}},
	{"papers of tags a day", `SELECT day || ' tag ' || facet || ' has ' || had || ', counted ' || n FROM (SELECT day, facet, max(had) AS had,
		max(n) AS n FROM (SELECT day, facet, papers AS had, 0 AS n FROM tag_days UNION ALL ` + tagDaysSQL + `) GROUP BY day, facet) WHERE had <> n`,
		[]string{`DELETE FROM tag_days`, `INSERT INTO tag_days (day, facet, papers) SELECT day, facet, n FROM (` + tagDaysSQL + `)`}},
}

// trendSQL is Trend, as SQL.
const trendSQL = `log10(1.0 + votes) + unixepoch(featured_on) / 3600.0 / 72`

const tagDaysSQL = `SELECT p.featured_on AS day, f.facet AS facet, 0 AS had, count(*) AS n FROM paper_facets AS f
	JOIN facets AS k ON k.id = f.facet AND k.kind = 1 JOIN papers AS p ON p.id = f.paper GROUP BY p.featured_on, f.facet`

// Check recounts every counter and checks the file's integrity. progress is told what is looked at. With mend, counters
// that are wrong are set right.
func (db *DB) Check(ctx context.Context, mend bool, progress func(check string)) ([]Finding, error) {
	var findings []Finding
	for _, pragma := range []struct{ name, query string }{
		{"integrity of the file", `SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'`},
		{"references between tables", `SELECT "table" || ' row ' || coalesce(rowid, '?') || ' refers to a missing ' || parent FROM pragma_foreign_key_check`},
	} {
		progress(pragma.name)
		if err := db.look(ctx, pragma.name, pragma.query, &findings); err != nil {
			return findings, err
		}
	}
	for _, c := range checks {
		progress(c.name)
		before := len(findings)
		if err := db.look(ctx, c.name, c.wrong, &findings); err != nil {
			return findings, err
		}
		if !mend || len(findings) == before {
			continue
		}
		err := db.inTx(ctx, func(w *writer) error {
			for _, query := range c.mend {
				if _, err := w.exec(ctx, query); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return findings, fmt.Errorf("mend %s: %w", c.name, err)
		}
	}
	return findings, nil
}

func (db *DB) look(ctx context.Context, name, query string, findings *[]Finding) error {
	f := Finding{Check: name}
	err := db.query(ctx, query, nil, func(scan func(...any) error) error {
		var text string
		if err := scan(&text); err != nil {
			return err
		}
		if f.Count++; f.Count == 1 {
			f.Sample = text
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("check %s: %w", name, err)
	}
	if f.Count > 0 {
		*findings = append(*findings, f)
	}
	return nil
}
