package cite

import (
	"fmt"
	"iter"
	"strings"
	"testing"
	"time"

	"recto/store"
)

const site = "https://papers.example.org"

func on(day string) time.Time {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		panic(err)
	}
	return t
}

func authors(list string) []store.Author {
	var out []store.Author
	for _, name := range strings.Split(list, ";") {
		if name = strings.TrimSpace(name); name != "" {
			out = append(out, store.Author{Name: name})
		}
	}
	return out
}

func categories(list string) []string { return strings.Fields(list) }

// hardPapers have what citations get wrong.
func hardPapers(t *testing.T) []store.Paper {
	t.Helper()
	twentyOne := ""
	for i := range 21 {
		twentyOne += fmt.Sprintf("Given%c Author%02d;", 'A'+i, i+1)
	}
	papers := []store.Paper{
		{
			ID: "1706.03762", Title: "Attention Is All You Need", Categories: categories("cs.CL cs.LG"), SubmittedAt: on("2017-06-12"),
			RevisedAt: on("2023-08-02"), Tags: []string{"transformers", "machine translation"}, Abstract: "The dominant models are complex.\n\nWe propose one.",
			Authors: authors("Ashish Vaswani; Noam Shazeer; Niki Parmar; Jakob Uszkoreit; Llion Jones; Aidan N. Gomez; Łukasz Kaiser; Illia Polosukhin"),
			Licence: "http://arxiv.org/licenses/nonexclusive-distrib/1.0/",
		},
		{
			ID: "2602.18293", Title: `On the $q$-integrability of $p$-Wasserstein barycenters in $L^{\{p,q\}}$ and $\left\{0, 1\right.$`, SubmittedAt: on("2026-02-20"),
			Categories: categories("math.AP"), Authors: authors("Camilla Brizzi; Lorenzo Portinale"), Abstract: `For $x_t \in \mathbb{R}^d$, 50% of $f(x)$.`,
		},
		{
			ID: "2512.24965", Title: `ShowUI-$π$: Flow-Based Generative Models as GUI Dexterous Hands, Γ-Convergence, H₂O and $O(n\log n)$`, SubmittedAt: on("2025-12-31"),
			Categories: categories("cs.CV"), Authors: authors("Siyuan Hu; Kevin Qinghong Lin; Mike Zheng Shou"),
		},
		{
			ID: "0704.0386", Title: `Schr\"odinger's Cat & the 5% Rule: a_1, #2, x^y, ~z, C:\temp {Kept}`, Categories: categories("quant-ph"), SubmittedAt: on("2007-04-03"),
			Authors:    authors(`Franck Lalo\"e; Bohdan Paczy\'nski; Þórður Ægisson; Nguyễn Văn Ánh; Jörg Weiß; Ğ. Şahin; Søren Å. Ølsted; Dvořák Ő. Háček; Mihai Țăran`),
			JournalRef: "Physical Review Letters 99 (2007) 150401", DOI: "10.1103/PhysRevLett.99.150401",
		},
		{
			ID: "0812.0001", Title: "Visualizing data using t-SNE and the Bayesian LASSO: A note on K-means", Categories: categories("stat.ML"), SubmittedAt: on("2008-12-01"),
			Authors: authors("Laurens van der Maaten; Alexis de Villeroché; Nando De Freitas; Martin Luther King, Jr.; Downey, Jr., Robert; de La Cruz, Ana; J.K.Rowling; G.-J. van den Berg; Jean-Pierre Serre; Plato"),
		},
		{
			ID: "2401.00001", Title: "深度学习综述：从感知机到 Transformer", Categories: categories("cs.LG"), SubmittedAt: on("2024-01-01"),
			Authors: authors("李明; Минь Ли; 田中 太郎"), Abstract: "一种方法。", Tags: []string{"深度学习"},
		},
		{ID: "2401.00002", Title: "Nobody's Paper", Categories: categories("cs.AI"), SubmittedAt: on("2024-01-02")},
		{
			ID: "hep-th/9901001", Title: "String Junctions and Their Duals in Heterotic String Theory", Categories: categories("hep-th"), FeaturedOn: "2026-05-01",
			Authors: authors("Yosuke Imamura"), JournalRef: "Prog.Theor.Phys.101:1155-1164,1999", DOI: "10.1143/PTP.101.1155",
		},
		{ID: "math/0611800", Title: "An old paper without a date", FeaturedOn: "2026-05-01", Authors: authors("Zoë O'Neil")},
		{ID: "doi:10.1000/a_b(c)%7d;2-x", Title: "Known by its DOI alone", FeaturedOn: "2026-05-02", Authors: authors("Ann Smith")},
		{
			ID: "doi:10.1016/j.cell.2020.01.001", Title: "CRISPR in a Journal?", DOI: "10.1016/j.cell.2020.01.001", SubmittedAt: on("2020-01-09"),
			Authors: authors("Ann Smith; Bo Li"), JournalRef: "Cell 180(2), 1–12 (2020)",
		},
		{
			ID: "acl:2020.acl-main.1", Title: "Learning to Understand Child-directed and Adult-directed Speech", FeaturedOn: "2020-07-05", Authors: authors("Lieke Gelderloos; Grzegorz Chrupała"),
			Links: []store.Link{{Kind: store.LinkAbs, URL: "https://aclanthology.org/2020.acl-main.1"}},
		},
		{ID: "openreview:Abc_1-2", Title: "A Reviewed Paper", FeaturedOn: "2025-01-01", Authors: authors("Ann Smith")},
		{ID: "a-local-paper", Title: "A Local Paper", FeaturedOn: "2025-01-02", Authors: []store.Author{{Name: "Ann Smith", Affiliation: "A Lab & Co", ORCID: "0000-0002-1825-0097"}}, Comment: "2 pages"},
		{
			ID: "0704.0033", Title: "Fresnel diffraction", Categories: categories("physics.optics"), SubmittedAt: on("2007-04-01"), Authors: authors("A. Smith"),
			JournalRef: "J.Opt.Soc.Am.A 23, 2578-2591 (2006); Erratum: J.Opt.Soc.Am.A 32, 2407-2408 (2015)", DOI: "10.1364/JOSAA.23.002578 10.1364/JOSAA.32.002407",
		},
		{
			ID: "2508.18080", Title: "GWTC-4.0: An Introduction to Version 4.0 of the Gravitational-Wave Transient Catalog", Categories: categories("gr-qc"), SubmittedAt: on("2025-08-25"),
			Authors: authors("The LIGO Scientific Collaboration; the Virgo Collaboration; :; A. G. Abac; Simmons & Pakvasa; Research and Development"),
		},
		{ID: "1705.00001", Title: "A Conference Paper", Categories: categories("cs.LG"), SubmittedAt: on("2017-05-01"), Authors: authors("Ann Smith"), JournalRef: "NIPS 2017, pages 1--9, Long Beach & elsewhere"},
		{ID: "2601.00001", Title: "Saves $5 million, costs $10: why the $100 model wins", SubmittedAt: on("2026-01-01"), Categories: categories("econ.GN"), Authors: authors("Ann Smith")},
		{ID: "1602.04938", Title: "“Why Should I Trust You?”: Explaining the Predictions of Any Classifier", SubmittedAt: on("2016-02-16"), Categories: categories("cs.LG"), Authors: authors("Marco Tulio Ribeiro; Sameer Singh; Carlos Guestrin")},
		{ID: "2602.00001", Title: "Twenty-One Authors", SubmittedAt: on("2026-02-01"), Categories: categories("cs.LG"), Authors: authors(twentyOne)},
		{ID: "2602.00002", Title: "Ελληνική επεξεργασία γλώσσας", SubmittedAt: on("2026-02-02"), Categories: categories("cs.CL"), Authors: authors("Γιώργος Παπαδόπουλος")},
		{ID: "2602.00003", Title: `</script><script>alert("1")</script> & [link](x) *bold* 1 < 2 | 3`, SubmittedAt: on("2026-02-03"), Categories: categories("cs.CR"), Authors: authors(`Robert "Bobby" Tables; <b>Bold</b> Name`), Abstract: "TY  - JOUR\n\nER  - \n\n</script>"},
		{ID: "2602.00004", Title: strings.Repeat("Long ", 40) + "Title", SubmittedAt: on("2026-02-04"), Categories: categories("cs.CR"), Authors: authors("Ann Smith")},
	}
	for i := range papers {
		if err := papers[i].Clean(); err != nil {
			t.Fatalf("%s: %v", papers[i].ID, err)
		}
	}
	return papers
}

func each(papers []store.Paper) iter.Seq2[*store.Paper, error] {
	return func(yield func(*store.Paper, error) bool) {
		for i := range papers {
			if !yield(&papers[i], nil) {
				return
			}
		}
	}
}

// collaboration is a paper with n authors.
func collaboration(n int) store.Paper {
	p := store.Paper{ID: "2507.06261", Title: "Gemini 2.5", SubmittedAt: on("2025-07-07"), Categories: categories("cs.CL")}
	for i := range n {
		p.Authors = append(p.Authors, store.Author{Name: fmt.Sprintf("Given%d Fämily%d", i, i)})
	}
	return p
}
