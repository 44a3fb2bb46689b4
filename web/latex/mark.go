package latex

import (
	"context"
	"strings"
	"unicode/utf8"
)

// Mark is the part text[Start:End] of a text that is to be marked.
type Mark struct{ Start, End int }

// Marked is HTML with the marks, which are in order and apart, as <mark>
// elements. What is read as one piece, such as a formula or a bare URL, is
// marked whole when it begins within a mark, and not otherwise; a mark that
// reaches across the end of a group becomes several.
func (r *Renderer) Marked(ctx context.Context, text string, marks []Mark) string {
	if len(marks) == 0 || !isClean(text) { // cleaning would move what is to be marked
		return r.HTML(ctx, text)
	}
	ctx, cancel := r.patience(ctx)
	defer cancel()
	return r.write(ctx, text, scan(text, false, marks))
}

func isClean(text string) bool { return utf8.ValidString(text) && !strings.ContainsFunc(text, isStray) }

// mark turns marking on and off at the current position, and finds where that
// is to be done next.
func (s *scanner) mark() {
	for len(s.marks) > 0 && s.marks[0].End <= s.pos {
		s.marks = s.marks[1:]
	}
	marked, edge := false, len(s.in)
	if len(s.marks) > 0 {
		if marked = s.marks[0].Start <= s.pos; marked {
			edge = s.marks[0].End
		} else {
			edge = s.marks[0].Start
		}
	}
	if marked != s.marked {
		s.flush()
	}
	s.marked, s.edge = marked, min(edge, len(s.in))
}
