// Package meaning finds papers by what they are about: those whose vectors point where a question's points. It knows
// papers by number and texts as terms, and imports nothing of ours.
//
// # Vectors
//
// [Train] learns a [Model] from the catalogue itself by latent semantic analysis (train.go, svd.go); [Model.Vector] then
// turns any text's terms into a vector. Where somebody runs a language model, an [Embedder] asks it instead: any endpoint
// that speaks the protocol of OpenAI's /v1/embeddings. Both kinds are kept in the same way, each in an [Index] of its own
// whose identity names the model.
//
// # The index
//
// A folder with three files of fixed-size records that are only appended to (files.go), and a manifest that says how much
// of them counts (manifest.go). A changed paper gets a new record and its old one is dead, so a kill at any moment leaves
// what was committed last. When much is dead, or the vectors' mean was taken of too few, [Index.Commit] rewrites all into a
// new generation of files (update.go). Searches read a snapshot (snapshot.go) whose files stay open as long as they do. One
// process writes at a time; others go on reading what they opened (index.go).
//
// Each vector is turned by a random rotation (rotation.go) and kept twice: one bit for each number, and eight. A search
// compares all bits with the question's (scan.go), which reads 32 bytes a paper from memory, and computes cosines by the
// eight bits, read from their file, only for the few thousand papers whose bits differ least (search.go). At 3,000,000
// papers of 256 dimensions that takes 15 ms of processor time, shared by two, and 140 MB of memory.
//
// # With words
//
// [Feedback] draws a question's vector towards what words found first, [Index.Search] finds the nearest, [Index.Scores]
// says how near the rest of what words found is, and [Fuse] makes one ranking of both. fuse.go tells what that gains.
package meaning
