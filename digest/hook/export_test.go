package hook

// What the tests see of the package's insides.

// Escapes are how each chat's texts are escaped.
var Escapes = map[string]func(string) string{
	"slack": slackEscaped, "mattermost": mattermostEscaped, "discord": discordEscaped, "matrix": matrixEscaped,
}

// Fit is fit.
func Fit(plain string, limit int, escape func(string) string) string {
	return fit(plain, limit, escape)
}

// IsPublic is isPublic.
var IsPublic = isPublic
