package web

import "github.com/labstack/echo/v4"

// Routes is every route of the site, in a router of its own.
func Routes() *echo.Echo {
	e := echo.New()
	new(server).routes(e, e.Group(""))
	return e
}

// BytesText is bytesText.
func BytesText(n int64) string { return bytesText(n) }
