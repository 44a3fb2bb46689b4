package web

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"recto/digest/hook"
	"recto/store"
)

// webhooksView is a reader's webhooks, and the form that adds one.
type webhooksView struct {
	Hooks  []store.Webhook
	Form   webhookForm
	Secret string              // that signs, just made: told once
	Gone   *store.Subscription // just removed; it can be brought back
}

// webhookForm is a webhook as it is asked for.
type webhookForm struct {
	store.Subscription
	Text  string            // what names the tag, category, author or search, as it was typed
	Wrong map[string]string // a field's name, or "", → what is wrong with it
}

func (s *server) webhookRoutes(g *echo.Group) {
	g.GET(webhooksPath, signedIn(webhooksPath, s.webhooks))
	g.HEAD(webhooksPath, signedIn(webhooksPath, s.webhooks))
	g.POST(webhooksPath, signedIn(webhooksPath, s.addWebhook))
	g.POST(webhooksPath+"/:id/test", s.onWebhook(s.testWebhook))
	g.POST(webhooksPath+"/:id/change", s.onWebhook(s.changeWebhook))
	g.POST(webhooksPath+"/:id/secret", s.onWebhook(s.replaceWebhookSecret))
	g.POST(webhooksPath+"/:id/remove", s.onWebhook(s.removeWebhook))
	g.POST(webhooksPath+"/:id/resume", s.onWebhook(s.resumeWebhook))
}

// onWebhook does something with one of the reader's own webhooks; another's is not there.
func (s *server) onWebhook(do func(echo.Context, store.Subscription) error) echo.HandlerFunc {
	return signedIn(webhooksPath, func(c echo.Context) error {
		id, err := strconv.ParseInt(c.Param("id"), 10, 64)
		if err != nil {
			return store.ErrNotFound
		}
		w, err := s.DB.Webhook(c.Request().Context(), readerID(c), store.SubscriptionID(id))
		if err != nil {
			return err
		}
		return do(c, w)
	})
}

func (s *server) webhooks(c echo.Context) error {
	v := webhooksView{Form: webhookForm{Subscription: asksFor(c).Subscription}}
	v.Form.Text = v.Form.What
	if v.Form.Zone = c.FormValue("zone"); v.Form.Name != "" {
		v.Form.Text = v.Form.Name
	}
	if id, err := strconv.ParseInt(c.QueryParam("removed"), 10, 64); err == nil {
		w, err := s.DB.Webhook(c.Request().Context(), readerID(c), store.SubscriptionID(id))
		if err == nil && w.Removed() {
			v.Gone = &w
		} else if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return s.webhooksPage(c, http.StatusOK, v)
}

func (s *server) webhooksPage(c echo.Context, status int, v webhooksView) error {
	if v.Form.Subject == "" {
		v.Form.Subject, v.Form.Weekday = store.SubjectAll, store.Daily
	}
	var err error
	if v.Hooks, err = s.DB.Webhooks(c.Request().Context(), readerID(c)); err != nil {
		return err
	}
	return s.privatePage(c, status, "Webhooks", func(f frame) templ.Component {
		f.Section = settingsPath
		return webhooksPage(f, v)
	})
}

// addWebhook starts posting to a channel. The secret of one that is signed is in this answer alone.
func (s *server) addWebhook(c echo.Context) error {
	f, err := s.webhookForm(c)
	if err != nil {
		return err
	}
	if len(f.Wrong) == 0 {
		added, err := s.DB.AddWebhook(c.Request().Context(), f.Subscription)
		switch {
		case err == nil:
			if added.Secret != "" {
				return s.webhooksPage(c, http.StatusOK, webhooksView{Secret: added.Secret})
			}
			return s.saidOfWebhooks(c, "The webhook is added. Send a test to see it work.")
		case errors.Is(err, store.ErrConflict):
			f.Wrong["url"] = "This channel gets that digest already."
		case errors.Is(err, store.ErrInvalid):
			f.Wrong[""] = sentence(err)
		default:
			return err
		}
	}
	return s.webhooksPage(c, http.StatusUnprocessableEntity, webhooksView{Form: f})
}

// webhookForm reads the form, and notes what is wrong with it.
func (s *server) webhookForm(c echo.Context) (webhookForm, error) {
	f := webhookForm{Text: strings.TrimSpace(c.FormValue("what")), Wrong: map[string]string{}, Subscription: store.Subscription{
		Address: strings.TrimSpace(c.FormValue("url")), Via: store.Via(c.FormValue("format")), Title: c.FormValue("title"),
		Subject: store.Subject(c.FormValue("subject")), Weekday: weekdayIn(c), Zone: strings.TrimSpace(c.FormValue("zone")), Reader: readerID(c)}}
	if err := s.Hooks.Check(f.Address); err != nil {
		f.Wrong["url"] = sentence(err)
	}
	if f.Via == "" {
		f.Via = hook.Guess(f.Address)
	}
	if !f.Via.IsHook() {
		f.Via, f.Wrong["format"] = "", "Choose what kind of channel it is: the address doesn’t tell."
	}
	if f.Zone == "" {
		f.Zone = time.UTC.String()
	}
	if err := store.CheckZone(f.Zone); err != nil {
		f.Wrong["zone"] = sentence(err)
	}
	wrong, err := s.nameSubject(c, &f)
	if wrong != "" {
		f.Wrong["what"] = wrong
	}
	return f, err
}

// nameSubject finds what a form's text names.
func (s *server) nameSubject(c echo.Context, f *webhookForm) (wrong string, err error) {
	switch f.Subject {
	case store.SubjectTag:
		f.What = store.TagSlug(f.Text)
	case store.SubjectCategory:
		f.What = store.CanonicalCategory(f.Text)
	case store.SubjectAuthor:
		if f.What = store.AuthorSlug(f.Text); f.Text != f.What {
			f.Name = f.Text
		}
	case store.SubjectSearch:
		f.What = f.Text
	default:
		if f.Subject = store.SubjectAll; f.Text != "" {
			return "Say above what this is, or leave it empty.", nil
		}
		return "", nil
	}
	if f.What == "" {
		return "Say which.", nil
	}
	kind := f.Subject.Facet()
	if kind == 0 {
		return "", nil
	}
	_, err = s.DB.Facet(c.Request().Context(), kind, f.What)
	if errors.Is(err, store.ErrNotFound) {
		return "There is no such " + string(f.Subject) + " here.", nil
	}
	return "", err
}

// saidOfWebhooks goes back to the webhooks and says what was done.
func (s *server) saidOfWebhooks(c echo.Context, what string) error {
	s.sessions.Put(c.Request().Context(), flashKey, what)
	return c.Redirect(http.StatusSeeOther, webhooksPath)
}

// testWebhook posts one message now and tells what the other side answered.
func (s *server) testWebhook(c echo.Context, w store.Subscription) error {
	if !s.limits.allow("webhook of " + strconv.FormatInt(int64(w.Reader), 10)) {
		return s.saidOfWebhooks(c, tooMany)
	}
	answer, err := s.Hooks.Post(c.Request().Context(), hook.NewTest(&w, MailLinks(s.URL), s.Now()))
	failure := new(hook.Failure)
	switch {
	case errors.As(err, &failure):
		return s.saidOfWebhooks(c, "The test was not taken: "+failure.Text+".")
	case err != nil:
		return err
	}
	return s.saidOfWebhooks(c, "The test is sent: "+answer+".")
}

func (s *server) changeWebhook(c echo.Context, w store.Subscription) error {
	w.Title, w.Weekday = c.FormValue("title"), weekdayIn(c)
	if zone := c.FormValue("zone"); zone != "" {
		w.Zone = zone
	}
	err := s.DB.ChangeWebhook(c.Request().Context(), w)
	if errors.Is(err, store.ErrInvalid) {
		return s.saidOfWebhooks(c, "Nothing is changed. "+sentence(err))
	}
	if err != nil {
		return err
	}
	return s.saidOfWebhooks(c, "The webhook is changed.")
}

func (s *server) replaceWebhookSecret(c echo.Context, w store.Subscription) error {
	secret, err := s.DB.ReplaceWebhookSecret(c.Request().Context(), w.Reader, w.ID)
	if err != nil {
		return err
	}
	return s.webhooksPage(c, http.StatusOK, webhooksView{Secret: secret})
}

func (s *server) removeWebhook(c echo.Context, w store.Subscription) error {
	if err := s.DB.RemoveWebhook(c.Request().Context(), w.Reader, w.ID); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, withQuery(webhooksPath, "removed", strconv.FormatInt(int64(w.ID), 10)))
}

// resumeWebhook starts one that has stopped or was removed, and tries at once what it missed.
func (s *server) resumeWebhook(c echo.Context, w store.Subscription) error {
	err := s.DB.ResumeWebhook(c.Request().Context(), w.Reader, w.ID)
	if errors.Is(err, store.ErrInvalid) {
		return s.saidOfWebhooks(c, sentence(err))
	}
	if err != nil {
		return err
	}
	return s.saidOfWebhooks(c, "The webhook runs again.")
}
