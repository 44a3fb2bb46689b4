package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"recto/ingest"
	"recto/store"
	"recto/web"
)

type serveCmd struct {
	Listen     string   `help:"Address and port to listen on." default:"127.0.0.1:8080" placeholder:"HOST:PORT"`
	URL        string   `name:"url" help:"The site's public address, for links in feeds and shared pages; by default http://localhost with the port." placeholder:"URL"`
	Sample     bool     `help:"Fill an empty catalogue with the built-in sample of real papers." default:"true" negatable:""`
	Proxy      []string `help:"Reverse proxies whose X-Forwarded-For is believed." placeholder:"CIDR"`
	PageCache  int      `help:"Memory for pages of readers who are not signed in, in MiB; 0 keeps none." default:"64" placeholder:"MIB"`
	Export     string   `help:"Write a dump of the catalogue into this folder each night, and offer it at /export." placeholder:"DIR"`
	AdminEmail string   `help:"Where harvesters can reach you, told at /oai; by default webmaster@ the site's host." placeholder:"MAIL"`
	WebsubHub  string   `name:"websub-hub" help:"Name this WebSub hub in feeds, and tell it when listings, tags or categories gain papers." placeholder:"URL"`
	Pprof      string   `help:"Serve profiles of the program at this private address." placeholder:"HOST:PORT"`
	mailing    `embed:""`
	embeddings `embed:""`
	Log        string `help:"Log requests as text, as json, or not (none)." enum:"text,json,none" default:"text" placeholder:"FORM"`
}

// Limits of the server's patience.
const (
	headerTime   = 10 * time.Second
	readTime     = 30 * time.Second
	writeTime    = 60 * time.Second
	idleTime     = 2 * time.Minute
	shutdownTime = 10 * time.Second
)

func (s *serveCmd) Run(p *program) error {
	log, err := s.logger(p)
	if err != nil {
		return err
	}
	db, err := store.Open(p.ctx, p.db, p.now)
	if err != nil {
		return err
	}
	defer db.Close()
	papers, err := db.PaperCount(p.ctx)
	if err != nil {
		return err
	}
	if papers == 0 && s.Sample {
		if err := addSample(p, db); err != nil {
			return err
		}
		if papers, err = db.PaperCount(p.ctx); err != nil {
			return err
		}
	}
	listener, err := (&net.ListenConfig{}).Listen(p.ctx, "tcp", s.Listen)
	if err != nil {
		return fmt.Errorf("%w (choose another address with --listen)", err)
	}
	local := localURL(listener.Addr())
	if s.URL == "" {
		s.URL = local
	}
	proxies, err := s.proxies()
	if err != nil {
		return err
	}
	index, err := p.openSearch(db, s.embeddings, log, false)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer index.Close()
	following, stop := context.WithCancel(p.ctx)
	var beside sync.WaitGroup
	beside.Go(func() { index.Follow(following) })
	beside.Go(func() { finishIngests(following, db, time.Minute, log) })
	defer func() { // before the index and the catalogue are closed
		stop()
		beside.Wait()
	}()
	if s.Export != "" {
		wait, err := keepDumping(following, dumper{dir: s.Export, db: db, now: p.now}, log)
		if err != nil {
			return errors.Join(err, listener.Close())
		}
		defer func() { // before the catalogue is closed
			stop()
			wait()
		}()
	}
	hooks := s.hooks(p, s.URL)
	sent, err := s.keepSending(following, p, db, index, s.URL, hooks, log)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	defer func() { // before the index and the catalogue are closed
		stop()
		sent()
	}()
	site, err := web.New(p.ctx, web.Config{DB: db, Search: index, URL: s.URL, Proxies: proxies, Log: log, Now: p.now, Version: version(),
		Cache: int64(s.PageCache) << 20, Export: s.Export, AdminEmail: s.AdminEmail, WebSubHub: s.WebsubHub, Hooks: hooks})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: site, ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime,
		IdleTimeout: idleTime, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn)}
	path, err := filepath.Abs(p.db)
	if err != nil {
		path = p.db
	}
	if s.Pprof != "" {
		profiles := &http.Server{Addr: s.Pprof, Handler: profiles(), ReadHeaderTimeout: headerTime}
		go func() { log.Error("profiles", "error", profiles.ListenAndServe()) }()
		defer profiles.Close()
	}
	fmt.Fprintf(p.stdout, "Recto is at %s with %s papers in %s\n", local, commas(papers), path)
	return serve(p.ctx, server, listener)
}

// finishIngests puts papers into their facets that an ingest left when it was killed: those at which nobody has been for
// a while. It looks that often, until ctx ends.
func finishIngests(ctx context.Context, db *store.DB, while time.Duration, log *slog.Logger) {
	ticker := time.NewTicker(while)
	defer ticker.Stop()
	for before := ""; ; {
		left, err := db.Unfilled(ctx)
		if err == nil && left != "" && left == before {
			err = db.FillFacets(ctx, 1)
		}
		if err != nil && ctx.Err() == nil {
			log.Error("finish an ingest", "error", err)
		}
		before = left
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}

// profiles are the usual ones, for go tool pprof.
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// serve answers until ctx ends, then lets requests under way finish.
func serve(ctx context.Context, server *http.Server, listener net.Listener) error {
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := server.Shutdown(patience); err != nil {
		return fmt.Errorf("shut down: %w", err)
	}
	return nil
}

// addSample fills an empty catalogue.
func addSample(p *program, db *store.DB) error {
	if _, err := ingest.Run(p.ctx, db, ingest.Sample(), ingest.Options{Now: p.now}); err != nil {
		return err
	}
	if err := ingest.Tag(p.ctx, db, nil); err != nil {
		return err
	}
	return db.SetSample(p.ctx, true)
}

func (s *serveCmd) logger(p *program) (*slog.Logger, error) {
	switch s.Log {
	case "json":
		return slog.New(slog.NewJSONHandler(p.stderr, nil)), nil
	case "none":
		return slog.New(slog.NewTextHandler(p.stderr, &slog.HandlerOptions{Level: slog.LevelWarn})), nil
	}
	return slog.New(slog.NewTextHandler(p.stderr, nil)), nil
}

func (s *serveCmd) proxies() ([]*net.IPNet, error) {
	var nets []*net.IPNet
	for _, text := range s.Proxy {
		if !strings.Contains(text, "/") {
			bits := "/32"
			if strings.Contains(text, ":") {
				bits = "/128"
			}
			text += bits
		}
		_, n, err := net.ParseCIDR(text)
		if err != nil {
			return nil, fmt.Errorf("--proxy: %w", err)
		}
		nets = append(nets, n)
	}
	return nets, nil
}

// localURL is where a browser on this machine finds the listener.
func localURL(addr net.Addr) string {
	host, port, err := net.SplitHostPort(addr.String())
	if err != nil {
		return "http://" + addr.String()
	}
	if ip := net.ParseIP(host); ip == nil || ip.IsUnspecified() || ip.IsLoopback() {
		host = "localhost"
	}
	return "http://" + net.JoinHostPort(host, port)
}

// terminal says whether a person watches w.
func terminal(w any) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func commas(n int) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
