// Package static holds the site's style sheet, scripts, fonts and icons. Each is served under an address that contains a
// hash of its content, so that browsers may keep it for ever.
//
// After a change of a file, go test ./static -update packs it anew; until then it is served unpacked.
package static

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"regexp"
	"strings"
	"sync"
	"time"
)

//go:embed *.css *.js *.svg *.json fonts/*.woff2 licences/* packed/*
var files embed.FS

// The rules of formulas are a file of their own, to read, and a layer of the one style sheet, to send.
const (
	mainSheet = "recto.css"
	mathSheet = "math.css"
)

// speculation is the file that tells browsers which pages to fetch before they are asked for.
const speculation = "speculation.json"

// Prefix is where the files are served.
const Prefix = "/static/"

type asset struct {
	data   []byte
	kind   string
	packed []packed // smaller forms, the best first
}

// packed is a file compressed for a Content-Encoding. Such files lie in packed/ under the file's name and hash.
type packed struct {
	encoding string
	data     []byte
}

// encodings are those that files are packed in, the best first, with the endings of their names.
var encodings = []struct{ name, ext string }{{"br", ".br"}, {"zstd", ".zst"}, {"gzip", ".gz"}}

// assets are all files by their addresses below Prefix, and their addresses by their names.
var assets = sync.OnceValues(func() (map[string]asset, map[string]string) {
	byURL, urls := make(map[string]asset), make(map[string]string)
	add := func(name string) {
		data, err := files.ReadFile(name)
		if err != nil {
			return
		}
		if name == mainSheet {
			if more, err := files.ReadFile(mathSheet); err == nil {
				data = append(data, "@layer math {\n"+string(more)+"}\n"...)
			}
		}
		if path.Ext(name) == ".css" {
			data = withURLs(data, urls)
		}
		sum := sha256.Sum256(data)
		ext := path.Ext(name)
		url := strings.TrimSuffix(name, ext) + "." + hex.EncodeToString(sum[:6]) + ext
		kind := mime.TypeByExtension(ext)
		if ext == ".woff2" {
			kind = "font/woff2"
		}
		if kind == "" {
			kind = "text/plain; charset=utf-8"
		}
		if path.Base(name) == speculation {
			kind = "application/speculationrules+json"
		}
		a := asset{data: data, kind: kind}
		for _, e := range encodings {
			if small, err := files.ReadFile("packed/" + path.Base(url) + e.ext); err == nil {
				a.packed = append(a.packed, packed{e.name, small})
			}
		}
		byURL[url], urls[name] = a, Prefix+url
	}
	var sheets []string
	_ = fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil || d.IsDir() || path.Dir(name) == "packed":
		case name == mathSheet: // a part of the main sheet
		case path.Ext(name) == ".css":
			sheets = append(sheets, name)
		default:
			add(name)
		}
		return err
	})
	for _, name := range sheets { // last: they name the fonts
		add(name)
	}
	return byURL, urls
})

var cssURL = regexp.MustCompile(`url\("?([^")]+)"?\)`)

// withURLs writes the hashed addresses into a style sheet.
func withURLs(css []byte, urls map[string]string) []byte {
	return cssURL.ReplaceAllFunc(css, func(m []byte) []byte {
		if url, ok := urls[string(cssURL.FindSubmatch(m)[1])]; ok {
			return []byte(`url("` + url + `")`)
		}
		return m
	})
}

// URL is the address of the file with a name such as "recto.css"; "" when there is none.
func URL(name string) string {
	_, urls := assets()
	return urls[name]
}

// Handler serves the files under Prefix. The hash in an address makes its content immutable.
func Handler() http.Handler {
	return http.StripPrefix(Prefix, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		byURL, _ := assets()
		a, ok := byURL[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", a.kind)
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		data := a.data
		if len(a.packed) > 0 {
			w.Header().Set("Vary", "Accept-Encoding")
		}
		for _, p := range a.packed {
			if strings.Contains(r.Header.Get("Accept-Encoding"), p.encoding) && r.Header.Get("Range") == "" {
				w.Header().Set("Content-Encoding", p.encoding)
				data = p.data
				break
			}
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}))
}
