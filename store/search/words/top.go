package words

import (
	"cmp"
	"container/heap"
	"slices"
)

// ranked is a document with what it is sorted by.
type ranked struct {
	value  int64
	day    int32
	number uint32
}

// compareRanked is below 0 when a goes before b.
func compareRanked(a, b ranked) int {
	return cmp.Or(cmp.Compare(b.value, a.value), newerFirst(a.day, b.day, a.number, b.number))
}

// top keeps the first documents of the order, at most size of them. As a heap its root is the last one of them.
type top struct {
	size int
	docs []ranked
}

func newTop(size int) *top { return &top{size: size} }

func (t *top) add(r ranked) {
	if len(t.docs) < t.size {
		heap.Push(t, r)
		return
	}
	if compareRanked(r, t.docs[0]) < 0 {
		t.docs[0] = r
		heap.Fix(t, 0)
	}
}

// need is the least score with which a document can come in when it is of a day and number or comes after those.
func (t *top) need(day int32, number uint32) uint32 {
	if len(t.docs) < t.size {
		return 0
	}
	worst := t.docs[0]
	if newerFirst(day, worst.day, number, worst.number) < 0 {
		return uint32(worst.value)
	}
	return uint32(worst.value) + 1
}

// least is a value that enough of the documents reach; 0 when there aren't enough.
func (t *top) least() uint32 {
	if len(t.docs) < t.size {
		return 0
	}
	return uint32(t.docs[0].value)
}

// first are the first documents of all that several kept of as many.
func first(tops []*top) []ranked {
	docs := tops[0].docs
	for _, t := range tops[1:] {
		docs = append(docs, t.docs...)
	}
	slices.SortFunc(docs, compareRanked)
	return docs[:min(len(docs), tops[0].size)]
}

func (t *top) Len() int           { return len(t.docs) }
func (t *top) Less(i, j int) bool { return compareRanked(t.docs[i], t.docs[j]) > 0 }
func (t *top) Swap(i, j int)      { t.docs[i], t.docs[j] = t.docs[j], t.docs[i] }
func (t *top) Push(x any)         { t.docs = append(t.docs, x.(ranked)) }
func (t *top) Pop() any           { panic("never taken out") }
