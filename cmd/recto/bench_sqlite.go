package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// sqlite is the sqlite3 program.
type sqlite struct{ path string }

func sqliteProgram() (sqlite, error) {
	path, err := exec.LookPath("sqlite3")
	if err != nil {
		return sqlite{}, errors.New("the sqlite3 program is not there; on Debian: apt-get install sqlite3")
	}
	return sqlite{path}, nil
}

// run gives the program a script and returns what it prints.
func (s sqlite) run(p *program, db, script string) (string, *exec.Cmd, error) {
	cmd := exec.CommandContext(p.ctx, s.path, "-batch", "-bail", db)
	cmd.Stdin = strings.NewReader(script)
	var complaints lastWords
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		return "", cmd, fmt.Errorf("sqlite3: %w: %s", err, complaints.String())
	}
	return string(out), cmd, nil
}

// strict tables refuse the empty text that CSV has for NULL. They are the same otherwise.
var strict = regexp.MustCompile(`(?i)\)\s*STRICT\s*(,\s*)?`)

// Tables that hold nothing of the papers.
const notPapers = `name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%' AND name NOT IN
	('settings', 'sessions', 'readers', 'votes', 'cursors', 'rejects')`

// loadSame writes the rows of a catalogue to CSV files, and measures how long sqlite3 takes to make the same tables and
// indexes of them: everything in one transaction a table, into tables without indexes, which are made at the end.
func (s sqlite) loadSame(p *program, db, folder string, records int, f *ingestFound) error {
	names, _, err := s.run(p, db, `SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'
		AND `+notPapers+` AND name NOT IN (SELECT v.name || '_' || s.column1 FROM sqlite_schema AS v,
		(VALUES ('data'), ('idx'), ('content'), ('docsize'), ('config')) AS s WHERE v.sql LIKE 'CREATE VIRTUAL%');`)
	if err != nil {
		return err
	}
	tables := strings.Fields(names)
	export, load := "PRAGMA query_only = 1;\n.headers off\n.mode csv\n", "PRAGMA journal_mode = WAL;\nPRAGMA synchronous = NORMAL;\nPRAGMA cache_size = -256000;\n"
	var indexes string
	for _, table := range tables {
		file := filepath.Join(folder, table+".csv")
		defer os.Remove(file)
		export += fmt.Sprintf(".once '%s'\nSELECT * FROM %s;\n", file, table)
		schema, _, err := s.run(p, db, fmt.Sprintf(`SELECT sql || ';' FROM sqlite_schema WHERE name = '%s';`, table))
		if err != nil {
			return err
		}
		made, _, err := s.run(p, db, fmt.Sprintf(`SELECT sql || ';' FROM sqlite_schema WHERE type = 'index' AND sql <> '' AND tbl_name = '%s';`, table))
		if err != nil {
			return err
		}
		load += withoutStrict(schema)
		indexes += made
	}
	load += ".mode csv\n"
	for _, table := range tables {
		load += fmt.Sprintf(".import '%s' %s\n", filepath.Join(folder, table+".csv"), table)
	}
	load += indexes
	if _, _, err := s.run(p, db, export); err != nil {
		return err
	}
	same := filepath.Join(folder, "sqlite3.db")
	defer func() {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			os.Remove(same + suffix)
		}
	}()
	began := time.Now()
	_, cmd, err := s.run(p, same, load)
	if err != nil {
		return err
	}
	f.add(records, time.Since(began))
	f.cpu = append(f.cpu, (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds())
	return s.compare(p, db, same, tables)
}

// compare sees that both databases have as many rows: else the reference would have done something else.
func (s sqlite) compare(p *program, db, same string, tables []string) error {
	for _, table := range tables {
		count := fmt.Sprintf("SELECT count(*) FROM %s;", table)
		want, _, err := s.run(p, db, count)
		if err != nil {
			return err
		}
		got, _, err := s.run(p, same, count)
		if err != nil {
			return err
		}
		if got != want {
			return fmt.Errorf("sqlite3 loaded %s rows of %s, not %s", strings.TrimSpace(got), table, strings.TrimSpace(want))
		}
	}
	return nil
}

// withoutStrict makes a table's definition take text for NULL.
func withoutStrict(schema string) string {
	return strict.ReplaceAllString(schema, ") ")
}
