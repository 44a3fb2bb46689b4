package search

import (
	"context"
	"strings"
	"unicode"
	"unicode/utf8"

	"recto/store/search/query"
	"recto/store/search/text"
	"recto/store/search/words"
)

const (
	leastLetters = 4    // of a word that may be misspelt
	longLetters  = 6    // of one in which two letters may be wrong, or that may be rare instead of unknown
	farMore      = 2000 // how many times as frequent a word must be to be meant by one that some papers have
	spellings    = 5
	maxDoubtful  = 16 // words of a query that are looked at
	maxCorrected = 4
	examples     = 5 // papers in which a word's form is looked for
)

// corrected is the query with words that nothing has, or next to nothing, replaced by those that were meant.
func (x *Index) corrected(ctx context.Context, q query.Query) (query.Query, error) {
	for range maxCorrected {
		again := q
		for _, w := range doubtful(q.Root) {
			by, err := x.meant(ctx, w)
			if err != nil {
				return q, err
			}
			if by != "" {
				again = query.Parse(q.Replace(w, by))
				break // w and its like belong to the query before
			}
		}
		if again.Text == q.Text {
			break
		}
		q = again
	}
	return q, nil
}

// doubtful are the words of a query that might be misspelt.
func doubtful(root query.Node) []*query.Word {
	var all []*query.Word
	query.Walk(root, func(n query.Node) {
		if w, ok := n.(*query.Word); ok && len(w.Terms) == 1 && isPlain(w.Text) && !text.Common(w.Terms[0]) && len(all) < maxDoubtful {
			all = append(all, w)
		}
	})
	return all
}

func isPlain(s string) bool {
	return utf8.RuneCountInString(s) >= leastLetters && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsLetter(r) }) < 0
}

// meant is the word that was meant by one that is misspelt; "" when it isn't, or nothing is like it.
func (x *Index) meant(ctx context.Context, w *query.Word) (string, error) {
	term := w.Terms[0]
	papers, err := x.words.DocFreq(term)
	if err != nil {
		return "", err
	}
	long := utf8.RuneCountInString(w.Text) >= longLetters
	if papers > 0 && (!long || farMore*papers >= x.words.Stats().Documents) {
		return "", nil
	}
	best, err := x.edited(strings.ToLower(w.Text))
	if err != nil {
		return "", err
	}
	if best.Documents == 0 && long && papers == 0 {
		similar, err := x.words.Similar(term, 2, 1)
		if err != nil || len(similar) == 0 {
			return "", err
		}
		best = similar[0].TermCount
	}
	if best.Documents <= farMore*papers {
		return "", nil
	}
	return x.formOf(ctx, best.Term, w.Text)
}

// edited is the most frequent term of all words that are one letter from a word (Norvig, "How to Write a Spelling
// Corrector", 2007). Terms themselves say less: a stem may lack the letters that are wrong.
func (x *Index) edited(word string) (best words.TermCount, err error) {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	runes := []rune(word)
	seen := map[string]bool{}
	try := func(parts ...string) {
		terms := text.Terms(strings.Join(parts, ""))
		if err != nil || len(terms) != 1 || seen[terms[0]] || text.Common(terms[0]) {
			return
		}
		seen[terms[0]] = true
		var n int
		if n, err = x.words.Frequency(terms[0]); n > best.Documents {
			best = words.TermCount{Term: terms[0], Documents: n}
		}
	}
	for i := range len(runes) + 1 {
		before, after := string(runes[:i]), string(runes[i:])
		for _, l := range letters {
			try(before, string(l), after)
		}
		if i == len(runes) {
			break
		}
		after = string(runes[i+1:])
		try(before, after)
		for _, l := range letters {
			if l != runes[i] {
				try(before, string(l), after)
			}
		}
		if i+1 < len(runes) {
			try(before, string(runes[i+1]), string(runes[i]), string(runes[i+2:]))
		}
	}
	return best, err
}

// formOf is a term as papers write it, in the form that is most like a word.
func (x *Index) formOf(ctx context.Context, term, like string) (string, error) {
	found, err := x.words.Search(ctx, words.Term{Text: term}, words.Options{Limit: examples})
	if err != nil {
		return "", err
	}
	papers, err := x.db.ByNumber(ctx, wide(numbers(found.Hits)))
	if err != nil {
		return "", err
	}
	best, least := "", 0
	like = strings.ToLower(like)
	for i := range papers {
		for _, s := range []string{papers[i].Title, papers[i].Abstract, authorLine(papers[i].Authors)} {
			for _, t := range text.Tokens(nil, s) {
				if t.Term != term {
					continue
				}
				form := strings.ToLower(s[t.Start:t.End])
				if !isPlain(form) || len(text.Terms(form)) != 1 || text.Terms(form)[0] != term {
					continue
				}
				if d := differ(form, like); best == "" || d < least {
					best, least = form, d
				}
			}
		}
	}
	return best, nil
}

// differ is how much two words differ, by the letters that they begin and end with alike.
func differ(a, b string) int {
	begin := 0
	for begin < len(a) && begin < len(b) && a[begin] == b[begin] {
		begin++
	}
	end := 0
	for end < len(a)-begin && end < len(b)-begin && a[len(a)-1-end] == b[len(b)-1-end] {
		end++
	}
	return max(len(a), len(b)) - begin - end
}
