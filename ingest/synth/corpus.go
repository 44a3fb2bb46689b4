package synth

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// corpus is the words of real texts one behind the other, and from each word the way to others like it.
type corpus struct {
	text  []byte   // all tokens, each with a space behind it
	from  []uint32 // where a token begins in text; one more than there are tokens
	flags []uint8
	near  []int32 // for each token another one with the same words up to it, rather in the same category; itself if none
	far   []int32 // the same in any category
	docs  []int32 // the first token of each document; one more than there are documents
	heads []int32 // the first tokens of sentences
	doc   []int32 // where a document's sentences begin in heads; one more than there are documents
}

const (
	rareToken   uint8 = 1 << iota // stands for any rare word
	sentenceEnd                   // the last token of a sentence
	textEnd                       // the last token of a document
)

// corpusBuilder gathers texts.
type corpusBuilder struct {
	corpus
	ids    map[string]uint32
	tokens []uint32
	topics []uint16 // of each document
}

func newCorpusBuilder() *corpusBuilder { return &corpusBuilder{ids: make(map[string]uint32)} }

func (b *corpusBuilder) add(text string, topic uint16) {
	b.docs = append(b.docs, int32(len(b.tokens)))
	b.doc = append(b.doc, int32(len(b.heads)))
	b.topics = append(b.topics, topic)
	tokens := tokenize(text)
	begins := true
	for i, token := range tokens {
		id, known := b.ids[token]
		if !known {
			id = uint32(len(b.ids))
			b.ids[strings.Clone(token)] = id
		}
		if begins {
			b.heads = append(b.heads, int32(len(b.tokens)))
		}
		var flag uint8
		begins = endsSentence(token) && (i+1 == len(tokens) || startsSentence(tokens[i+1]))
		if begins {
			flag |= sentenceEnd
		}
		if i+1 == len(tokens) {
			flag |= textEnd | sentenceEnd
		}
		b.from = append(b.from, uint32(len(b.text)))
		b.text = append(append(b.text, token...), ' ')
		b.tokens, b.flags = append(b.tokens, id), append(b.flags, flag)
	}
}

// build links the words: those that follow the same order-1 words and are the same themselves.
func (b *corpusBuilder) build(order int, seed uint64, isRare func(word string) bool) corpus {
	b.docs = append(b.docs, int32(len(b.tokens)))
	b.doc = append(b.doc, int32(len(b.heads)))
	b.from = append(b.from, uint32(len(b.text)))
	type place struct {
		key   uint64
		order uint64 // the topic, then chance
		at    int32
	}
	places := make([]place, 0, len(b.tokens))
	for d := range b.topics {
		for i := b.docs[d]; i < b.docs[d+1]; i++ {
			key := uint64(b.tokens[i])
			if order > 1 {
				before := uint64(1<<32 - 1)
				if i > b.docs[d] {
					before = uint64(b.tokens[i-1])
				}
				key |= before << 32
			}
			places = append(places, place{key, uint64(b.topics[d])<<48 | hash(seed, uint64(i))>>16, i})
			if word := core(b.token(i)); word != "" && isRare(word) {
				b.flags[i] |= rareToken
			}
		}
	}
	slices.SortFunc(places, func(x, y place) int {
		return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.order, y.order))
	})
	b.near, b.far = make([]int32, len(places)), make([]int32, len(places))
	for start := 0; start < len(places); {
		end := start + 1
		for end < len(places) && places[end].key == places[start].key {
			end++
		}
		group := places[start:end]
		for i, at := 0, 0; i < len(group); i++ {
			if group[i].order>>48 != group[at].order>>48 {
				at = i
			}
			next := at // the topic's first after its last
			if i+1 < len(group) && group[i+1].order>>48 == group[i].order>>48 {
				next = i + 1
			}
			b.near[group[i].at] = group[next].at
			b.far[group[i].at] = group[scale(hash(seed+1, uint64(group[i].at)), len(group))].at
		}
		start = end
	}
	return b.corpus
}

func (c *corpus) token(i int32) string { return string(c.text[c.from[i] : c.from[i+1]-1]) }

// words is how many tokens a document has.
func (c *corpus) words(doc int) int { return int(c.docs[doc+1] - c.docs[doc]) }

// sentences is how many sentences a document has.
func (c *corpus) sentences(doc int) int { return int(c.doc[doc+1] - c.doc[doc]) }

const maxFormula = 200 // bytes; a dollar without its fellow ends a formula that never began

// tokenize splits text at spaces, but keeps a formula in dollars together: half of one would spoil a page.
func tokenize(text string) []string {
	var tokens []string
	for text = strings.TrimSpace(text); text != ""; text = strings.TrimLeftFunc(text, unicode.IsSpace) {
		word := nextSpace(text, 0)
		end := word
		for strings.Count(text[:end], "$")%2 == 1 && end < min(len(text), maxFormula) {
			end = nextSpace(text, end+1)
		}
		if strings.Count(text[:end], "$")%2 == 1 {
			end = word
		}
		tokens = append(tokens, strings.Join(strings.Fields(text[:end]), " "))
		text = text[end:]
	}
	return tokens
}

func nextSpace(text string, from int) int {
	if i := strings.IndexFunc(text[from:], unicode.IsSpace); i >= 0 {
		return from + i
	}
	return len(text)
}

func endsSentence(token string) bool {
	token = strings.TrimRight(token, `)"'”’`)
	if len(token) < 3 {
		return false
	}
	switch token[len(token)-1] {
	case '.':
		return !strings.Contains(token[:len(token)-1], ".") && token != "Fig." && token != "al." && token != "vs."
	case '!', '?':
		return true
	}
	return false
}

func startsSentence(token string) bool {
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(token, `("“‘`))
	return unicode.IsUpper(r) || unicode.IsDigit(r) || r == '$'
}

const punctuation = `.,;:!?()[]"'“”‘’`

// core is a token without the punctuation around it, or "" for what is no word, such as a formula.
func core(token string) string {
	if strings.ContainsAny(token, `$\{}^_|<>/=`) {
		return ""
	}
	return strings.Trim(token, punctuation)
}
