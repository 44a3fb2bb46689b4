// Package text is the analyser: it takes texts apart into the terms that they are found by.
package text
