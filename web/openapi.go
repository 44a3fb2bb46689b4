package web

import (
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"
)

// The types of an OpenAPI 3.1 document, as far as this one goes: https://spec.openapis.org/oas/v3.1.1.html.
type (
	openAPIDocument struct {
		OpenAPI    string                                 `json:"openapi"`
		Info       openAPIInfo                            `json:"info"`
		Servers    []openAPIServer                        `json:"servers"`
		Tags       []openAPITag                           `json:"tags"`
		Paths      map[string]map[string]openAPIOperation `json:"paths"`
		Components openAPIComponents                      `json:"components"`
	}
	openAPIInfo struct {
		Title       string `json:"title"`
		Description string `json:"description"`
		Version     string `json:"version"`
	}
	openAPIServer struct {
		URL string `json:"url"`
	}
	openAPITag struct {
		Name string `json:"name"`
	}
	openAPIOperation struct {
		ID         string                     `json:"operationId"`
		Summary    string                     `json:"summary"`
		Tags       []string                   `json:"tags"`
		Parameters []openAPIParameter         `json:"parameters,omitempty"`
		Responses  map[string]openAPIResponse `json:"responses"`
		Security   []map[string][]string      `json:"security,omitempty"`
	}
	openAPIParameter struct {
		Name        string `json:"name"`
		In          string `json:"in"`
		Description string `json:"description,omitempty"`
		Required    bool   `json:"required,omitempty"`
		Example     string `json:"example,omitempty"`
		Schema      schema `json:"schema"`
	}
	openAPIResponse struct {
		Description string                  `json:"description"`
		Content     map[string]openAPIMedia `json:"content,omitempty"`
	}
	openAPIMedia struct {
		Schema schema `json:"schema"`
	}
	openAPIComponents struct {
		Schemas  schemas                   `json:"schemas"`
		Security map[string]map[string]any `json:"securitySchemes"`
	}
)

const apiAbout = "The catalogue for programs: papers, listings, search, tags, categories, authors and one’s own votes. Whoever reads what is public needs no token."

// newOpenAPI is the document of the API at a site.
func newOpenAPI(site, version string) openAPIDocument {
	all := schemas{}
	doc := openAPIDocument{
		OpenAPI: "3.1.1", Info: openAPIInfo{"Recto", apiAbout, version}, Servers: []openAPIServer{{site}}, Tags: []openAPITag{{ownGroup}, {hfGroup}},
		Paths: map[string]map[string]openAPIOperation{},
		Components: openAPIComponents{all, map[string]map[string]any{"token": {
			"type": "http", "scheme": "bearer", "description": "A token of a reader, made in the settings. Scopes: " + scopeNames() + ".",
		}}},
	}
	ownProblem, theirs := all.of(reflect.TypeFor[apiProblem]()), all.of(reflect.TypeFor[hfProblem]())
	for _, o := range operations() {
		problem := map[string]openAPIMedia{"application/problem+json": {ownProblem}}
		if o.Group == hfGroup {
			problem = map[string]openAPIMedia{"application/json": {theirs}}
		}
		op := openAPIOperation{ID: o.ID, Summary: o.Summary, Tags: []string{o.Group}, Responses: map[string]openAPIResponse{
			"200":     {"What was asked for.", map[string]openAPIMedia{"application/json": {all.of(reflect.TypeOf(o.Answer))}}},
			"default": {"It can’t be had: the status and the detail say why.", problem},
		}}
		if o.Scope != "" {
			op.Security = []map[string][]string{{"token": {string(o.Scope)}}}
		} else {
			op.Responses["304"] = openAPIResponse{Description: "What If-None-Match names is still so."}
		}
		for _, p := range o.Params {
			op.Parameters = append(op.Parameters, p.openAPI())
		}
		if doc.Paths[o.Path] == nil {
			doc.Paths[o.Path] = map[string]openAPIOperation{}
		}
		doc.Paths[o.Path][strings.ToLower(o.Method)] = op
	}
	return doc
}

func scopeNames() string {
	var names []string
	for _, scope := range programScopes() {
		names = append(names, string(scope))
	}
	return strings.Join(names, ", ")
}

func (p parameter) openAPI() openAPIParameter {
	o := openAPIParameter{Name: p.Name, In: "query", Description: p.About, Example: p.Example, Schema: schema{Type: "string", Enum: p.Enum, MaxLength: p.Longest}}
	if p.InPath {
		o.In, o.Required = "path", true
	}
	if p.Integer {
		o.Schema = schema{Type: "integer", Minimum: &p.Min, Maximum: &p.Max, Default: p.Default}
	}
	return o
}

// says is what a parameter takes, in words.
func (p parameter) says() string {
	var parts []string
	if p.About != "" {
		parts = append(parts, p.About)
	}
	switch {
	case p.Integer && p.Default != 0:
		parts = append(parts, fmt.Sprintf("A number from %d to %s; %d when it is left out.", p.Min, thousands(p.Max), p.Default))
	case p.Integer && p.Max > 1:
		parts = append(parts, fmt.Sprintf("A number from %d to %s.", p.Min, thousands(p.Max)))
	case len(p.Enum) > 0:
		parts = append(parts, "One of "+strings.Join(p.Enum, ", ")+".")
	case p.Example != "":
		parts = append(parts, "Such as "+p.Example+".")
	}
	return strings.Join(parts, " ")
}

func (s *server) openAPI(c echo.Context) error { return answer(c, newOpenAPI(s.URL, s.Version)) }

// apiView is the page about the API.
type apiView struct {
	Site   string
	Groups []apiGroup
	Types  []apiType
	Limits string
}

type apiGroup struct {
	Name, About string
	Operations  []operation
}

type apiType struct {
	Name   string
	Fields []apiField
}

type apiField struct {
	Name, Type, TypeLink, About string
	Optional                    bool
}

// apiDocument is the document as a page.
func (s *server) apiDocument(c echo.Context) error {
	v := apiView{Site: s.URL, Limits: fmt.Sprintf("%d requests in five minutes from one address, %s with a token", addressHas, thousands(tokenHas)),
		Groups: []apiGroup{{Name: ownGroup}, {Name: hfGroup,
			About: "Clients of Hugging Face’s papers find the same here, in the same form, once their endpoint is " + s.URL + ". What Recto knows beyond it is under “recto”."}}}
	for _, o := range operations() {
		i := slices.IndexFunc(v.Groups, func(g apiGroup) bool { return g.Name == o.Group })
		v.Groups[i].Operations = append(v.Groups[i].Operations, o)
	}
	v.Types = apiTypes(newOpenAPI(s.URL, s.Version).Components.Schemas)
	view, err := s.frame(c, "API")
	if err != nil {
		return err
	}
	view.Section, view.Description = aboutPath, "How programs read this catalogue, and vote in it."
	return s.render(c, http.StatusOK, apiPage(view, v))
}

// apiTypes are the document's schemas as the page shows them.
func apiTypes(all schemas) []apiType {
	var types []apiType
	for name, s := range all {
		t := apiType{Name: name, Fields: make([]apiField, len(s.Properties))}
		for field, p := range s.Properties {
			f := apiField{Name: field, About: p.Description, Optional: !slices.Contains(s.Required, field)}
			f.Type, f.TypeLink = p.schema.says()
			t.Fields[p.at] = f
		}
		types = append(types, t)
	}
	slices.SortFunc(types, func(a, b apiType) int { return strings.Compare(a.Name, b.Name) })
	return types
}

// says is a schema in words, and the name of the type that these speak of.
func (s schema) says() (text, name string) {
	if name, ok := strings.CutPrefix(s.Ref, schemaPrefix); ok {
		return name, name
	}
	switch {
	case s.Items != nil:
		text, name := s.Items.says()
		return "list of " + text, name
	case len(s.Enum) > 0:
		return strings.Join(s.Enum, ", "), ""
	case s.Format != "":
		return s.Format, ""
	}
	return s.Type, ""
}

// answerType is what an operation answers with, in words, and the name of its type.
func (o operation) answerType() (text, name string) {
	return schemas{}.of(reflect.TypeOf(o.Answer)).says()
}
