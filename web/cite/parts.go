package cite

// Parts takes an author's name apart, for formats of other programs. A body's name, and one that can't be taken apart, is
// all family; a name without a letter, and "et al.", is nothing.
func Parts(author string) (family, given, suffix string) {
	n := parseName(author)
	if n.isOthers() {
		return "", "", ""
	}
	if n.Literal != "" {
		return n.Literal, "", ""
	}
	return n.surname(), n.Given, n.Suffix
}
