package web

import (
	"reflect"
	"strings"
)

// schema is what of JSON Schema (2020-12, as OpenAPI 3.1 has it) describes the API's answers.
type schema struct {
	Ref         string     `json:"$ref,omitempty"`
	Type        string     `json:"type,omitempty"`
	Format      string     `json:"format,omitempty"`
	Description string     `json:"description,omitempty"`
	Enum        []string   `json:"enum,omitempty"`
	Minimum     *int       `json:"minimum,omitempty"`
	Maximum     *int       `json:"maximum,omitempty"`
	Default     any        `json:"default,omitempty"`
	MaxLength   int        `json:"maxLength,omitempty"`
	Items       *schema    `json:"items,omitempty"`
	Properties  properties `json:"properties,omitempty"`
	Required    []string   `json:"required,omitempty"`
}

// properties keep the order of their struct's fields on the page; JSON sorts them by name.
type properties map[string]*property

type property struct {
	schema
	at int
}

const schemaPrefix = "#/components/schemas/"

// schemas collects the schemas of Go types by their names: what is written is what is described.
type schemas map[string]*schema

// of is a reference to the schema of a type, or the schema itself of one without a name.
func (all schemas) of(t reflect.Type) schema {
	switch t.Kind() {
	case reflect.Pointer:
		return all.of(t.Elem())
	case reflect.Slice:
		items := all.of(t.Elem())
		return schema{Type: "array", Items: &items}
	case reflect.Struct:
		name := schemaName(t)
		if _, known := all[name]; !known {
			s := &schema{Type: "object", Properties: properties{}}
			all[name] = s // before its fields, which may refer to it
			all.fields(s, t)
		}
		return schema{Ref: schemaPrefix + name}
	case reflect.Bool:
		return schema{Type: "boolean"}
	case reflect.Int:
		return schema{Type: "integer"}
	}
	return schema{Type: "string"}
}

// fields adds a struct's fields, and those of the structs inside it that have no name of their own.
func (all schemas) fields(s *schema, t reflect.Type) {
	for i := range t.NumField() {
		f := t.Field(i)
		name, option, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous && name == "" {
			all.fields(s, f.Type)
			continue
		}
		p := &property{all.of(f.Type), len(s.Properties)}
		p.Description, p.Format = f.Tag.Get("doc"), f.Tag.Get("format")
		if enum := f.Tag.Get("enum"); enum != "" {
			p.Enum = strings.Split(enum, ",")
		}
		s.Properties[name] = p
		if option != "omitempty" {
			s.Required = append(s.Required, name)
		}
	}
}

// schemaName is a type's name in the document: apiPaperView is Paper, hfItem HFItem.
func schemaName(t reflect.Type) string {
	name := strings.TrimSuffix(t.Name(), "View")
	if rest, ok := strings.CutPrefix(name, "hf"); ok {
		return "HF" + rest
	}
	return strings.TrimPrefix(name, "api")
}
