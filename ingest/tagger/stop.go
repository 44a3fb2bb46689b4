package tagger

import "strings"

// A class says what a word may do in a phrase.
type class uint8

const (
	plain class = iota
	bound       // says something in company, nothing alone: "video", "world", "neural"
	weak        // may stand in a phrase, never be one, alone or with others like it: "training data"
	cut         // ends the phrase before it and opens the next: function words, and the verbs and adjectives of any abstract
	of          // as cut, but may join two sides: "density of states"
)

func classOf(word, one string) class {
	if c, ok := classes[word]; ok {
		return c
	}
	if c, ok := classes[one]; ok && (c == weak || c == bound) {
		return c
	}
	n := len(word)
	switch {
	case n == 0 || n == 1 || n > 40:
		return cut
	case isQuantity(word):
		return cut
	case n > 4 && strings.HasSuffix(word, "ly") && !nounsInLy[word]:
		return cut
	}
	return plain
}

// isQuantity tells numbers and amounts: 2024, 7b, 100k, 2.5x, 10th.
func isQuantity(w string) bool {
	i := 0
	for i < len(w) && (isDigit(w[i]) || w[i] == '.') {
		i++
	}
	if i == 0 {
		return false
	}
	switch w[i:] {
	case "", "b", "k", "m", "x", "t", "s", "th", "st", "nd", "rd", "mm", "cm", "km", "nm", "kg", "mg", "gb", "mb", "tb", "ms", "fps", "hz", "khz", "mhz", "ghz", "ev", "kev", "mev", "gev", "tev", "pt", "pp", "h", "min":
		return true
	}
	return false
}

// units are cut after a number: 100 Mpc, 13 TeV.
var units = set("mpc gpc kpc pc au ev kev mev gev tev hz khz mhz ghz thz nm mm cm km kg mg gb tb ms fps kelvin gpa mpa db hours minutes seconds days weeks months years epochs gpus")

var nounsInLy = set("family anomaly assembly supply reply butterfly dragonfly monopoly homily rally ally italy july sicily gadfly panoply doily")

// stockPhrases end a phrase as a whole: each of their words may be part of a
// good tag, together they only praise or place. "*" is any ending.
var stockPhrases = stock(`
	real world|open source|open sourced|open weight|closed source|large scale|small scale|state of the art|fine grained|coarse grained
	high quality|low quality|end to end|long term|short term|high level|low level|wide range|broad range
	proof of concept|case study|case studies|ablation studies|ablation study|user study|user studies|future work|future research|prior work|related work|recent work|recent advances|previous work
	step by step|trade off|trade offs|plug and play|well known|large number|small number|small number of|high fidelity|high performance|high resolution|publicly available
	key challenge|ground truth|open problem|open question|open questions|baseline model|base model|out of the box|side by side|hand crafted|one shot|real time|real life
	first principles|upper bound|upper bounds|lower bound|lower bounds|order of magnitude|orders of magnitude|experimental results|numerical results|theoretical results|main result|main results
	special case|special cases|side effect|best practices|best practice|domain specific|task specific|model agnostic|task agnostic|cost effective|in depth|up to date|so called|decision making process
	performance gain|performance gains|key insight|core idea|root cause|research question|research questions|research direction|research directions|success rate|success rates|code and data|data and code
	forward pass|inference time|forward passes|context window|context windows|long standing|high dimensional|low dimensional|non trivial|hand written|non zero|higher order
	point of view|degrees of freedom|degree of freedom|amount of data|computational cost|computational costs|computational overhead|computational resources|computational complexity
`)

var classes = func() map[string]class {
	m := map[string]class{}
	for w := range strings.FieldsSeq(cutWords) {
		m[w] = cut
	}
	for w := range strings.FieldsSeq(weakWords) {
		m[w] = weak
	}
	for w := range strings.FieldsSeq(boundWords) {
		m[w] = bound
	}
	m["of"] = of
	return m
}()

const cutWords = `
a an the this that these those such same other another others each every either neither both all any some few many much more most several various
i we you he she it they us our ours your his her its their them him itself themselves ourselves one two three four five six seven eight nine ten first second third once twice
who whom whose which what when where why how whether while if unless until though although because since as than then thus hence therefore so too also yet still already
and or nor but not no none without with within into onto upon at by for from in on to via over under above below between among amongst across through throughout during before after against along around about beyond behind beside besides toward towards per up down out off like unlike despite except versus vs
is are was were be been being am do does did done doing have has had having can could may might must shall should will would cannot can't don't doesn't isn't aren't let
there here now ever never always often sometimes usually rather quite very just only even almost nearly again further furthermore moreover however nevertheless nonetheless instead indeed otherwise meanwhile together apart ago e.g i.e eg ie etc et al cf resp
novel new recent existing previous prior proposed current latest emerging traditional conventional standard common typical general generic specific particular certain different diverse distinct similar various respective corresponding relevant related associated underlying
significant substantial considerable remarkable notable important crucial critical essential key main major minor primary central core fundamental principal vital promising effective efficient powerful robust strong weak good better best great greater greatest superior inferior competitive comparable consistent
extensive comprehensive systematic thorough rigorous detailed careful simple complex complicated challenging difficult hard easy straightforward flexible versatile practical useful suitable appropriate reasonable feasible possible potential available accessible accurate precise reliable
unified holistic principled lightweight scalable seamless advanced sophisticated modern popular prominent widespread prevalent rapid fast slow quick high low higher lower highest lowest large small larger smaller largest smallest big longer shorter wide broad narrow rich limited insufficient sufficient necessary required additional extra full partial entire whole overall total complete
unprecedented impressive outstanding excellent favorable desirable desired intended expected unexpected surprising interesting striking insightful meaningful valuable beneficial unique original alternative conventional preliminary initial final next subsequent ultimate early late later
able unable likely unlikely due subject prone capable incapable aware free based driven oriented induced
use uses used using usage utilize utilizes utilized utilizing leverage leverages leveraged leveraging employ employs employed employing apply applies applied applying adopt adopts adopted adopting exploit exploits exploited exploiting
propose proposes proposing introduce introduces introduced introducing present presents presented presenting develop develops developed developing describe describes described describing report reports reported reporting provide provides provided providing offer offers offered offering give gives given giving show shows shown showing showed demonstrate demonstrates demonstrated demonstrating reveal reveals revealed revealing find finds found finding findings suggest suggests suggested suggesting indicate indicates indicated indicating
prove proves proved proven proving establish establishes established establishing derive derives derived deriving obtain obtains obtained obtaining achieve achieves achieved achieving attain attains attained reach reaches reached reaching yield yields yielded yielding produce produces produced producing construct constructs constructed constructing build builds built building create creates created creating formulate formulates formulated define defines defined defining
study studies studied studying investigate investigates investigated investigating examine examines examined examining explore explores explored exploring analyze analyzes analyzed analyzing analyse analyses analysed consider considers considered considering discuss discusses discussed discussing address addresses addressed addressing tackle tackles tackled tackling solve solves solved solving focus focuses focused focusing aim aims aimed aiming seek seeks attempt attempts
improve improves improved improving improvement improvements enhance enhances enhanced enhancing enable enables enabled enabling allow allows allowed allowing supports supported supporting facilitate facilitates help helps helped helping make makes made making ensure ensures ensuring guarantee guarantees guaranteed increase increases increased increasing reduce reduces reduced reducing decrease decreases boost boosts boosting mitigate mitigates mitigating overcome overcomes bridge bridges bridging alleviate avoid avoids avoiding eliminate eliminates prevent prevents
outperform outperforms outperformed outperforming surpass surpasses surpassing exceed exceeds match matches compared compare compares comparing remain remains remained remaining become becomes became becoming lead leads led leading cause causes caused causing suffer suffers struggle struggles fail fails failed failing lack lacks lacking rely relies relied relying depend depends depending require requires requiring need needs needed contain contains contained containing include includes included including involve involves involving comprise comprises comprising consist consists consisting ranges ranging vary varies varying
take takes took taken taking keep keeps kept come comes came get gets got go goes went put run runs ran begin begins start starts started starting end ends continue continues follow follows followed based combine combines combined combining integrate integrates integrated integrating incorporate incorporates incorporating perform performs performed performing conduct conducts conducted carry carried work works working serve serves plays acts operate operates
capture captures captured capturing evaluate evaluates evaluated evaluating assess assesses assessing measure measures measured validate validates validated validating verify verifies identify identifies identified identifying determine determines determined determining characterize characterizes characterized estimate estimates estimated predict predicts predicted extend extends extended extending generalize generalizes maintain maintains maintaining preserve preserves preserving handle handles handling represent represents represented representing generate generates generated train trains trained learn learns learned learnt select selects selected enforce enforces adapt adapts adapted align aligns aligned optimize optimizes optimized design designs designed designing understand call called name named term termed denote denoted refer referred highlight highlights highlighting underscore underscores emphasize emphasizes motivate motivated motivates inspired trigger occur occurs occurring exist exists arise arises arising appear appears exhibit exhibits exhibiting share shares shared hold holds holding satisfy satisfies satisfying admit admits suppose assume assumes assuming imply implies implying correspond corresponds turn turns move moves expand expands release releases released releasing publish published open-source limit limits limiting hinder hinders hindering pose poses posing face faces facing treat treats treated replace replaces replacing remove removes removing add adds added adding decouple decouples decoupled decompose decomposes ground grounds transform transforms transformed convert converts converting bring brings say says see seen look looks want know known think makes
paper papers article letter thesis manuscript section sections chapter work works result results conclusion conclusions contribution contributions aim goal goals objective objectives purpose idea ideas insight insights intuition fact facts case cases way ways manner fashion sense kind kinds type types sort amount amounts variety majority lot lots pair pairs degree level levels extent term terms role roles aspect aspects issue issues challenge challenges difficulty difficulties question questions topic topics example examples instance instances advantage advantages disadvantage benefit benefits drawback drawbacks shortcoming shortcomings limitation limitations gap gaps bottleneck bottlenecks side sides top bottom left right today year years month months day days date time times hour hours decade decades past future progress advance advances advancement advancements interest literature research researchers researcher practitioners community area areas
experiment experiments experimental experimentally empirical empirically theoretical theoretically evidence observation observations ablation ablations baseline baselines sota accuracy performance effectiveness efficiency superiority capability capabilities ability abilities strength strengths weakness potential feasibility applicability generality validity usefulness importance success
magnitude percent percentage average
github project page website url https http www com org io demo available repository repositories huggingface
according across alone along away back beforehand else elsewhere especially hereby herein latter former respectively regardless namely mainly thereby therein wherein whereby whereas whatever whichever well highly
multiple numerous single double triple dozens hundreds thousands millions billions million billion thousand hundred dozen
non benchmarking unifying advancing accelerating rethinking revisiting unlocking eliciting closing demystifying unveiling unraveling mastering harnessing empowering enriching uncovering probing towards generalizing evolving toolkits act ii iii iv vi vii viii ix xi xii own correct incorrect cheap easier
ready fully less least lesser little enough near far close closer closely dominant ubiquitous inherent intrinsic inevitable arbitrary varied cutting edge
`

const boundWords = `
image video text visual language world human people user object scene action event code knowledge environment
policy reward prompt token query document trajectory sequence neural agentic statistical virtual physical mathematical dynamic online
offline linear nonlinear continuous discrete automated automatic digital artificial local global internal multi self cross deep
open long short energy mass field wave density surface boundary distribution probability
frequency power force intensity loss error scale scaling context domain space state time phase structure feature
dynamics tuning modeling modelling representation representations generalization adaptation interaction
theory law group matrix equation function operator stochastic material sensor signal noise expert
foundation ai control alignment motion fusion transfer correction enhancement decomposition diagnosis localization tracking discovery instruction
charge sum thinking word circuit collision logic narrative market cell breaking mixture table trial note era team driver ring copy preparation contact art load tail disk mission
seeking steering ball prime determination assembly mitigation leakage acceleration identity activation harness coding verification ensemble surrogate prototype decay cluster emission suppression
violation merging placement inversion string price defense disease vehicle kernel bit switching array robot game attack conversation regression decoder encoder vocabulary
tracer trait gs seed dot disc burst cascade enrichment intention mobility physics mode channel frame view correlator pass band gap link path flight plan map
failure tree program point boundary condition judge editing consensus exploitation omni skill trace network intelligence science scientific technical commercial social block forward technology body shape form
curve line region depth length layer temporal spatial semantic latent sparse hierarchical adaptive interactive generative synthetic
hybrid controllable generalizable embodied continual cognitive compositional multimodal vision search compute flow lexical structural optical thermal
magnetic electronic electric quantum chemical biological clinical medical
`

const weakWords = `
large small high low fast generation prediction detection recognition classification estimation understanding optimization computation simulation series set score value rate mean order number matching following play range part comparative joint overall support pretrained finetuned existing
model method approach framework technique algorithm procedure scheme strategy paradigm solution tool toolkit pipeline recipe mechanism module component architecture system platform infrastructure implementation
data dataset sample example collection corpus input output label training learning inference testing test evaluation benchmark metric measure comparison assessment validation experiment analysis review survey overview tutorial perspective introduction investigation exploration examination
task problem application setting scenario condition situation process operation property characteristic behavior pattern effect impact influence factor parameter variable dimension size quality quantity complexity cost budget resource requirement constraint criterion
theorem lemma proof definition concept notion principle rule assumption hypothesis formula expression formulation formalism description
use person real element unit item entity class category member subset level stage period moment response source target origin information content detail
development design creation construction building production identification extraction selection calculation processing interpretation explanation integration combination relation relationship connection correlation dependence dependency difference similarity change variation transition evolution growth increase decrease reduction improvement
engineering industry society university
fast general specific external positive negative natural standard
decision choice option preference trade tradeoff balance
quality-of performance-of objective gain bias
computational numerical static direct indirect explicit implicit
size width distance position location area limit bound
step tuple
`

func set(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// stock maps a phrase's first word to the rests that complete it.
func stock(list string) map[string][][]string {
	m := map[string][][]string{}
	for p := range strings.FieldsFuncSeq(list, func(r rune) bool { return r == '|' || r == '\n' }) {
		if w := strings.Fields(p); len(w) > 1 {
			m[w[0]] = append(m[w[0]], w[1:])
		}
	}
	return m
}
