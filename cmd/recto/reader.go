package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"recto/store"
)

type readerCmd struct {
	Add    readerAddCmd    `cmd:"" help:"Make an account; the password is asked for, or read from standard input."`
	Passwd readerPasswdCmd `cmd:"" help:"Give a reader a new password; it is asked for, or read from standard input."`
	Role   readerRoleCmd   `cmd:"" help:"Give a reader a role."`
}

type readerAddCmd struct {
	Name string `arg:"" help:"The reader's name."`
	Role string `help:"reader, curator or admin." enum:"reader,curator,admin" default:"reader"`
}

func (c *readerAddCmd) Run(p *program) error {
	if err := store.CheckName(c.Name); err != nil {
		return err
	}
	return p.withDB(func(db *store.DB) error {
		password, err := p.password()
		if err != nil {
			return err
		}
		r, err := db.AddReader(p.ctx, c.Name, password, store.Role(c.Role))
		if err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "%s is %s now.\n", r.Name, r.Role)
		return nil
	})
}

type readerPasswdCmd struct {
	Name string `arg:"" help:"The reader's name."`
}

func (c *readerPasswdCmd) Run(p *program) error {
	return p.withDB(func(db *store.DB) error {
		r, err := db.ReaderNamed(p.ctx, c.Name)
		if err != nil {
			return err
		}
		password, err := p.password()
		if err != nil {
			return err
		}
		if err := db.SetPassword(p.ctx, r.ID, password); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "%s has a new password and is signed out everywhere.\n", r.Name)
		return nil
	})
}

type readerRoleCmd struct {
	Name string `arg:"" help:"The reader's name."`
	Role string `arg:"" help:"reader, curator or admin."`
}

func (c *readerRoleCmd) Run(p *program) error {
	return p.withDB(func(db *store.DB) error {
		r, err := db.ReaderNamed(p.ctx, c.Name)
		if err != nil {
			return err
		}
		if err := db.SetRole(p.ctx, r.ID, store.Role(c.Role)); err != nil {
			return err
		}
		fmt.Fprintf(p.stdout, "%s is %s now.\n", r.Name, c.Role)
		return nil
	})
}

func (p *program) withDB(do func(*store.DB) error) error {
	db, err := store.Open(p.ctx, p.db, p.now)
	if err != nil {
		return err
	}
	return errors.Join(do(db), db.Close())
}

// password asks a person twice, without showing it, or reads a line from a program.
func (p *program) password() (string, error) {
	file, ok := p.stdin.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		line, err := bufio.NewReader(p.stdin).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	var typed [2]string
	for i, prompt := range []string{"Password: ", "Again: "} {
		fmt.Fprint(p.stderr, prompt)
		text, err := term.ReadPassword(int(file.Fd()))
		fmt.Fprintln(p.stderr)
		if err != nil {
			return "", err
		}
		typed[i] = string(text)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two are not the same")
	}
	return typed[0], nil
}
