// Package latex turns the text of titles and abstracts, as arXiv and its
// neighbours write it, into safe HTML and into plain text.
//
// Such text is neither TeX nor HTML but prose with pieces of both: maths
// between dollars, accents as \'e, \emph{…}, a URL, an <i>, a price in
// dollars. What the package understands it renders; everything else it shows
// as it was written, escaped. No word is lost.
//
// The flow, in the order in which to read the files:
//
//   - latex.go: the door, [Renderer.HTML] and [Text].
//   - scan.go: one pass over the text makes a tree of nodes (node.go).
//     command.go knows the commands, accent.go the accents, dollar.go where
//     maths begins and ends, braces.go the groups, link.go the URLs, markup.go
//     the bits of HTML, typography.go dashes, quotes and spaces.
//   - mark.go is the second door, [Renderer.Marked], and tells the scanner
//     where words are to be marked.
//   - portable.go is the third, [Renderer.Portable], for other programs.
//   - node.go writes the tree as HTML, plain.go as plain text.
//   - plainmath.go writes a formula as readable Unicode, with symbol.go.
//   - formula.go makes a formula ready for Temml: limits, repairs and the
//     macros that authors forget to define.
//   - engine.go runs Temml (temml/, version 0.13.5, unchanged) in a few goja
//     machines, which start when the first formula needs one.
//   - mathml.go lets through of Temml's answer what is on its lists, and turns
//     inline styles into classes of math.css.
//   - cache.go keeps rendered formulas, shared by all papers.
//
// A command is added in the tables of command.go, a symbol in symbol.go, a
// macro for maths in formula.go. To bring in a newer Temml, replace the two
// files in temml/, run the tests with -update and with RECTO_SHARED, and look
// at what changed.
package latex
