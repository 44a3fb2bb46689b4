package store

import "math"

// TrendHours is τ: how many hours of age ten times the votes make up for.
const TrendHours = 72

// Trend is the score that /papers/trending sorts by:
//
//	log10(1 + votes) + t/τ
//
// where t is the number of hours from 1970 to the start (UTC) of the day in whose listing the paper stands and τ is
// TrendHours. As time passes all scores stay as they are and newer papers enter above them, so the score is stored
// and an index serves the list. The form is Reddit's and lobsters' (a logarithm of the votes plus a linear age); the 1
// lets a paper's first vote count.
func Trend(votes int, featured Day) float64 {
	return math.Log10(1+float64(max(votes, 0))) + float64(featured.Time().Unix())/3600/TrendHours
}

// VotesToMatch is how many votes a paper of the day today needs for the same Trend as one of an earlier day with votes.
// It is 0 when even a paper without votes would stand above.
func VotesToMatch(votes int, featured, today Day) int {
	hours := today.Time().Sub(featured.Time()).Hours()
	need := (1+float64(max(votes, 0)))*math.Pow(10, -hours/TrendHours) - 1
	return int(math.Ceil(max(need, 0)))
}
