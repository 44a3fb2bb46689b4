package latex

import "strings"

const nbsp = "\u00a0"

// space takes a run of white space and makes it one space, or a line break
// where a paragraph ends.
func (s *scanner) space() {
	start := s.pos
	for s.pos < len(s.in) && isSpace(s.in[s.pos]) {
		s.pos++
	}
	run := s.in[start:s.pos]
	newlines := strings.Count(run, "\n")
	if newlines > 1 || newlines == 1 && start > 0 && s.startsParagraph(run, s.in[start-1]) {
		s.lineBreak()
		return
	}
	s.writeSpace()
}

// startsParagraph knows arXiv's way of writing paragraphs: an indented line.
// Long titles go on in such lines too, so a sentence must have ended before,
// or an item of a list must begin.
func (s *scanner) startsParagraph(run string, before byte) bool {
	if !strings.HasSuffix(run, "\n  ") {
		return false
	}
	switch before {
	case '.', ';', '!', '?', ')':
		return true
	case ':', ',':
		return strings.IndexByte("(-*[", s.peek(0)) >= 0 || isDigit(s.peek(0))
	}
	return false
}

// tilde is TeX's no-break space, or means "about", as in ~50%.
func (s *scanner) tilde() {
	prev, next := s.prev(), s.peek(1)
	s.pos++
	switch {
	case prev <= ' ' || strings.IndexByte("<>=([+/~", prev) >= 0,
		next == '<' || next == '>' || next == '/',
		isDigit(prev) && isDigit(next),
		isDigit(next) && s.afterVariable():
		s.write("~")
	case s.spaced:
	default:
		s.write(nbsp)
		s.spaced = true
	}
}

// afterVariable says whether the tilde just read follows a single small
// letter: z~5 is a value, Section~5 and Fig.~5 aren't.
func (s *scanner) afterVariable() bool {
	i := s.pos - 2
	if i < 0 || !isLetter(s.in[i]) || s.in[i] < 'a' {
		return false
	}
	return i == 0 || !isWordByte(s.in[i-1]) && s.in[i-1] != '.'
}

// backtick is an opening quote, or itself as in `code`.
func (s *scanner) backtick() {
	if s.peek(1) == '`' {
		s.pos += 2
		s.write("“")
		return
	}
	s.pos++
	if isWordByte(s.before(2)) || !s.quoteCloses() {
		s.write("`")
		return
	}
	s.write("‘")
	s.single = true
}

// before is the byte n before the current position, a space beyond the start.
func (s *scanner) before(n int) byte {
	if s.pos < n {
		return ' '
	}
	return s.in[s.pos-n]
}

// quoteCloses looks a little ahead for the apostrophe that ends a quotation
// begun with a backtick, before another backtick.
func (s *scanner) quoteCloses() bool {
	rest := s.in[s.pos:min(len(s.in), s.pos+200)]
	for i := range len(rest) {
		switch rest[i] {
		case '`':
			return false
		case '\'':
			if i+1 == len(rest) || !isWordByte(rest[i+1]) {
				return i > 0
			}
		}
	}
	return false
}

func (s *scanner) apostrophe() {
	if s.peek(1) == '\'' {
		opens := strings.IndexByte(" \n(", s.prev()) >= 0 && isWordByte(s.peek(2))
		s.pos += 2
		if opens {
			s.write("“")
		} else {
			s.write("”")
		}
		return
	}
	if s.single && !isWordByte(s.peek(1)) {
		s.single = false
		s.write("’")
	} else {
		s.write("'")
	}
	s.pos++
}

// dashes makes -- and --- what TeX makes of them. Arrows, rules and options
// such as --verbose stay.
func (s *scanner) dashes() {
	start := s.pos
	prev := s.prev()
	for s.peek(0) == '-' {
		s.pos++
	}
	run, next := s.in[start:s.pos], s.peek(0)
	option := (prev <= ' ' || prev == '(') && isLetter(next)
	switch {
	case next == '>' || prev == '<' || option:
		s.write(run)
	case len(run) == 2:
		s.write("–")
	case len(run) == 3:
		s.write("—")
	default:
		s.write(run)
	}
}
