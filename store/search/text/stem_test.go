package text

import (
	"bytes"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Each line's words are one term.
const sameTerm = `
behaviour behaviours behavior behaviors
behavioural behavioral
colour color coloured colored colouring coloring
neighbour neighbor neighbours neighboring neighbouring
neighbourhood neighborhood
favourite favorite
optimise optimize optimised optimized optimising optimizing optimises optimizes
optimisation optimization optimisations optimizations
optimiser optimizer optimisers optimizers
minimisation minimization
quantised quantized
regularisation regularization
characterise characterize
summarisation summarization
vectorised vectorized
criticise criticize
analyse analyze analysed analyzed analysing analysis analyses
catalyse catalyze catalysed
hypothesise hypothesize
parameterisation parameterization
relativisation relativization
centre center centres centers centred centered
kilometre kilometer kilometres
fibre fiber fibres
theatre theater
manoeuvre maneuver
modelling modeling modelled modeled models model
labelled labeled labelling labeling label
travelling traveling
traveller traveler
leukaemia leukemia
signalling signaling
controlled controlling control controls
fulfil fulfill
catalogue catalog catalogues catalogs
dialogue dialog dialogues
analogue analog
grey gray
greyscale grayscale
haemoglobin hemoglobin
anaemia anemia
paediatric pediatric
archaeology archeology
oestrogen estrogen
foetal fetal
sulphate sulfate
sulphur sulfur
defence defense
licence license licensed
programme program programmes programming programmed
judgement judgment
artefact artifact artefacts
ageing aging age
focussed focused focus focuses
sceptical skeptical
data-set dataset datasets
index indices indexes
matrix matrices
vertex vertices
hypothesis hypotheses
use uses used using
study studies studied studying
apply applies applied applying
embed embedding embeddings embedded
detect detects detected detecting detection detections
predict prediction predictions predicted
generate generates generation generating
image images imaging
scale scaling scaled
class classes
boxes box
approach approaches
caches cache cached caching
agree agreed agreeing
cause caused causing
add added adding
planned planning plan plans
bias biases biased
`

// Each line's words are different terms.
const otherTerms = `
university universe
plan plane
hour our
four for
your you
exercise exercize
precise precize
noise noize
rise rize
class classify classic
general generate generous
genetic generic
news new
organ organic
policy police
wing win
international internal
ring r
string str
`

func TestSameTerm(t *testing.T) {
	for _, line := range strings.Split(strings.TrimSpace(sameTerm), "\n") {
		words := strings.Fields(line)
		for _, w := range words[1:] {
			if got, want := strings.Join(Terms(w), " "), strings.Join(Terms(words[0]), " "); got != want {
				t.Errorf("%s is %q, %s is %q", w, got, words[0], want)
			}
		}
	}
}

func TestOtherTerms(t *testing.T) {
	for _, line := range strings.Split(strings.TrimSpace(otherTerms), "\n") {
		seen := map[string]string{}
		for _, w := range strings.Fields(line) {
			term := strings.Join(Terms(w), " ")
			if other := seen[term]; other != "" {
				t.Errorf("%s and %s are both %q", w, other, term)
			}
			seen[term] = w
		}
	}
}

// British spellings that are everybody's.
func TestKeptSpelling(t *testing.T) {
	for _, w := range strings.Fields(`exercise exercised wise otherwise likewise pairwise rise arise arising sunrise noise denoised precise concise
		promise promising premises compromise comprise comprised surprise surprising enterprise expertise franchise advertise advise
		advisable revise revised supervise supervised unsupervised improvisation televise devise disguise excise merchandise paradise
		praise raise raised cruise poise demise despise treatise turquoise basis crisis list listing missing visible dismissed
		publisher distance hour four your tour contour source resource course journal flour our pour courage journey court
		adore more are hire entire measure aerosol algae phone poem does coexist goes israel michael maestro league vogue they`) {
		if got := string(american([]byte(w))); got != w {
			t.Errorf("%s became %s", w, got)
		}
	}
}

func TestStemsShrink(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.StringMatching(`[a-z]{0,12}(ise|isation|our|ae|oe|logue|yse|s|es|ies|ing|ed|eed|ion|ll|e|y)?(s|d)?`).Draw(t, "word")
		in := []byte(w + "|")
		got := stem(american(in[:len(w)]))
		if len(got) > len(w) || len(w) > 0 && len(got) == 0 || !isLatin(got) || in[len(w)] != '|' {
			t.Fatalf("%s became %s, and behind it %q", w, got, in[len(w):])
		}
	})
}

// What joins words in finish looks at finished terms, so these have to be their own.
func TestLexiconIsItsOwn(t *testing.T) {
	for w, e := range lexicon {
		if own := string(stem(american([]byte(w)))); e.role != 0 && e.role != compound && own != w {
			t.Errorf("%s joins the next word but is found by %s", w, own)
		}
		if e.term == "" {
			continue
		}
		if again := lexicon[e.term]; again.term != "" && again.term != e.term {
			t.Errorf("%s is found by %s, which is found by %s", w, e.term, again.term)
		}
	}
	for _, w := range []string{"finetuning", "fewshot", "zeroshot", "oneshot", "realtime"} {
		head := []byte(w[:headOf([]byte(w))])
		if got := stem(bytes.Clone(head)); !bytes.Equal(got, head) {
			t.Errorf("%s is found by %s", head, got)
		}
	}
}
