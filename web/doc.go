// Package web is the site: the route table, handlers and templ components.
//
// # How a request flows
//
// server.go lists every route and the middleware around them. A handler reads the request, asks the store, builds what
// the page shows (a struct of values) and renders a component; errors go up to errors.go, which alone turns them into
// statuses and pages. Every address of the site is made by a function in paths.go.
//
// # Files
//
// Read server.go first, then listings.go with listing.templ, and card.go with card.templ, which every listing shares.
// search.go asks the index, and searchview.go is what search.templ shows of its answer. frame.templ is what stands around
// each page. api.go is around what programs ask for: Recto's own API, whose every operation stands in openapi_operations.go
// and every type in a struct that openapi_schema.go describes, and Hugging Face's (hfapi.go). A leaf folder does one thing
// behind one door: latex makes safe HTML of titles and abstracts, card draws
// preview pictures (pictures.go asks for them).
//
// feeds.go answers with a feed where one is asked for in place of a listing or a search, and feedsend.go with a 304 where
// nothing is new; the leaf feed writes it. websub.go tells a hub of new papers.
//
// citing.go answers with citations where they are asked for in place of a paper's page, a listing or a search.
//
// subscribe.go has everything about digests by mail but the sending, which package digest does: the box beside listings,
// the pages that mails lead to, the archive. The leaf mail sets the mails. webhooks.go has the settings of digests for teams'
// channels, webhooksview.go what they say; package digest/hook posts them.
//
// What crawlers and harvesters read begins in robots.go: the site map, OAI-PMH (oai.go, oai_place.go, oai_records.go),
// OpenSearch, dumps.
//
// # Adding a page
//
// Add its address to paths.go, its route to server.go, a file with its handler and what it shows, and a templ file with
// its component in the frame. Then add it to the pages that the tests walk (every route must be requested by one).
package web
