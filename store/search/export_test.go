package search

// SpokenVectors is how many papers have a vector of the language model's.
func SpokenVectors(x *Index) int {
	x.spoken.mu.RLock()
	defer x.spoken.mu.RUnlock()
	return x.spoken.index.Len()
}
