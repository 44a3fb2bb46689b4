// Command recto runs a catalogue of research papers: a web site and the tools around it.
//
// The sub-commands are in files of their own names; main.go knows the flags that they share and how they end.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// cli is every flag and sub-command. Each flag can also be set by an environment variable RECTO_….
type cli struct {
	DB string `name:"db" help:"The catalogue's file." default:"recto.db" placeholder:"FILE"`

	Serve   serveCmd   `cmd:"" default:"withargs" help:"Serve the site. The default."`
	Ingest  ingestCmd  `cmd:"" help:"Bring papers in."`
	Search  searchCmd  `cmd:"" help:"Search the catalogue."`
	Index   indexCmd   `cmd:"" help:"Build the search index, or bring it up with the catalogue."`
	Export  exportCmd  `cmd:"" help:"Write all papers as JSON Lines."`
	MCP     mcpCmd     `cmd:"" name:"mcp" help:"Offer the catalogue to a program that speaks the Model Context Protocol, on standard input and output."`
	Digest  digestCmd  `cmd:"" help:"Send the digests that are due."`
	Doctor  doctorCmd  `cmd:"" help:"Check the catalogue and recount what it counts."`
	Remove  removeCmd  `cmd:"" help:"Take papers out of the catalogue, and keep sources from bringing them back."`
	Restore restoreCmd `cmd:"" help:"Let sources bring removed papers back."`
	Reader  readerCmd  `cmd:"" help:"Manage readers' accounts."`
	Synth   synthCmd   `cmd:"" help:"Write a made-up catalogue of any size, for measuring."`
	Bench   benchCmd   `cmd:"" help:"Measure how fast it is."`
	Version versionCmd `cmd:"" help:"Say which version this is."`
}

// program is what a command works with.
type program struct {
	ctx    context.Context
	db     string
	now    func() time.Time
	stdin  io.Reader
	stdout io.Writer
	stderr io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	os.Exit(run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program; it returns the exit status.
func run(ctx context.Context, args []string, getenv func(string) string, stdin io.Reader, stdout, stderr io.Writer) int {
	var c cli
	exit := -1
	parser, err := kong.New(&c, kong.Name("recto"), kong.Description("The front page of science, on your own machine."),
		kong.Writers(stdout, stderr), kong.Exit(func(status int) { exit = status }),
		kong.DefaultEnvars("RECTO"), kong.Resolvers(environment(getenv)), kong.ConfigureHelp(kong.HelpOptions{Compact: true}))
	if err != nil {
		fmt.Fprintln(stderr, "recto:", err)
		return 2
	}
	command, err := parser.Parse(args)
	if exit >= 0 { // help was asked for
		return exit
	}
	if err != nil {
		fmt.Fprintln(stderr, "recto:", err)
		fmt.Fprintln(stderr, "recto --help lists the commands and flags.")
		return 2
	}
	err = command.Run(&program{ctx: ctx, db: c.DB, now: time.Now, stdin: stdin, stdout: stdout, stderr: stderr})
	switch {
	case errors.Is(err, context.Canceled) && ctx.Err() != nil:
		fmt.Fprintln(stderr, "recto: interrupted; run the same command again to go on")
		return 130
	case err != nil:
		fmt.Fprintln(stderr, "recto:", err)
		return 1
	}
	return 0
}

// environment resolves flags from getenv, so that tests need not touch the process's own environment.
func environment(getenv func(string) string) kong.Resolver {
	return kong.ResolverFunc(func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		for _, name := range flag.Envs {
			if value := getenv(name); value != "" {
				return value, nil
			}
		}
		return nil, nil
	})
}

type versionCmd struct{}

func (versionCmd) Run(p *program) error {
	_, err := fmt.Fprintln(p.stdout, "recto", version())
	return err
}

// version is the released version, or the commit that the program was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := strings.Trim(info.Main.Version, "()")
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && v == "devel" {
			v += "-" + s.Value[:min(12, len(s.Value))]
		}
	}
	return v
}
