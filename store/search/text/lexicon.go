package text

import "strings"

// role is what a word does to the one behind it.
type role uint8

const (
	prefix       role = iota + 1 // no word of its own: multi-modal, multi modal and multimodal are one
	hyphenPrefix                 // the same, but a word too when a blank follows: re-rank, Re number
	first                        // the first half of some compounds: data set
	compound                     // a word that is also written as two
)

type entry struct {
	term string // what the word is found by, instead of its stem; "" for the stem
	role role
}

// lexicon holds what no rule says of a word.
var lexicon = func() map[string]entry {
	words := make(map[string]entry)
	add := func(from, to string) {
		e := words[from]
		if e.term = words[to].term; e.term == "" {
			e.term = string(stem(american([]byte(to))))
		}
		words[from] = e
	}
	role := func(list string, r role) {
		for _, w := range strings.Fields(list) {
			e := words[w]
			e.role = r
			words[w] = e
		}
	}
	for _, w := range strings.Fields(unchanged) {
		words[w] = entry{term: w}
	}
	for _, pair := range strings.Fields(irregular) {
		from, to, _ := strings.Cut(pair, ":")
		add(from, to)
	}
	for _, w := range strings.Fields(centres) {
		root := strings.TrimSuffix(w, "re")
		for _, form := range [...][2]string{{"re", "er"}, {"res", "ers"}, {"red", "ered"}, {"ring", "ering"}} {
			add(root+form[0], root+form[1])
		}
	}
	for _, prefix := range strings.Fields("centi deci femto hecto kilo micro milli nano pico") {
		for _, unit := range [...]string{"met", "lit"} {
			add(prefix+unit+"re", prefix+unit+"er")
			add(prefix+unit+"res", prefix+unit+"er")
		}
	}
	role("multi pre non semi hyper spatio socio neuro quasi pseudo ultra anti inter intra sub auto", prefix)
	role("re co de bi un", hyphenPrefix)
	for _, parts := range strings.Fields(compounds) {
		head, tail, _ := strings.Cut(parts, "+")
		role(head, first)
		role(head+tail, compound)
		role(head+tail+"s", compound)
	}
	return words
}()

const irregular = `
	appendices:appendix automata:automaton axes:axis bacteria:bacterium children:child continua:continuum corpora:corpus
	crises:crisis criteria:criterion diagnoses:diagnosis equilibria:equilibrium extrema:extremum feet:foot foci:focus
	formulae:formula genera:genus geese:goose halves:half hypotheses:hypothesis indices:index knives:knife leaves:leaf
	lemmata:lemma lenses:lens loci:locus matrices:matrix maxima:maximum men:man mice:mouse minima:minimum moduli:modulus
	momenta:momentum nebulae:nebula nuclei:nucleus optima:optimum phenomena:phenomenon quanta:quantum radii:radius
	schemata:schema selves:self shelves:shelf simplices:simplex spectra:spectrum stimuli:stimulus strata:stratum
	supernovae:supernova symposia:symposium teeth:tooth tori:torus vacua:vacuum vertices:vertex wolves:wolf women:woman
	movies:movie cookies:cookie zombies:zombie biases:bias biased:bias gases:gas atlases:atlas aliases:alias
	canvases:canvas focusses:focus
	analysis:analyze analyses:analyze used:use using:use uses:use aged:age aging:age ageing:age
	embed:embed embeds:embed embedded:embed embedding:embed embeddings:embed
	acknowledgement:acknowledgment acknowledgements:acknowledgment aluminium:aluminum amongst:among artefact:artifact
	artefacts:artifact burnt:burned cheque:check cheques:check counsellor:counselor defence:defense defences:defense
	disc:disk discs:disk enquiry:inquiry enquiries:inquiry enrolment:enrollment focussed:focus focussing:focus
	fulfilment:fulfillment instalment:installment jewellery:jewelry judgement:judgment judgements:judgment
	labeller:labeler labellers:labeler learnt:learned licence:license licences:license marvellous:marvelous maths:math
	modeller:modeler modellers:modeler mould:mold moulded:mold moulding:mold moulds:mold offence:offense offences:offense
	orientated:oriented plough:plow ploughing:plowing practise:practice practised:practiced practises:practice
	practising:practicing pretence:pretense programme:program programmes:program sceptic:skeptic sceptical:skeptical
	scepticism:skepticism sceptics:skeptic skilful:skillful storey:story storeys:story towards:toward
	traveller:traveler travellers:traveler tyre:tire tyres:tire whilst:while wilful:willful woollen:woolen`

const unchanged = `alias always atlas bias canvas chaos cosmos gas lens news pancreas series species`

const centres = `barycentre calibre centre circumcentre epicentre fibre goitre hypocentre isocentre litre louvre lustre
	maneuvre manoeuvre meagre metre multicentre orthocentre sabre sombre spectre subcentre theatre titre`

const compounds = `back+propagation data+set feed+forward hand+crafted health+care key+frame key+point life+cycle
	light+weight pair+wise space+time speed+up time+scale time+step trade+off wave+function work+flow`
