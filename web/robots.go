package web

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
)

// openRoutes are what programs read of the site: crawlers, harvesters, assistants and browsers' search boxes.
func (s *server) openRoutes(e *echo.Echo, g *echo.Group) {
	timed := middleware.ContextTimeout(requestTime)
	get := func(path string, h echo.HandlerFunc) {
		e.GET(path, h, timed)
		e.HEAD(path, h, timed)
	}
	get(robotsPath, s.robots)
	get(sitemapPath, s.sitemap)
	get("/sitemap/:part", s.sitemapPart)
	get(llmsPath, s.llms)
	get(openSearchPath, s.openSearch)
	get(openSuggestPath, s.openSuggest)
	get(oaiPath, s.oai)
	e.POST(oaiPath, s.oai, timed)

	// A dump takes longer than a page
	e.GET("/export/:name", s.dump)
	e.HEAD("/export/:name", s.dump)

	for _, path := range []string{"/p/*", "/arxiv.org/*", "/www.arxiv.org/*", "/export.arxiv.org/*", "/doi.org/*", `/https\:/*`, `/http\:/*`} {
		g.GET(path, s.shortLink)
		g.HEAD(path, s.shortLink)
	}
	g.GET(dumpsPath, s.dumps)
	g.HEAD(dumpsPath, s.dumps)
}

// closedToRobots are what holds nothing to find: forms, a reader's own, answers without end, and the programs' API.
var closedToRobots = [...]string{searchPath, "/api/", votesPath, settingsPath, signInPath, signUpPath}

// robots lets everybody read, and tells crawlers of the better ways to have everything.
func (s *server) robots(c echo.Context) error {
	var b strings.Builder
	b.WriteString("# Welcome. The whole catalogue comes faster by OAI-PMH, " + s.URL + oaiPath)
	if s.Export != "" {
		b.WriteString(", or as one file, " + s.URL + dumpsPath)
	}
	b.WriteString("\n\nUser-agent: *\n")
	for _, path := range closedToRobots {
		b.WriteString("Disallow: " + path + "\n")
	}
	b.WriteString("\nSitemap: " + s.URL + sitemapPath + "\n")
	return c.String(http.StatusOK, b.String())
}
