package tagger

import "math"

// The bounds of what is a term, chosen on three catalogues (see doc.go).
// Shares are of the papers that hold the phrase.
const (
	leastLeft    = 0.3  // a phrase starts with it
	leastRight   = 0.3  // a phrase ends with it
	mostExtended = 0.6  // hold one and the same longer phrase: it is a fragment
	singleLeft   = 0.45 // the same of a single word
	singleRight  = 0.5
	singleHead   = 0.2 // it ends a longer phrase, as a noun does

	nounRight     = 0.5 // below it a hyphenated compound is an adjective
	steadyRight   = 0.6
	floorPhrase   = 0.45 // lifts below the floor are no term's
	floorUnsteady = 1.2
	floorAdjunct  = 2.5
	floorSingle   = 1.5
	passingLift   = 2

	common = 0.12 // of all papers: such a tag wants more than one mention
	prior  = 3    // papers of average lift that each phrase is credited with
)

// least is how many papers must hold a phrase before it is a tag: 3, and one
// more each time that the catalogue doubles from some thousand papers on.
func (m *Model) least() uint32 {
	if m.papers < young {
		return 2
	}
	return 3 + uint32(math.Log2(float64(m.papers)/1000+1))
}

// term is how much a concept is a term of the catalogue's; 0 or less is not.
// Its counts are not hopeless. It also fills in the candidate's lift and whether it is named in passing.
func (m *Model) term(c *candidate) float64 {
	e, least := &c.all, m.least()
	n := float64(e.papers)
	left, right := float64(e.left)/n, float64(e.right)/n
	head, extended := float64(e.head)/n, float64(e.extended)/n
	base := float64(m.titled) / float64(m.grams)
	c.lift = (float64(e.title) + prior*base) / (n + prior) / base
	share := n / float64(m.papers)
	last := c.short[len(c.short)-1]

	weight, floor := 1.0, floorPhrase
	switch single := len(c.short) == 1 && len(c.long) <= 1; {
	case single:
		if left < singleLeft || right < singleRight || e.strong < 2*least || e.title < least {
			return 0
		}
		if c.long == nil && (head < singleHead || adjective(last)) {
			return 0
		}
		weight, floor = 0.6, floorSingle
		c.passing = !c.title && (c.times < 2 || share > common && c.times < 4)
		if c.passing && c.lift < passingLift {
			return 0
		}
	case adjective(last):
		return 0
	default:
		c.passing = share > common && !c.title && c.times < 2
		if right < nounRight && c.compound() { // "long-horizon"
			floor = floorAdjunct
		} else if right < steadyRight || vague[last] {
			floor = floorUnsteady
		}
	}
	return weight * math.Log2(c.lift/floor) * (1 - extended) * math.Sqrt(left*right)
}

// hopeless tells of counts that make no term, whatever the paper.
func (e *phrase) hopeless(least uint32) bool {
	return e.papers < least || e.title == 0 || 3*e.strong < 2*least || e.fragment()
}

// fragment tells whether a phrase is seldom whole: it is part of others.
func (e *phrase) fragment() bool {
	n := float64(e.papers)
	return float64(e.left) < leastLeft*n || float64(e.right) < leastRight*n ||
		float64(e.extended) > mostExtended*n && e.papers > 2
}

// about is how much the paper is about a concept: TF-IDF with both parts
// dampened, and a title's mention worth three of the abstract's.
func (m *Model) about(c *candidate) float64 {
	tf := math.Log2(1 + float64(min(c.times, 8)))
	if c.title {
		tf += 2
	}
	return tf * math.Sqrt(math.Log2(1+float64(m.papers)/float64(c.all.papers)))
}

// compound tells whether a phrase is mostly written with hyphens throughout.
func (e *phrase) compound(words int) bool {
	for i := range words - 1 {
		if 2*e.hyphens[i] <= e.papers {
			return false
		}
	}
	return words > 1
}

// compound tells the same of a concept, by the spelling without acronyms.
func (c *concept) compound() bool {
	if c.long != nil {
		return len(c.long) <= maxWords && c.full.compound(len(c.long))
	}
	return c.brief.compound(len(c.short))
}

// specific tells whether a gram has a word that says something: by itself, or
// in company when it has company.
func (r *reader) specific(g *gram) bool {
	for k := range int(g.words) {
		if c := r.token(g, k).class; c == plain || c == bound && g.words > 1 {
			return true
		}
	}
	return false
}

// vague heads make a longer name of the same topic, unless titles say it.
var vague = set(`task framework benchmark method approach system performance quality setting dataset scenario
	application problem study analysis challenge behavior property environment pipeline process training`)

// nouns end like adjectives.
var nouns = set(`retrieval signal survival removal crystal proposal journal portal fractal metal mineral animal
	hospital dispersal reversal renewal arrival approval denial appraisal arsenal perspective archive narrative
	derivative logic music arithmetic traffic fabric magic plastic ceramic epidemic pandemic rhetoric graphic
	heuristic variable observable library dictionary vocabulary boundary binary glossary salary speed seed feed
	breed potential integral material polynomial differential manifold functional interval lexical numeral
	capital arsenal festival tutorial trial credential initial electronic topic metric critic clinic mosaic
	superconductive incentive objective locomotive initiative alternative collective primitive adjective
	automotive archive detective fabric cubic quartic harmonic tropic music republic optic`)

// adjective tells by its ending a word that is no noun alone.
func adjective(w string) bool {
	return len(w) > 4 && !nouns[w] && hasAnySuffix(w, "al", "ive", "ic", "ous", "able", "ible", "ful", "less", "ed", "ary", "ier", "iest", "wise")
}
