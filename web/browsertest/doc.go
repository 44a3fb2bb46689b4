// Package browsertest lets a test do what a person does in a real browser:
// open a page, click, type, read what is shown. Only tests import it.
//
//	p := browsertest.Open(t, browsertest.Options{Phone: true})
//	p.Go(site.URL + "/")
//	p.Type("input[name=q]", "attention")
//	p.Nav(func() { p.Press("Enter") })
//	p.WaitText("h1", "attention")
//
// Start reading at [Open], in browser.go. The actions of a person are in
// page.go, waiting for a new page in nav.go, what the page asked of the network
// and wrote to the console in watch.go. [Page.Axe] checks a page's
// accessibility and [ValidateHTML] the markup of many pages at once.
//
// A test binary starts one Chromium, when the first page is opened, and each
// Open gets a browser context of its own in it: no cookie, no storage and no
// cache is shared between tests, so they may run in parallel. The browser can
// reach this machine only; the name of any other host doesn't resolve.
//
// An action that can't be done ends the test. The message names the action,
// the selector and the page's address, and a picture of the page as it was
// stands in the folder recto-screenshots of the temporary directory. Nothing
// is skipped: without Chromium, Java or the npm packages the test fails and
// says that ./test.sh installs them.
package browsertest
