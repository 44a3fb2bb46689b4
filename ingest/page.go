package ingest

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"regexp"
	"strconv"
	"strings"
	"time"

	"recto/store"
)

const pageExpected = `the text of a papers page: a line with the date, such as "Mar 11", then titles and abstracts, all with empty lines between`

// PageOptions say how to read the text of a papers page.
type PageOptions struct {
	Files Files
	Year  int // of dates that have none; the last year in which the day is not in the future when 0
	Now   func() time.Time
}

// Page reads the text of a papers page as a browser copies it: whatever stands before the first date is the site's own
// words; below a date, titles and abstracts take turns. Papers get local ids, made of their titles.
func Page(o PageOptions) (Source, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Year != 0 && (o.Year < 1000 || o.Year > 9999) {
		return Source{}, fmt.Errorf("page: %d is not a year", o.Year)
	}
	return o.Files.source("page", func(r io.Reader) iter.Seq2[Record, error] {
		return parsePage(r, o.Year, store.DayOf(o.Now()))
	}), nil
}

// longestTitle is past what is taken for a title, in bytes: such a block must be an abstract whose title is missing.
const longestTitle = 500

func parsePage(r io.Reader, year int, today store.Day) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		b := &blocks{r: bufio.NewReaderSize(r, bufferSize)}
		var day store.Day
		var title block
		lonely := func(b block, reason string) bool {
			return yield(Record{Place: b.place(), Reason: reason, Raw: []byte(b.text)}, nil)
		}
		for {
			next, err := b.next()
			if err != nil && err != io.EOF {
				yield(Record{}, err)
				return
			}
			if err == io.EOF {
				break
			}
			heading, isHeading := headingDay(next.text, year, today)
			switch {
			case isHeading && title.text == "":
				day = heading
			case isHeading:
				if !lonely(title, noAbstract) {
					return
				}
				day, title = heading, block{}
			case day == "": // the site's own words
			case title.text == "" && len(next.text) > longestTitle:
				if !lonely(next, "there is no title before this abstract") {
					return
				}
			case title.text == "":
				title = next
			default:
				if !yield(pagePaper(title, next, day), nil) {
					return
				}
				title = block{}
			}
		}
		switch {
		case day == "":
			err := notText(b.head, pageExpected)
			if len(b.head) > 0 && b.head[0] != '<' {
				err = &documentError{was: "text without a date as its heading", expected: pageExpected}
			}
			yield(Record{}, err)
		case title.text != "":
			lonely(title, noAbstract)
		}
	}
}

const noAbstract = "there is no abstract below this title"

func pagePaper(title, abstract block, day store.Day) Record {
	return Record{Place: title.place(), Raw: []byte(title.text + "\n\n" + abstract.text), Paper: store.Paper{
		ID: store.LocalPaperID(title.text), Title: title.text, Abstract: abstract.text, FeaturedOn: day, FeaturedBy: "page",
	}}
}

// block is a run of lines without an empty one, joined by blanks.
type block struct {
	text string
	line int
}

func (b block) place() string { return fmt.Sprintf("line %d", b.line) }

const maxBlock = 1 << 20 // bytes

type blocks struct {
	r    *bufio.Reader
	line int
	head []byte // the document's first bytes
}

// next reads a block; io.EOF when there is none left.
func (b *blocks) next() (block, error) {
	if b.line == 0 {
		if bom, _ := b.r.Peek(3); bytes.Equal(bom, []byte("\uFEFF")) {
			_, _ = b.r.Discard(3)
		}
		head, _ := b.r.Peek(512)
		b.head = bytes.TrimSpace(bytes.Clone(head))
	}
	var found block
	for {
		line, err := b.r.ReadSlice('\n')
		more := errors.Is(err, bufio.ErrBufferFull)
		if err != nil && err != io.EOF && !more {
			return block{}, err
		}
		if b.line++; more {
			b.line--
		}
		text := strings.Join(strings.Fields(string(line)), " ")
		if len(found.text)+len(text) > maxBlock {
			return block{}, &documentError{was: fmt.Sprintf("text with a block of more than %d MB", maxBlock>>20), expected: pageExpected}
		}
		switch {
		case text != "" && found.text == "":
			found = block{text: text, line: b.line}
		case text != "":
			found.text += " " + text
		case found.text != "" && !more:
			return found, nil
		}
		if err == io.EOF {
			if found.text == "" {
				return block{}, io.EOF
			}
			return found, nil
		}
	}
}

var (
	weekday     = regexp.MustCompile(`(?i)^(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?,?\s+`)
	monthFirst  = regexp.MustCompile(`^([A-Za-z]{3,9})\.? (\d{1,2})(?:,? (\d{4}))?$`)
	monthSecond = regexp.MustCompile(`^(\d{1,2})\.? ([A-Za-z]{3,9})\.?(?:,? (\d{4}))?$`)
)

// headingDay reads a heading such as "Mar 11", "March 11, 2026", "Wednesday, 11 March" or "2026-03-11".
func headingDay(text string, year int, today store.Day) (store.Day, bool) {
	if len(text) > 40 {
		return "", false
	}
	text = weekday.ReplaceAllString(text, "")
	if day, err := store.ParseDay(text); err == nil {
		return day, true
	}
	var month, dayOfMonth, own string
	if m := monthFirst.FindStringSubmatch(text); m != nil {
		month, dayOfMonth, own = m[1], m[2], m[3]
	} else if m := monthSecond.FindStringSubmatch(text); m != nil {
		dayOfMonth, month, own = m[1], m[2], m[3]
	} else {
		return "", false
	}
	at, err := time.Parse("Jan", strings.ToUpper(month[:1])+strings.ToLower(month[1:3]))
	if err != nil || !strings.HasPrefix(strings.ToLower(at.Month().String()), strings.ToLower(month)) && !strings.EqualFold(month, "Sept") {
		return "", false
	}
	date := func(year int) store.Day {
		n, _ := strconv.Atoi(dayOfMonth)
		day, _ := store.ParseDay(fmt.Sprintf("%04d-%02d-%02d", year, at.Month(), n))
		return day
	}
	if own != "" {
		year, _ = strconv.Atoi(own)
	}
	if year != 0 {
		return date(year), date(year) != ""
	}
	for y := today.Time().Year(); y > today.Time().Year()-8; y-- { // eight years hold a 29 February
		if day := date(y); day != "" && day <= today {
			return day, true
		}
	}
	return "", false
}
