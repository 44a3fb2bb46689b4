package web

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v4"

	"recto/store"
)

// DumpSums is the file in the folder of dumps that lists them with their SHA-256 checksums, as sha256sum writes it, the
// newest first. A dump's own name is never used twice.
const DumpSums = "SHA256SUMS"

const (
	latestDump = "latest"      // leads to the newest
	dumpTime   = 6 * time.Hour // that somebody may take to fetch one
)

// dumpFile is one dump of the catalogue.
type dumpFile struct {
	Name string
	Sum  string
	Size int64
	Made time.Time
}

func dumpPath(name string) string { return escaped(dumpsPath + "/" + name) }

// readDumps are the dumps in a folder, the newest first; none before the first has been made.
func readDumps(folder *os.Root) ([]dumpFile, error) {
	list, err := folder.Open(DumpSums)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer list.Close()
	var files []dumpFile
	lines := bufio.NewScanner(list)
	for lines.Scan() {
		sum, name, _ := strings.Cut(lines.Text(), "  ")
		info, err := folder.Stat(name)
		if errors.Is(err, fs.ErrNotExist) {
			continue // an older one, just removed
		}
		if err != nil {
			return nil, err
		}
		files = append(files, dumpFile{name, sum, info.Size(), info.ModTime()})
	}
	return files, lines.Err()
}

// dumps lists what can be fetched, or says how that is switched on.
func (s *server) dumps(c echo.Context) error {
	view, err := s.frame(c, "The whole catalogue")
	if err != nil {
		return err
	}
	if s.Export == "" {
		view.NoIndex = true
		return s.render(c, http.StatusNotFound, noDumpsPage(view))
	}
	folder, err := os.OpenRoot(s.Export)
	if err != nil {
		return fmt.Errorf("dumps: %w", err)
	}
	defer folder.Close()
	files, err := readDumps(folder)
	if err != nil {
		return fmt.Errorf("dumps: %w", err)
	}
	view.Description = "Every paper of this catalogue in one file, to copy and to build on."
	return s.render(c, http.StatusOK, dumpsPage(view, files))
}

// dump gives a dump, or the list of their checksums.
func (s *server) dump(c echo.Context) error {
	if s.Export == "" {
		return store.ErrNotFound
	}
	folder, err := os.OpenRoot(s.Export)
	if err != nil {
		return fmt.Errorf("dumps: %w", err)
	}
	defer folder.Close()
	files, err := readDumps(folder)
	if err != nil {
		return fmt.Errorf("dumps: %w", err)
	}
	name, kind := c.Param("name"), "application/zstd"
	h := c.Response().Header()
	switch at := slices.IndexFunc(files, func(f dumpFile) bool { return f.Name == name }); {
	case name == latestDump && len(files) > 0:
		return c.Redirect(http.StatusFound, dumpPath(files[0].Name))
	case name == DumpSums && len(files) > 0:
		kind = "text/plain; charset=utf-8"
	case at < 0:
		return store.ErrNotFound
	default:
		h.Set("ETag", `"`+files[at].Sum+`"`)
	}
	file, err := folder.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return store.ErrNotFound
	}
	if err != nil {
		return err
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	h.Set(echo.HeaderContentType, kind)
	h.Set(gzhttp.HeaderNoCompression, "yes") // it is compressed, and parts of it may be asked for
	if err := http.NewResponseController(c.Response()).SetWriteDeadline(time.Now().Add(dumpTime)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return err
	}
	http.ServeContent(c.Response(), c.Request(), name, info.ModTime(), file)
	return nil
}

// bytesText is a size as people read it: "1.2 GB".
func bytesText(n int64) string {
	const k = 1000
	if n < k {
		return plural(int(n), "byte")
	}
	size, units := float64(n)/k, "kMGT"
	for ; size >= k && len(units) > 1; size /= k {
		units = units[1:]
	}
	return fmt.Sprintf("%.1f %cB", size, units[0])
}
