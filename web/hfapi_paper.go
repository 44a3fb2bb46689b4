package web

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/url"
	"strings"
	"time"

	"recto/store"
	"recto/web/latex"
)

// The shapes are Hugging Face's, as its answers of 2026 have them: names, types, and what is absent rather than null. What
// Recto knows beyond them is under "recto". What only Hugging Face knows (who submitted a paper, its discussion, the
// organization behind it) is absent.

// hfItem is a paper in a list of daily papers or of search results.
type hfItem struct {
	Paper                 hfPaper  `json:"paper"`
	PublishedAt           string   `json:"publishedAt" doc:"The same instant as the paper's. Hugging Face's own is in New York's time with a Z." format:"date-time"`
	Title                 string   `json:"title"`
	Summary               string   `json:"summary"`
	MediaURLs             []string `json:"mediaUrls,omitempty"`
	Thumbnail             string   `json:"thumbnail" format:"uri"`
	NumComments           int      `json:"numComments"`
	IsAuthorParticipating bool     `json:"isAuthorParticipating"`
}

// hfPaper is a paper by itself.
type hfPaper struct {
	ID                 string     `json:"id"`
	Authors            []hfAuthor `json:"authors"`
	MediaURLs          []string   `json:"mediaUrls,omitempty" doc:"Videos."`
	PublishedAt        string     `json:"publishedAt" doc:"When version 1 was submitted, or the day of its listing." format:"date-time"`
	SubmittedOnDailyAt string     `json:"submittedOnDailyAt" doc:"The start of the day in whose listing it stands." format:"date-time"`
	Title              string     `json:"title"`
	Summary            string     `json:"summary"`
	Upvotes            int        `json:"upvotes"`
	WithdrawnAt        string     `json:"withdrawnAt,omitempty" doc:"Only when withdrawn: about when." format:"date-time"`
	ProjectPage        string     `json:"projectPage,omitempty"`
	GitHubRepo         string     `json:"githubRepo,omitempty"`
	GitHubRepoAddedBy  string     `json:"githubRepoAddedBy,omitempty" enum:"user,auto"`
	GitHubStars        int        `json:"githubStars,omitempty"`
	Recto              apiDetails `json:"recto" doc:"What Recto knows beyond Hugging Face's fields."`
}

type hfAuthor struct {
	ID     string `json:"_id" doc:"24 hexadecimal digits, the same whenever the paper has this author at this place."`
	Name   string `json:"name"`
	Hidden bool   `json:"hidden"`
}

// hfPaperInfo is all of one paper.
type hfPaperInfo struct {
	hfPaper
	Source           string   `json:"source"`
	NumComments      int      `json:"numComments"`
	LinkedModels     []hfRepo `json:"linkedModels"`
	NumTotalModels   int      `json:"numTotalModels"`
	LinkedDatasets   []hfRepo `json:"linkedDatasets"`
	NumTotalDatasets int      `json:"numTotalDatasets"`
	LinkedSpaces     []hfRepo `json:"linkedSpaces"`
	NumTotalSpaces   int      `json:"numTotalSpaces"`
}

// hfRepo is a repository on Hugging Face.
type hfRepo struct {
	ID       string `json:"id" doc:"Such as org/name."`
	Author   string `json:"author,omitempty"`
	RepoType string `json:"repoType" enum:"model,dataset,space"`
	Private  bool   `json:"private"`
}

type hfRepoLists struct {
	Models   []hfRepo `json:"models"`
	Datasets []hfRepo `json:"datasets"`
	Spaces   []hfRepo `json:"spaces"`
}

// hfInstant is an instant as Hugging Face has it, with thousandths of a second and a Z; its clients read no other form.
func hfInstant(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

func (s *server) hfItems(papers []store.Paper) []hfItem {
	items := make([]hfItem, len(papers))
	for i := range papers {
		items[i] = s.hfItemOf(&papers[i])
	}
	return items
}

func (s *server) hfItemOf(p *store.Paper) hfItem {
	paper := s.hfPaperOf(p)
	return hfItem{Paper: paper, PublishedAt: paper.PublishedAt, Title: p.Title, Summary: p.Abstract, MediaURLs: paper.MediaURLs,
		Thumbnail: s.URL + paperPath(p.ID) + "/card.png"}
}

func (s *server) hfPaperOf(p *store.Paper) hfPaper {
	v := hfPaper{ID: string(p.ID), Authors: make([]hfAuthor, len(p.Authors)), PublishedAt: hfInstant(p.ListedAt()),
		SubmittedOnDailyAt: hfInstant(p.FeaturedOn.Time()), Title: p.Title, Summary: p.Abstract, Upvotes: p.Votes(), Recto: s.apiDetails(p)}
	for i, a := range p.Authors {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %d %s", p.ID, i, a.Name))
		v.Authors[i] = hfAuthor{ID: hex.EncodeToString(sum[:12]), Name: a.Name}
	}
	if p.Withdrawn { // a withdrawal is arXiv's newest version
		at := p.RevisedAt
		if at.IsZero() {
			at = p.ReadAt
		}
		v.WithdrawnAt = hfInstant(at)
	}
	for _, l := range p.Links {
		switch {
		case l.Kind == store.LinkVideo:
			v.MediaURLs = append(v.MediaURLs, l.URL)
		case l.Kind == store.LinkProject && v.ProjectPage == "":
			v.ProjectPage = l.URL
		case l.Kind == store.LinkCode && v.GitHubRepo == "" && hostOf(l.URL) == "github.com":
			v.GitHubRepo, v.GitHubRepoAddedBy, v.GitHubStars = l.URL, "auto", l.Stars
		}
	}
	return v
}

func (s *server) hfPaperInfoOf(p *store.Paper) hfPaperInfo {
	r := hfReposOf(p)
	return hfPaperInfo{hfPaper: s.hfPaperOf(p), Source: p.Source, LinkedModels: r.Models, NumTotalModels: len(r.Models), LinkedDatasets: r.Datasets,
		NumTotalDatasets: len(r.Datasets), LinkedSpaces: r.Spaces, NumTotalSpaces: len(r.Spaces)}
}

func hfReposOf(p *store.Paper) hfRepoLists {
	lists := hfRepoLists{[]hfRepo{}, []hfRepo{}, []hfRepo{}}
	for _, l := range p.Links {
		u, err := url.Parse(l.URL)
		if err != nil || hostOf(l.URL) != "huggingface.co" {
			continue
		}
		path, kind, list := strings.Trim(u.Path, "/"), "model", &lists.Models
		if rest, ok := strings.CutPrefix(path, "datasets/"); ok {
			path, kind, list = rest, "dataset", &lists.Datasets
		} else if rest, ok := strings.CutPrefix(path, "spaces/"); ok {
			path, kind, list = rest, "space", &lists.Spaces
		} else if l.Kind != store.LinkModel { // a page of another kind: a blog, a collection
			continue
		}
		if path == "" {
			continue
		}
		author, _, found := strings.Cut(path, "/")
		if !found {
			author = ""
		}
		*list = append(*list, hfRepo{ID: path, Author: author, RepoType: kind})
	}
	return lists
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
}

// markdownOf is a paper as Markdown: its facts and its abstract, formulas as readable text.
func (s *server) markdownOf(p *store.Paper) string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", markdownText(p.Title))
	if len(p.Authors) > 0 {
		names := make([]string, len(p.Authors))
		for i, a := range p.Authors {
			names[i] = markdownText(a.Name)
		}
		fmt.Fprintf(&b, "\n%s\n", strings.Join(names, ", "))
	}
	b.WriteString("\n")
	fact := func(name, value string) {
		if value != "" {
			fmt.Fprintf(&b, "- %s: %s\n", name, value)
		}
	}
	fact("Page", "<"+s.URL+paperPath(p.ID)+">")
	fact("Id", markdownText(p.ID.Label()))
	if p.Withdrawn {
		fact("Withdrawn", "yes")
	}
	if !p.SubmittedAt.IsZero() {
		fact("Submitted", string(store.DayOf(p.SubmittedAt)))
	}
	if !p.RevisedAt.IsZero() && p.Version() > 1 {
		fact("Revised", fmt.Sprintf("%s (version %d)", store.DayOf(p.RevisedAt), p.Version()))
	}
	fact("Featured", string(p.FeaturedOn))
	fact("Votes", intText(p.Votes()))
	fact("Categories", markdownText(strings.Join(p.Categories, ", ")))
	fact("Tags", markdownText(strings.Join(p.AllTags(), ", ")))
	fact("Comment", markdownText(p.Comment))
	fact("Journal", markdownText(p.JournalRef))
	fact("DOI", markdownText(p.DOI))
	for _, l := range p.Links {
		fact(markdownText(linkName(p, l)), "<"+string(outside(l.URL))+">")
	}
	if p.Abstract != "" {
		b.WriteString("\n## Abstract\n")
		for paragraph := range strings.SplitSeq(p.Abstract, "\n\n") {
			fmt.Fprintf(&b, "\n%s\n", markdownText(paragraph))
		}
	}
	return b.String()
}

// markdownText is TeX as readable text that Markdown shows as it is.
func markdownText(tex string) string {
	text := strings.Join(strings.Fields(latex.Text(tex)), " ")
	text = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", `\<`, "&", `\&`).Replace(text)
	if text != "" && strings.ContainsRune("#+-=>~", rune(text[0])) { // at a line's start these begin something
		text = `\` + text
	}
	return text
}
