package latex

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func TestCleanMathML(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"known attributes", `<math><mo stretchy="false" form="prefix" lspace="0em">(</mo></math>`, ""},
		{"text is escaped", `<math><mi>&lt;b&gt;</mi></math>`, ""},
		{"empty elements", `<math><mrow></mrow><mspace width="1em"></mspace><mi></mi></math>`, `<math><mrow/><mspace width="1em"/><mi></mi></math>`},
		{"handlers go", `<math onclick="x"><mi href="javascript:x" id="a" data-x="1">x</mi></math>`, `<math><mi>x</mi></math>`},
		{"colours go", `<math><mi mathcolor="red" style="color:red;background:url(x)">x</mi></math>`, `<math><mi>x</mi></math>`},
		{"unknown classes go", `<math><mi class="mathcal admin">x</mi></math>`, `<math><mi class="mathcal">x</mi></math>`},
		{"huge lengths go", `<math><mspace width="99em" height="-11em"></mspace></math>`, `<math><mspace/></math>`},
		{"styles become classes", `<math><mrow style="margin-left:-0.1667em;"></mrow><mi style="font-weight:bold;">x</mi></math>`,
			`<math><mrow class="tml-back-0"/><mi class="tml-bold">x</mi></math>`},
		{"cells", `<math><mtable><mtr><mtd style="padding-left:0em;padding-right:5.9776pt;border-right:0.06em solid;"></mtd></mtr></mtable></math>`,
			`<math><mtable><mtr><mtd class="tml-l0 tml-r2 tml-border-right"></mtd></mtr></mtable></math>`},
		{"wide accents", `<math><mover><mi>x</mi><mo stretchy="true" class="tml-hat-2">ˆ</mo></mover></math>`,
			`<math><mover><mi>x</mi><mo stretchy="true">&#x302;</mo></mover></math>`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			want := tt.want
			if want == "" {
				want = tt.in
			}
			if got, err := cleanMathML(tt.in); err != nil || got != want {
				t.Errorf("got %s, %v\nwant %s", got, err, want)
			}
		})
	}
}

func TestCleanMathMLRefuses(t *testing.T) {
	for _, in := range []string{
		"", "text", "<span>x</span>", "<math><script>x</script></math>", "<math><mtext><a href='x'>y</a></mtext></math>",
		"<math><annotation-xml>x</annotation-xml></math>", "<math><mi>x</math>", "<math><math></math></math>",
		"<math><!-- x --></math>", "<mi>x</mi>", "<math><mi x=1></mi></math>",
		"<math>" + strings.Repeat("<mrow>", 300) + strings.Repeat("</mrow>", 300) + "</math>",
	} {
		if got, err := cleanMathML(in); err == nil {
			t.Errorf("%s became %s", in, got)
		}
	}
}

// The classes that HTML may carry and those that the stylesheet has must be
// the same ones.
func TestStylesheetKnowsTheClasses(t *testing.T) {
	raw, err := os.ReadFile("../../static/math.css")
	if err != nil {
		t.Fatal(err)
	}
	css := regexp.MustCompile(`(?s)/\*.*?\*/`).ReplaceAllString(string(raw), "")
	inCSS := map[string]bool{}
	for _, m := range regexp.MustCompile(`\.([a-z][a-z0-9-]*)`).FindAllStringSubmatch(css, -1) {
		inCSS[m[1]] = true
	}
	ours := set("tex small-caps tml-long tml-depth-0 tml-depth-2 tml-bold tml-italic tml-back-0 tml-back-1 tml-back-2 " +
		"tml-back-3 tml-l0 tml-l1 tml-l2 tml-l3 tml-r0 tml-r1 tml-r2 tml-r3 tml-border-top tml-border-bottom " +
		"tml-border-left tml-border-right")
	for c := range inCSS {
		if !ours[c] && !mathClasses[c] {
			t.Errorf("math.css has .%s, which nothing uses", c)
		}
	}
	for c := range ours {
		if !inCSS[c] {
			t.Errorf("math.css lacks .%s", c)
		}
	}
	for c := range mathClasses {
		if !inCSS[c] {
			t.Errorf("math.css lacks .%s", c)
		}
	}
}
