package web_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"

	"recto/store"
	"recto/web"
)

// openAPI is as much of the document as the tests read.
type openAPI struct {
	OpenAPI    string
	Servers    []struct{ URL string }
	Paths      map[string]map[string]openAPIOperation
	Components struct {
		Schemas         map[string]map[string]any
		SecuritySchemes map[string]map[string]any
	}
}

type openAPIOperation struct {
	OperationID string
	Summary     string
	Parameters  []struct {
		Name, In string
		Required bool
		Schema   map[string]any
	}
	Responses map[string]struct {
		Description string
		Content     map[string]struct{ Schema map[string]any }
	}
	Security []map[string][]string
}

func (v *visitor) openAPI() (doc openAPI) {
	v.t.Helper()
	v.get("/api/openapi.json").want(http.StatusOK).json(&doc)
	return doc
}

// check holds a value against a schema, as far as JSON Schema is used in the document. Fields that the schema doesn't name
// are wrong, too: the document tells everything.
func (doc openAPI) check(t *testing.T, at string, schema map[string]any, value any) {
	t.Helper()
	if ref, ok := schema["$ref"].(string); ok {
		target := doc.Components.Schemas[strings.TrimPrefix(ref, "#/components/schemas/")]
		if target == nil {
			t.Fatalf("%s: there is no %s", at, ref)
		}
		doc.check(t, at, target, value)
		return
	}
	switch kind := schema["type"]; v := value.(type) {
	case map[string]any:
		if kind != "object" {
			t.Errorf("%s is an object, not %v", at, kind)
			return
		}
		fields, _ := schema["properties"].(map[string]any)
		required, _ := schema["required"].([]any)
		for _, name := range required {
			if _, ok := v[name.(string)]; !ok {
				t.Errorf("%s has no %s", at, name)
			}
		}
		for name, field := range v {
			if fields[name] == nil {
				t.Errorf("%s.%s is not in the document", at, name)
				continue
			}
			doc.check(t, at+"."+name, fields[name].(map[string]any), field)
		}
	case []any:
		if kind != "array" {
			t.Errorf("%s is a list, not %v", at, kind)
			return
		}
		for i, item := range v {
			doc.check(t, fmt.Sprintf("%s[%d]", at, i), schema["items"].(map[string]any), item)
		}
	case string:
		checkText(t, at, schema, v)
	case bool:
		equal(t, at, kind, any("boolean"))
	case float64:
		if kind != "integer" || v != float64(int(v)) {
			t.Errorf("%s is %v, not of type %v", at, v, kind)
		}
	default:
		t.Errorf("%s is %v", at, value)
	}
}

func checkText(t *testing.T, at string, schema map[string]any, text string) {
	t.Helper()
	if schema["type"] != "string" {
		t.Errorf("%s is text, not %v", at, schema["type"])
	}
	var err error
	switch schema["format"] {
	case "date":
		_, err = time.Parse(time.DateOnly, text)
	case "date-time":
		if _, err = time.Parse(time.RFC3339, text); err == nil && !strings.HasSuffix(text, "Z") {
			err = fmt.Errorf("it is not UTC")
		}
	case "uri":
		u, parseErr := url.Parse(text)
		if err = parseErr; err == nil && u.Host == "" {
			err = fmt.Errorf("it has no host")
		}
	}
	if err != nil {
		t.Errorf("%s is %q: %v", at, text, err)
	}
	if enum, ok := schema["enum"].([]any); ok && !slices.Contains(enum, any(text)) {
		t.Errorf("%s is %q, none of %v", at, text, enum)
	}
}

// asked are requests of each operation, whose answers are held against the document.
var asked = map[string][]string{
	"listPapers":    {"/api/v1/papers?limit=100", "/api/v1/papers?order=votes&limit=100", "/api/v1/papers?day=2026-05-13", "/api/v1/papers?day=2026-05-09", "/api/v1/papers?author=lecun-y&limit=1"},
	"getPaper":      {"/api/v1/papers/2605.00001", "/api/v1/papers/2605.00002", "/api/v1/papers/2605.00007", "/api/v1/papers/hep-th/9901001"},
	"relatedPapers": {"/api/v1/papers/2605.00001/related", "/api/v1/papers/2605.00007/related"},
	"search": {"/api/v1/search", "/api/v1/search?q=robot&facets=1", "/api/v1/search?q=zzzzqx+cat%3Aq-fin.TR&facets=1", "/api/v1/search?q=difusion+polcy+robot",
		"/api/v1/search?q=2605.00001&facets=1"},
	"listTags":       {"/api/v1/tags", "/api/v1/tags?order=papers", "/api/v1/tags?cursor=zzzz"},
	"listCategories": {"/api/v1/categories"},
	"listAuthors":    {"/api/v1/authors?limit=1000", "/api/v1/authors?cursor=x"},
	"listVotes":      {"/api/v1/votes", "/api/v1/votes?limit=1"},
	"castVote":       {"/api/v1/votes/2605.00001", "/api/v1/votes/hep-th/9901001"},
	"takeBackVote":   {"/api/v1/votes/2605.00001"},
	"hfDailyPapers": {"/api/daily_papers", "/api/daily_papers?date=2026-05-13&limit=100", "/api/daily_papers?week=2026-W20", "/api/daily_papers?month=2026-05&p=1", "/api/daily_papers?sort=trending",
		"/api/daily_papers?submitter=x"},
	"hfPapers": {"/api/papers", "/api/papers?limit=1"},
	"hfSearch": {"/api/papers/search?q=robot", "/api/papers/search", "/api/papers/search?q=zzzzqx", "/api/papers/search?q=2605.00001"},
	"hfPaper":  {"/api/papers/2605.00001", "/api/papers/2605.00002", "/api/papers/2605.00005", "/api/papers/2605.00007", "/api/papers/hep-th/9901001"},
	"hfRepos":  {"/api/arxiv/2605.00001/repos", "/api/arxiv/hep-th/9901001/repos"},
}

func TestAPIAnswersAreDocumented(t *testing.T) {
	s := newSite(t)
	v, secret := s.program(), s.token(voter, store.ScopeRead, store.ScopeVote)
	doc := v.openAPI()
	for path, operations := range doc.Paths {
		for method, o := range operations {
			t.Run(o.OperationID, func(t *testing.T) {
				if len(asked[o.OperationID]) == 0 {
					t.Fatal("nothing asks for it")
				}
				form := regexp.MustCompile(`^` + strings.ReplaceAll(regexp.QuoteMeta(path), `\{id\}`, `.+`) + `$`)
				for _, address := range asked[o.OperationID] {
					at, query, _ := strings.Cut(address, "?")
					if !form.MatchString(at) {
						t.Errorf("%s is no %s", address, path)
					}
					names := map[string]bool{}
					for _, p := range o.Parameters {
						names[p.Name] = p.In == "query"
					}
					values, err := url.ParseQuery(query)
					if err != nil {
						t.Fatal(err)
					}
					for name := range values {
						if !names[name] {
							t.Errorf("the parameter %s is not in the document", name)
						}
					}
					headers := map[string]string{}
					if len(o.Security) > 0 {
						headers["Authorization"] = "Bearer " + secret
					}
					var answer any
					v.in(t).do(strings.ToUpper(method), address, nil, headers).want(http.StatusOK).json(&answer)
					doc.check(t, address, o.Responses["200"].Content["application/json"].Schema, answer)
				}
				refused, kind := v.in(t).do(strings.ToUpper(method), strings.ReplaceAll(path, "{id}", "2401.00001")+"?limit=x&date=x&order=x", nil, nil), "application/problem+json"
				if !strings.HasPrefix(path, "/api/v1/") {
					kind = "application/json"
				}
				if refused.StatusCode >= 400 {
					var problem any
					refused.json(&problem)
					doc.check(t, path, o.Responses["default"].Content[kind].Schema, problem)
				} else if o.OperationID != "listCategories" && o.OperationID != "search" {
					t.Errorf("status %d", refused.StatusCode)
				}
			})
		}
	}
}

// TestAPIRoutesAreDocumented holds the document against the routes, both ways.
func TestAPIRoutesAreDocumented(t *testing.T) {
	doc := newSite(t).program().openAPI()
	equal(t, "version", doc.OpenAPI[:4], "3.1.")
	equal(t, "server", doc.Servers[0].URL, siteURL)
	e := web.Routes()
	documented, ids := map[string]bool{}, map[string]bool{}
	for path, operations := range doc.Paths {
		for method, o := range operations {
			c := e.NewContext(nil, nil)
			e.Router().Find(strings.ToUpper(method), strings.ReplaceAll(path, "{id}", "2605.00001"), c)
			if strings.HasSuffix(c.Path(), "/api/*") || !strings.HasPrefix(c.Path(), "/api/") {
				t.Errorf("there is no %s %s", method, path)
			}
			documented[strings.ToUpper(method)+" "+c.Path()] = true
			if ids[o.OperationID] || o.Summary == "" {
				t.Errorf("%s %s: %q", method, path, o.OperationID)
			}
			ids[o.OperationID] = true
			inPath := slices.ContainsFunc(o.Parameters, func(p struct {
				Name, In string
				Required bool
				Schema   map[string]any
			}) bool {
				return p.Name == "id" && p.In == "path" && p.Required
			})
			equal(t, path+": id among the parameters", inPath, strings.Contains(path, "{id}"))
		}
	}
	for _, r := range e.Routes() {
		if strings.HasPrefix(r.Path, "/api/") && r.Path != "/api/openapi.json" && r.Method != http.MethodHead && r.Method != echo.RouteNotFound && !documented[r.Method+" "+r.Path] {
			t.Errorf("%s %s is not in the document", r.Method, r.Path)
		}
	}
}

// TestAPIPage holds the page about the API against the document.
func TestAPIPage(t *testing.T) {
	v := newSite(t).visitor()
	p := v.get("/api").want(http.StatusOK)
	doc := v.openAPI()
	for path, operations := range doc.Paths {
		for method, o := range operations {
			equal(t, o.OperationID, p.text("#op-"+o.OperationID), strings.ToUpper(method)+" "+path)
			for _, parameter := range o.Parameters {
				if !strings.Contains(p.text("section[aria-labelledby=op-"+o.OperationID+"] dl"), parameter.Name) {
					t.Errorf("%s: no %s", o.OperationID, parameter.Name)
				}
			}
		}
	}
	for name, s := range doc.Components.Schemas {
		fields, _ := json.Marshal(s["properties"])
		for field := range s["properties"].(map[string]any) {
			if !strings.Contains(p.text("section[aria-labelledby=type-"+name+"]"), field) {
				t.Errorf("%s: no %s of %s", name, field, fields)
			}
		}
	}
	for _, link := range p.attrs(`main a[href^="#"]`, "href") {
		if p.find(link).Length() != 1 {
			t.Errorf("%s leads nowhere", link)
		}
	}
	equal(t, "link in the footer", v.get("/").find(`.foot a[href="/api"]`).Length(), 1)
}
