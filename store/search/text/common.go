package text

import "sync"

// Common says whether a term is one of English's function words, which a query can lose without losing its meaning.
func Common(term string) bool { return common()[term] }

var common = sync.OnceValue(func() map[string]bool {
	words := make(map[string]bool)
	for _, term := range Terms(functionWords) {
		words[term] = true
	}
	return words
})

const functionWords = `a about above across after again against all almost along also although always am among an and another
	any are around as at be became because become been before being below between both but by can cannot could did do does doing
	done down due during each e.g. either else et etc even ever every for from further had has have having he hence her here
	hers him his how however i i.e. if in indeed into is it its itself just may me might more moreover most much must my
	namely near neither no nor not of off often on once only onto or other others otherwise our ours out over own per perhaps
	quite rather same several shall she should since so some still such than that the their theirs them then there thereby
	therefore these they this those though through throughout thus to together too toward under until up upon us very via was
	we well were what when where whereas whether which while who whom whose why will with within without would yet you your`
