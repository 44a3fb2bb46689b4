package web

import (
	"encoding/xml"
	"fmt"
	"hash/fnv"
	"html"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"recto/store"
	preview "recto/web/card"
	"recto/web/latex"
)

const (
	oembedPath  = "/oembed"
	badgeSuffix = "/badge.svg" // ends the address of the badge with a paper's votes
	badgeAge    = "public, max-age=300"
	oembedAge   = 3600 // seconds
)

// Pixels that a paper's card takes on a page of another site, about.
const (
	oembedWidth  = 600
	oembedHeight = 160
)

// oembed is a paper's card for pages of other sites, of oEmbed 1.0 (https://oembed.com).
type oembed struct {
	XMLName         xml.Name `json:"-" xml:"oembed"`
	Type            string   `json:"type" xml:"type"`
	Version         string   `json:"version" xml:"version"`
	Title           string   `json:"title" xml:"title"`
	AuthorName      string   `json:"author_name,omitempty" xml:"author_name,omitempty"`
	ProviderName    string   `json:"provider_name" xml:"provider_name"`
	ProviderURL     string   `json:"provider_url" xml:"provider_url"`
	CacheAge        int      `json:"cache_age" xml:"cache_age"`
	ThumbnailURL    string   `json:"thumbnail_url,omitempty" xml:"thumbnail_url,omitempty"`
	ThumbnailWidth  int      `json:"thumbnail_width,omitempty" xml:"thumbnail_width,omitempty"`
	ThumbnailHeight int      `json:"thumbnail_height,omitempty" xml:"thumbnail_height,omitempty"`
	HTML            string   `json:"html" xml:"html"`
	Width           int      `json:"width" xml:"width"`
	Height          int      `json:"height" xml:"height"`
}

func (s *server) embedRoutes(e *echo.Echo) {
	g := e.Group("", middleware.ContextTimeout(requestTime))
	g.GET(oembedPath, s.oembed)
	g.HEAD(oembedPath, s.oembed)
}

// oembedAddress is where the card of the page at an address is found.
func oembedAddress(address, format string) string {
	return withQuery(oembedPath, "url", address, "format", format)
}

// oembed answers with the card of a paper's page. As the specification has it, an address without one is 404, and a format
// that isn't spoken 501.
func (s *server) oembed(c echo.Context) error {
	ctx := c.Request().Context()
	format := c.QueryParam("format")
	if format != "" && format != "json" && format != "xml" {
		return echo.NewHTTPError(http.StatusNotImplemented)
	}
	maxWidth, err := pixels(c, "maxwidth")
	if err != nil {
		return err
	}
	maxHeight, err := pixels(c, "maxheight")
	if err != nil {
		return err
	}
	asked, err := s.embeddable(c.QueryParam("url"))
	if err != nil {
		return err
	}
	p, err := s.paperAt(ctx, asked)
	if err != nil {
		return err
	}
	o := oembed{Type: "rich", Version: "1.0", Title: latex.Text(p.Title), AuthorName: etAl(p.Authors), ProviderName: "Recto", ProviderURL: s.URL,
		CacheAge: oembedAge, Width: min(oembedWidth, maxWidth), Height: min(oembedHeight, maxHeight)}
	if preview.Width <= maxWidth && preview.Height <= maxHeight { // a thumbnail must not be larger
		o.ThumbnailURL, o.ThumbnailWidth, o.ThumbnailHeight = s.URL+paperPicture(&p).Path, preview.Width, preview.Height
	}
	text, err := templ.ToGoHTML(ctx, embeddedPaper(&p, s.URL+paperPath(p.ID)))
	if err != nil {
		return err
	}
	o.HTML = string(text)
	h := c.Response().Header()
	h.Set("Cache-Control", "public, max-age="+strconv.Itoa(oembedAge))
	h.Set("Access-Control-Allow-Origin", "*")
	if format == "xml" {
		text, err := xml.Marshal(o)
		if err != nil {
			return err
		}
		return c.Blob(http.StatusOK, "text/xml; charset=utf-8", append([]byte(xml.Header), text...))
	}
	return c.JSON(http.StatusOK, o)
}

// pixels is a parameter's number, or as many as anybody may want.
func pixels(c echo.Context, name string) (int, error) {
	text := c.QueryParam(name)
	if text == "" {
		return 1 << 20, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%w: %s %.20q", store.ErrInvalid, name, text)
	}
	return n, nil
}

// embeddable is how an address of this site spells a paper.
func (s *server) embeddable(address string) (string, error) {
	u, err := url.Parse(address)
	if err != nil || address == "" {
		return "", fmt.Errorf("%w: url %.100q", store.ErrInvalid, address)
	}
	site, err := url.Parse(s.URL)
	if err != nil {
		return "", err
	}
	asked, ok := strings.CutPrefix(u.Path, "/papers/")
	if !ok || u.Scheme != "http" && u.Scheme != "https" || !strings.EqualFold(u.Host, site.Host) {
		return "", fmt.Errorf("no card of %.100q: %w", address, store.ErrNotFound)
	}
	return asked, nil
}

// embeddedLine is who wrote a paper, when it stood here and what readers thought.
func embeddedLine(p *store.Paper) string {
	parts := []string{longDay(p.FeaturedOn), plural(p.Votes(), "vote")}
	if who := etAl(p.Authors); who != "" {
		parts = append([]string{who}, parts...)
	}
	return strings.Join(parts, " · ")
}

// badge is an image of a paper's votes for READMEs, in the style of shields.io.
type badge struct {
	Label, Value string
	Title        string // of the paper
}

// badgeOf sends the badge of a paper.
func (s *server) badgeOf(c echo.Context, asked string) error {
	ctx := c.Request().Context()
	p, err := s.paperAt(ctx, asked)
	if err != nil {
		return err
	}
	if string(p.ID) != asked {
		return c.Redirect(http.StatusMovedPermanently, paperPath(p.ID)+badgeSuffix)
	}
	svg, err := templ.ToGoHTML(ctx, badgeImage(badge{"Recto", plural(p.Votes(), "vote"), latex.Text(p.Title)}))
	if err != nil {
		return err
	}
	sum := fnv.New64a()
	sum.Write([]byte(svg))
	tag := strconv.FormatUint(sum.Sum64(), 36)
	sharedByAll(c, tag, badgeAge)
	if isCurrent(c, tag) {
		return c.NoContent(http.StatusNotModified)
	}
	return c.Blob(http.StatusOK, "image/svg+xml; charset=utf-8", []byte(svg))
}

const badgePadding = 6 // pixels on either side of a text

// badgeWidth is how wide a text is, in tenths of a pixel, in Verdana of 11 pixels: what is on a badge, and what shields.io
// measures by. Readers who have another font see it set to that width.
func badgeWidth(text string) int {
	width := 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			width += 70
		case r == ' ', r == '.', r == ',', r == 't':
			width += 41
		case r == 'R':
			width += 77
		case r == 'c', r == 's':
			width += 58
		default:
			width += 66
		}
	}
	return width
}

// left and right are how wide the two parts are, in pixels.
func (b badge) left() int  { return (badgeWidth(b.Label)+9)/10 + 2*badgePadding }
func (b badge) right() int { return (badgeWidth(b.Value)+9)/10 + 2*badgePadding }

func (v paperView) badgeAddress() string { return v.URL + badgeSuffix }

// BadgeMarkdown puts the badge into a README.
func (v paperView) BadgeMarkdown() string {
	return "[![Votes on Recto](" + v.badgeAddress() + ")](" + v.URL + ")"
}

// BadgeHTML puts the badge into a page.
func (v paperView) BadgeHTML() string {
	return fmt.Sprintf(`<a href="%s"><img src="%s" alt="Votes on Recto"></a>`, html.EscapeString(v.URL), html.EscapeString(v.badgeAddress()))
}
