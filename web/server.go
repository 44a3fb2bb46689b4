package web

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/hashicorp/golang-lru/v2/expirable"
	"github.com/klauspost/compress/gzhttp"
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"

	"recto/digest"
	"recto/digest/hook"
	"recto/static"
	"recto/store"
	"recto/store/search"
	preview "recto/web/card"
	"recto/web/latex"
)

// Config is what the site needs.
type Config struct {
	DB      *store.DB
	Search  *search.Index
	URL     string       // the site's public address, without a path: https://papers.example.org
	Proxies []*net.IPNet // reverse proxies whose X-Forwarded-For is believed
	Log     *slog.Logger
	Now     func() time.Time
	Version string
	Cache   int64  // bytes of pages to keep for readers who are not signed in; 0 for none
	Export  string // folder with dumps of the catalogue, to be offered; "" for none

	AdminEmail string // where harvesters can reach the site's people; "" for webmaster@ its host

	WebSubHub string // address of a hub that tells of feeds' changes, named in them and told of new papers; "" for none

	Hooks *hook.Client // posts tests to readers' webhooks; nil for one that posts to public addresses alone
}

// What one request may take.
const (
	requestTime   = 30 * time.Second
	maxBody       = "64K" // of a form
	sessionLength = 90 * 24 * time.Hour
	papersPerPage = 30
	healthTime    = 10 * time.Second
)

// The site's cookies.
const (
	sessionCookie = "recto"
	themeCookie   = "theme"
)

type server struct {
	Config
	sessions *scs.SessionManager
	latex    *latex.Renderer
	limits   limits
	editor   *digest.Editor
	quotas   *quotas // of the API
	drawn    *lru.Cache[cardKey, *drawnCard]
	album    *preview.Album // of preview pictures
	tools    http.Handler   // for programs that speak MCP
	beside   *expirable.LRU[besideKey, besideView]
	rising   risingOf
	parts    map[string]func(c echo.Context, asked string) error // of a paper

	feedTimes *feedTimes
}

// New is the site. What it does beside requests ends with ctx.
func New(ctx context.Context, c Config) (http.Handler, error) {
	u, err := url.Parse(c.URL)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" {
		return nil, fmt.Errorf("the public address %q is not like https://papers.example.org", c.URL)
	}
	c.URL = u.Scheme + "://" + u.Host
	s := &server{Config: c, latex: latex.New(), limits: newLimits()}
	s.latex.Start()
	if s.drawn, err = lru.New[cardKey, *drawnCard](keptCards); err != nil {
		return nil, err
	}
	if s.quotas, err = newQuotas(); err != nil {
		return nil, err
	}
	if s.album, err = preview.NewAlbum(keptPictures); err != nil {
		return nil, err
	}
	s.tools = s.newMCPHandler()
	if s.feedTimes, err = newFeedTimes(); err != nil {
		return nil, err
	}
	if c.WebSubHub != "" && (!isWebAddress(c.WebSubHub) || strings.ContainsAny(c.WebSubHub, "<> \"")) {
		return nil, fmt.Errorf("the WebSub hub %q is not like https://hub.example.org/", c.WebSubHub)
	}
	if c.AdminEmail != "" && !oaiMailForm.MatchString(c.AdminEmail) {
		return nil, fmt.Errorf("the address %q is not like library@example.org", c.AdminEmail)
	}
	if s.Hooks == nil {
		s.Hooks = hook.NewClient(hook.Options{Site: c.URL, Now: c.Now})
	}
	s.parts = s.paperParts()
	if s.editor, err = digest.NewEditor(ctx, c.DB, c.Search, MailLinks(c.URL), c.Now); err != nil {
		return nil, err
	}
	if s.WebSubHub != "" {
		go s.tellHub(ctx)
	}
	s.rising.find = func(ctx context.Context, day store.Day) ([]store.RisingTag, error) {
		return s.DB.RisingTags(ctx, day, allRising)
	}
	go s.rising.ready(ctx, c.DB)
	s.beside = expirable.NewLRU[besideKey, besideView](keptBeside, nil, besideAge)
	s.sessions = scs.New()
	s.sessions.Store = c.DB.Sessions()
	s.sessions.HashTokenInStore = true
	s.sessions.Lifetime = sessionLength
	s.sessions.Cookie.Name = sessionCookie
	s.sessions.Cookie.SameSite = http.SameSiteLaxMode
	s.sessions.Cookie.Secure = u.Scheme == "https"
	s.sessions.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		s.Log.Error("session", "error", err, "path", r.URL.Path)
		http.Error(w, "The session could not be read or kept. Please try again.", http.StatusInternalServerError)
	}

	protection := http.NewCrossOriginProtection()
	protection.AddInsecureBypassPattern(mcpPath)                        // it takes no cookie
	protection.AddInsecureBypassPattern("POST " + stopPath("{secret}")) // RFC 8058: mail services send it
	e := echo.New()
	e.HTTPErrorHandler = s.handleError
	e.IPExtractor = echo.ExtractIPDirect()
	if len(c.Proxies) > 0 {
		trust := []echo.TrustOption{echo.TrustLoopback(false), echo.TrustLinkLocal(false), echo.TrustPrivateNet(false)}
		for _, p := range c.Proxies {
			trust = append(trust, echo.TrustIPRange(p))
		}
		e.IPExtractor = echo.ExtractIPFromXFFHeader(trust...)
	}
	e.Pre(plainPath)
	e.Use(
		middleware.RequestID(),
		s.logRequests(),
		middleware.RecoverWithConfig(middleware.RecoverConfig{DisablePrintStack: true}),
		secureHeaders,
		preflight,
		middleware.BodyLimit(maxBody),
		sameSite(protection),
	)
	pages := e.Group("", middleware.ContextTimeout(requestTime), echo.WrapMiddleware(s.sessions.LoadAndSave), s.withReader)
	s.routes(e, pages)
	compress, err := gzhttp.NewWrapper(gzhttp.MinSize(1000))
	if err != nil {
		return nil, err
	}
	packing := compress(e) // outermost: an error's page is written after all middleware has returned
	site := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, static.Prefix) { // packed already, or not to be packed
			e.ServeHTTP(w, r)
			return
		}
		packing.ServeHTTP(w, r)
	})
	if c.Cache <= 0 {
		return site, nil
	}
	cache := newPageCache(site, c.Cache, c.Now)
	cache.log = func(r *http.Request, status int, began time.Time) {
		if !c.Log.Enabled(r.Context(), slog.LevelInfo) {
			return
		}
		c.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("method", r.Method), slog.String("uri", r.RequestURI),
			slog.Int("status", status), slog.Duration("took", time.Since(began)), slog.String("ip", e.IPExtractor(r)), slog.Bool("cached", true))
	}
	go s.follow(ctx, cache)
	return cache, nil
}

// routes is every page and action of the site. Those of g know who is reading.
func (s *server) routes(e *echo.Echo, g *echo.Group) {
	get := func(path string, h echo.HandlerFunc) {
		g.GET(path, h)
		g.HEAD(path, h)
	}

	e.GET(healthPath, s.health)
	e.GET(static.Prefix+"*", echo.WrapHandler(static.Handler()))
	e.GET("/favicon.ico", func(c echo.Context) error { return c.Redirect(http.StatusMovedPermanently, static.URL("icon.svg")) })

	// Listings
	get(homePath, s.home)
	get("/papers", s.redirect(homePath))
	get("/papers/date/:name", s.span(store.SpanDay))
	get("/papers/week/:name", s.span(store.SpanWeek))
	get("/papers/month/:name", s.span(store.SpanMonth))
	get(trendingPath, s.trending)
	get(latestPath, s.latest)
	get("/papers/top", s.redirect(topPath("week")))
	get("/papers/top/:window", s.top)

	// A paper, or those near to it; old arXiv ids and DOIs hold slashes
	get("/papers/*", s.paper)

	// What papers are grouped by
	get(tagsPath, s.tags)
	get("/tags/:slug", s.tag)
	get(categoriesPath, s.categories)
	get("/categories/:id", s.category)
	get("/authors/:slug", s.author)

	// Search
	get(searchPath, s.search)
	get(suggestPath, s.suggest)

	// Readers
	get(signInPath, s.signInForm)
	g.POST(signInPath, s.signIn)
	get(signUpPath, s.signUpForm)
	g.POST(signUpPath, s.signUp)
	g.POST(signOutPath, s.signOut)
	get(settingsPath, signedIn(settingsPath, s.settingsForm))
	g.POST(settingsPath, signedIn(settingsPath, s.settings))
	get(votesPath, s.votes)
	g.POST(votesPath, s.vote)
	g.POST(votesFeedPath, signedIn(tokensPath, s.addVotesFeed))
	g.POST(themePath, s.theme)

	get(aboutPath, s.about)
	s.apiRoutes(e, g)
	s.pictureRoutes(e)
	s.embedRoutes(e)
	s.mcpRoutes(e)
	s.openRoutes(e, g)
	s.subscribeRoutes(g)
	s.webhookRoutes(g)
	g.RouteNotFound("/*", nowhere)
}

// nowhere answers for what no route takes: 405 where another method would have found one. Echo's own 405 never comes,
// because the group's catch-all, which lets error pages know who is reading, matches first.
func nowhere(c echo.Context) error {
	var allowed []string
	for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodDelete} {
		other := c.Echo().NewContext(nil, nil)
		c.Echo().Router().Find(method, c.Request().URL.Path, other)
		if other.Path() != c.Path() {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) == 0 {
		return store.ErrNotFound
	}
	c.Response().Header().Set(echo.HeaderAllow, strings.Join(allowed, ", "))
	return echo.ErrMethodNotAllowed
}

// plainPath makes every spelling of an address's escapes one: Echo hands out parameters still escaped otherwise. An address
// with a slash too many at its end leads to the one without.
func plainPath(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		u := c.Request().URL
		u.RawPath = ""
		if trimmed := strings.TrimRight(u.Path, "/"); trimmed != u.Path && trimmed != "" && c.Request().Method == http.MethodGet &&
			!strings.HasPrefix(u.Path, static.Prefix) {
			to := localPath(escaped(trimmed))
			if u.RawQuery != "" {
				to += "?" + u.RawQuery
			}
			return c.Redirect(http.StatusMovedPermanently, to)
		}
		return next(c)
	}
}

func (s *server) redirect(to string) echo.HandlerFunc {
	return func(c echo.Context) error { return moved(c, to) }
}

// sameSite refuses forms that a page of another site sends.
func sameSite(protection *http.CrossOriginProtection) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := protection.Check(c.Request()); err != nil {
				return echo.NewHTTPError(http.StatusForbidden).SetInternal(err)
			}
			return next(c)
		}
	}
}

// secureHeaders let a page load from this site alone.
func secureHeaders(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'")
		h.Set("Speculation-Rules", `"`+static.URL("speculation.json")+`"`)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "strict-origin-when-cross-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
		return next(c)
	}
}

func (s *server) logRequests() echo.MiddlewareFunc {
	return middleware.RequestLoggerWithConfig(middleware.RequestLoggerConfig{
		LogMethod: true, LogURI: true, LogStatus: true, LogLatency: true, LogRequestID: true, LogRemoteIP: true, LogResponseSize: true,
		HandleError: true,
		Skipper: func(c echo.Context) bool { // the page cache tells of the request that it makes a page for
			_, making := c.Request().Context().Value(shownKey{}).(*shown)
			return making
		},
		LogValuesFunc: func(c echo.Context, v middleware.RequestLoggerValues) error {
			s.Log.LogAttrs(c.Request().Context(), slog.LevelInfo, "request", slog.String("method", v.Method), slog.String("uri", withoutMailSecret(withoutSecret(v.URI))),
				slog.Int("status", v.Status), slog.Duration("took", v.Latency), slog.Int64("bytes", v.ResponseSize),
				slog.String("ip", v.RemoteIP), slog.String("id", v.RequestID))
			return nil
		},
	})
}

// health answers 200 when the database does.
func (s *server) health(c echo.Context) error {
	ctx, cancel := context.WithTimeout(c.Request().Context(), healthTime)
	defer cancel()
	if _, err := s.DB.PaperCount(ctx); err != nil {
		s.Log.Error("health", "error", err)
		return c.String(http.StatusServiceUnavailable, "the database does not answer\n")
	}
	return c.String(http.StatusOK, "ok\n")
}
