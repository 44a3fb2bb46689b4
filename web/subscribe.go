package web

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"recto/store"
	"recto/web/mail"
)

// subjectPath is the listing of what a subscription is to.
func subjectPath(s *store.Subscription) string {
	switch s.Subject {
	case store.SubjectTag:
		return tagSlugPath(s.What)
	case store.SubjectCategory:
		return categoryPath(s.What)
	case store.SubjectAuthor:
		return withQuery(authorSlugPath(s.What), "name", s.Name)
	case store.SubjectSearch:
		return searchFor(s.What)
	}
	return homePath
}

// MailLinks are the addresses that mails lead to, at a site.
func MailLinks(site string) mail.Links {
	return mail.Links{Home: site + homePath, Archive: site + digestsPath,
		Paper:       func(id store.PaperID) string { return site + paperPath(id) },
		Tag:         func(name string) string { return site + tagPath(name) },
		Listing:     func(s *store.Subscription) string { return site + subjectPath(s) },
		Confirm:     func(secret string) string { return site + confirmPath(secret) },
		Manage:      func(secret string) string { return site + managePath(secret) },
		Unsubscribe: func(secret string) string { return site + stopPath(secret) },
	}
}

func (s *server) subscribeRoutes(g *echo.Group) {
	for path, h := range map[string]echo.HandlerFunc{
		digestsPath: s.digests, digestPreviewPath: signedIn(digestPreviewPath, s.digestPreview), digestsPath + "/:day": s.digestOf,
		subscribePath: s.subscribeForm, askedPath: s.asked, myDigestsPath: signedIn(myDigestsPath, s.myDigests),
		confirmPath(":secret"): s.confirmForm, managePath(":secret"): s.manageForm, stopPath(":secret"): s.stopForm,
	} {
		g.GET(path, h)
		g.HEAD(path, h)
	}
	g.POST(subscribePath, s.subscribe)
	g.POST(confirmPath(":secret"), s.confirm)
	g.POST(managePath(":secret"), s.manage)
	g.POST(stopPath(":secret"), s.stop)
}

// subscription is a form that asks for digests.
type subscription struct {
	store.Subscription
	Wrong   map[string]string // a field's name, or "", → what is wrong with it
	Archive bool              // beside the archive, where digests are to be seen
}

// subscribeToAll is what the archive offers.
func subscribeToAll() *subscription {
	return &subscription{Subscription: store.Subscription{Subject: store.SubjectAll, Weekday: store.Daily}, Archive: true}
}

// Naming is what the subscription is to, as a sentence goes on.
func (s *subscription) Naming() string { return mail.Naming(&s.Subscription) }

// Path is the listing of it.
func (s *subscription) Path() string { return subjectPath(&s.Subscription) }

// when is how often, as the form sends it.
func when(d time.Weekday) string { return strconv.Itoa(int(d)) }

// whens are the choices, the most chosen first.
var whens = [...]time.Weekday{store.Daily, time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday,
	time.Saturday, time.Sunday}

func whenName(d time.Weekday) string {
	if d == store.Daily {
		return "Daily"
	}
	return "Weekly, on " + d.String()
}

// subscribeTo is the subscription to what a listing shows; nil for what can't be subscribed to.
func (l listing) subscribeTo() *subscription {
	s := &subscription{Subscription: store.Subscription{Subject: store.SubjectAll, What: l.Filter.Slug, Weekday: store.Daily}}
	switch {
	case l.Filter.VotedBy != 0 || l.Status >= http.StatusBadRequest:
		return nil
	case l.Filter.Facet == store.FacetTag:
		s.Subject = store.SubjectTag
	case l.Filter.Facet == store.FacetCategory:
		s.Subject = store.SubjectCategory
	case l.Filter.Facet == store.FacetAuthor:
		if s.Subject, s.Name = store.SubjectAuthor, l.Query; s.Name == "" && store.AuthorSlug(l.Heading) == l.Filter.Slug {
			s.Name = l.Heading // which stands for all spellings here
		}
	}
	return s
}

// subscribeTo is the subscription to what a search finds; nil where that is no search for papers.
func (v searchView) subscribeTo() *subscription {
	if v.Text == "" || len(v.Text) > store.MaxSubject {
		return nil
	}
	what := cmp.Or(v.Corrected, v.Text)
	return &subscription{Subscription: store.Subscription{Subject: store.SubjectSearch, What: what, Weekday: store.Daily}}
}

// asksFor reads the form. A zone that isn't known, as from browsers without scripts, is UTC.
func asksFor(c echo.Context) *subscription {
	f := &subscription{Wrong: map[string]string{}}
	f.Subject, f.What, f.Name = store.Subject(c.FormValue("subject")), c.FormValue("what"), c.FormValue("name")
	if f.Subject == "" {
		f.Subject = store.SubjectAll
	}
	f.Address, f.Zone, f.Reader = strings.TrimSpace(c.FormValue("address")), c.FormValue("zone"), readerID(c)
	f.Weekday = weekdayIn(c)
	if store.CheckZone(f.Zone) != nil {
		f.Zone = time.UTC.String()
	}
	return f
}

func weekdayIn(c echo.Context) time.Weekday {
	for _, d := range whens {
		if c.FormValue("when") == when(d) {
			return d
		}
	}
	return store.Daily
}

func (s *server) subscribeForm(c echo.Context) error {
	f := asksFor(c)
	f.Address = ""
	return s.subscribePage(c, http.StatusOK, f)
}

// subscribe has a mail sent that asks whether the subscription is wanted. Its answer is the same for every address.
func (s *server) subscribe(c echo.Context) error {
	f := asksFor(c)
	address, err := store.CheckAddress(f.Address)
	if err != nil {
		f.Wrong["address"] = sentence(err)
		return s.subscribePage(c, http.StatusUnprocessableEntity, f)
	}
	f.Address = address
	if !s.limits.allow("subscribe ip "+addressBlock(c.RealIP()), "subscribe "+strings.ToLower(address)) {
		c.Response().Header().Set("Retry-After", "60")
		f.Wrong[""] = tooMany
		return s.subscribePage(c, http.StatusTooManyRequests, f)
	}
	if err = s.checkSubject(c, f); err == nil {
		err = s.DB.Subscribe(c.Request().Context(), f.Subscription)
	}
	if errors.Is(err, store.ErrInvalid) || errors.Is(err, store.ErrNotFound) {
		f.Wrong[""] = "That can’t be subscribed to."
		return s.subscribePage(c, http.StatusUnprocessableEntity, f)
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, askedPath)
}

// checkSubject is an error for a tag, category or author that isn't here: its name would be somebody's own words in a mail to
// anybody.
func (s *server) checkSubject(c echo.Context, f *subscription) error {
	if f.Name != "" && store.AuthorSlug(f.Name) != f.What {
		return fmt.Errorf("%w: %q is not the author's name", store.ErrInvalid, f.Name)
	}
	if f.Subject.Facet() == 0 {
		return nil
	}
	_, err := s.DB.Facet(c.Request().Context(), f.Subject.Facet(), f.What)
	return err
}

func (s *server) subscribePage(c echo.Context, status int, f *subscription) error {
	return s.privatePage(c, status, "Subscribe", func(view frame) templ.Component { return subscribePage(view, f) })
}

func (s *server) asked(c echo.Context) error {
	return s.privatePage(c, http.StatusOK, "Look into your mail", askedPage)
}

// privatePage is a page that is nobody else's, or not worth finding. Its address may hold a secret: it is not told to others.
func (s *server) privatePage(c echo.Context, status int, title string, page func(frame) templ.Component) error {
	view, err := s.frame(c, title)
	if err != nil {
		return err
	}
	view.NoIndex = true
	h := c.Response().Header()
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin")
	return s.render(c, status, page(view))
}

// managed is a subscription with the secret by which it was found.
type managed struct {
	store.Subscription
	Secret string
	Said   string // what was done
}

// bySecret is the subscription whose secret the address holds.
func (s *server) bySecret(c echo.Context, secret func(*store.Subscription) string) (managed, error) {
	m := managed{Secret: c.Param("secret")}
	var err error
	m.Subscription, err = s.DB.SubscriptionBy(c.Request().Context(), m.Secret, secret)
	return m, err
}

func (s *server) confirmForm(c echo.Context) error {
	m, err := s.bySecret(c, s.editor.Key().Confirm)
	if err != nil {
		return err
	}
	if m.Runs() {
		return c.Redirect(http.StatusSeeOther, managePath(s.editor.Key().Manage(&m.Subscription)))
	}
	return s.privatePage(c, http.StatusOK, "Confirm", func(view frame) templ.Component { return confirmPage(view, m) })
}

func (s *server) confirm(c echo.Context) error {
	m, err := s.bySecret(c, s.editor.Key().Confirm)
	if err != nil {
		return err
	}
	err = s.DB.Confirm(c.Request().Context(), m.Subscription)
	if err != nil && !errors.Is(err, store.ErrNotFound) { // which says that it runs or has ended already
		return err
	}
	return c.Redirect(http.StatusSeeOther, managePath(s.editor.Key().Manage(&m.Subscription)))
}

func (s *server) manageForm(c echo.Context) error {
	m, err := s.bySecret(c, s.editor.Key().Manage)
	if err != nil {
		return err
	}
	return s.managePage(c, m)
}

func (s *server) managePage(c echo.Context, m managed) error {
	return s.privatePage(c, http.StatusOK, "Your digest", func(view frame) templ.Component { return managePage(view, m) })
}

func (s *server) manage(c echo.Context) error {
	m, err := s.bySecret(c, s.editor.Key().Manage)
	if err != nil {
		return err
	}
	m.Weekday = weekdayIn(c)
	if zone := c.FormValue("zone"); zone != "" {
		m.Zone = zone
	}
	if err := s.DB.Reschedule(c.Request().Context(), m.Subscription); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, managePath(m.Secret))
}

// stopForm changes nothing: programs that look at a mail's links come here, too.
func (s *server) stopForm(c echo.Context) error {
	m, err := s.bySecret(c, s.editor.Key().Manage)
	if err != nil {
		return err
	}
	return s.privatePage(c, http.StatusOK, "Unsubscribe", func(view frame) templ.Component { return stopPage(view, m) })
}

// stop ends a subscription at once, for a person or for a mail service that speaks for one (RFC 8058), which follows no
// redirect and has no cookie.
func (s *server) stop(c echo.Context) error {
	m, err := s.bySecret(c, s.editor.Key().Manage)
	if err != nil {
		return err
	}
	if err := s.DB.Stop(c.Request().Context(), m.ID, "unsubscribed"); err != nil {
		return err
	}
	if m.Subscription, err = s.DB.Subscription(c.Request().Context(), m.ID); err != nil {
		return err
	}
	return s.privatePage(c, http.StatusOK, "Unsubscribed", func(view frame) templ.Component { return stopPage(view, m) })
}

// zoneName is a time zone as people read it.
func zoneName(zone string) string { return strings.ReplaceAll(zone, "_", " ") }

// hasZone says whether a zone is among those that the form offers; another is offered beside them.
func hasZone(zone string) bool { return slices.Contains(zones[:], zone) }

// zones are the time zones that can be chosen by hand: one or two of each hour.
var zones = [...]string{"UTC", "Africa/Cairo", "Africa/Johannesburg", "Africa/Lagos", "Africa/Nairobi", "America/Anchorage", "America/Argentina/Buenos_Aires",
	"America/Bogota", "America/Chicago", "America/Denver", "America/Halifax", "America/Los_Angeles", "America/Mexico_City", "America/New_York",
	"America/Santiago", "America/Sao_Paulo", "America/St_Johns", "Asia/Dhaka", "Asia/Dubai", "Asia/Hong_Kong", "Asia/Jakarta", "Asia/Jerusalem",
	"Asia/Karachi", "Asia/Kathmandu", "Asia/Kolkata", "Asia/Manila", "Asia/Seoul", "Asia/Shanghai", "Asia/Singapore", "Asia/Taipei", "Asia/Tashkent",
	"Asia/Tehran", "Asia/Tokyo", "Atlantic/Reykjavik", "Australia/Adelaide", "Australia/Brisbane", "Australia/Perth", "Australia/Sydney",
	"Europe/Athens", "Europe/Berlin", "Europe/Dublin", "Europe/Helsinki", "Europe/Istanbul", "Europe/Kyiv", "Europe/Lisbon", "Europe/London",
	"Europe/Madrid", "Europe/Moscow", "Europe/Paris", "Europe/Rome", "Europe/Warsaw", "Europe/Zurich", "Pacific/Auckland", "Pacific/Honolulu"}

// subscribePathTo is the form for what a listing shows.
func subscribePathTo(s *subscription) string {
	return subscribePath + "?" + url.Values{"subject": {string(s.Subject)}, "what": {s.What}, "name": {s.Name}}.Encode()
}

func namingOf(s store.Subscription) string { return mail.Naming(&s) }

// subscribedTo is a subscription as a sentence begins.
func subscribedTo(s store.Subscription) string {
	if s.Weekday == store.Daily {
		return "A daily digest of " + namingOf(s)
	}
	return "A " + s.Weekday.String() + " digest of " + namingOf(s)
}

// withoutMailSecret is an address as it may be logged: the secrets that mails hold are left out.
func withoutMailSecret(address string) string {
	for _, start := range []string{confirmPath(""), managePath(""), stopPath("")} {
		if strings.HasPrefix(address, start) {
			return start + "…"
		}
	}
	return address
}
