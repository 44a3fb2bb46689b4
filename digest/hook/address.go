package hook

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"syscall"

	"recto/store"
)

// notPublic are the ranges that lead to no other organisation, beside those that netip knows:
// https://www.iana.org/assignments/iana-ipv4-special-registry and iana-ipv6-special-registry.
var notPublic = [...]string{
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"168.63.129.16/32",                                     // Azure's own services, seen from its machines
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", // Teredo and 6to4 wrap other addresses
}

const (
	internetV6 = "2000::/3"     // what of IPv6 is given to networks
	wrappedV4  = "64:ff9b::/96" // IPv4, where a network has IPv6 alone: RFC 6052
)

// isPublic says whether an address is another organisation's, as far as the address tells.
func isPublic(a netip.Addr) bool {
	if a.Zone() != "" {
		return false
	}
	a = a.Unmap()
	if nat64 := netip.MustParsePrefix(wrappedV4); nat64.Contains(a) {
		b := a.As16()
		a = netip.AddrFrom4([4]byte(b[12:]))
	}
	if !a.IsGlobalUnicast() || a.IsPrivate() || a.Is6() && !netip.MustParsePrefix(internetV6).Contains(a) {
		return false
	}
	for _, p := range notPublic {
		if netip.MustParsePrefix(p).Contains(a) {
			return false
		}
	}
	return true
}

var errPrivate = errors.New("it leads into a private network")

// publicOnly lets a connection be made to a public address alone. It is asked after a name is resolved, for each address
// that is tried.
func publicOnly(_, address string, _ syscall.RawConn) error {
	a, err := netip.ParseAddrPort(address)
	if err != nil || !isPublic(a.Addr()) {
		return errPrivate
	}
	return nil
}

// Check says what is wrong with a webhook's address, wrapping ErrInvalid, or nil. What its name leads to is seen when
// something is posted.
func (c *Client) Check(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http" || !isPort(u.Port()):
		return fmt.Errorf("%w: this is no address like https://hooks.slack.com/services/…", store.ErrInvalid)
	case c.private:
		return nil
	case u.Scheme != "https":
		return fmt.Errorf("%w: a webhook’s address begins with https://", store.ErrInvalid)
	case !isPublicHost(strings.ToLower(u.Hostname())):
		return fmt.Errorf("%w: this site posts to addresses on the public internet only", store.ErrInvalid)
	}
	return nil
}

// isPort says whether an address may name a port so; "" is its scheme's.
func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return s == "" || err == nil && n > 0
}

// privateNames end the names of machines within a network: RFC 6761, RFC 8375, and what is used.
var privateNames = [...]string{"localhost", "local", "internal", "intranet", "lan", "home.arpa", "corp", "home", "test", "invalid", "onion"}

// isPublicHost says whether a host may be one of the public internet by its spelling. A number in another form than IPv4's
// usual one (2130706433, 0177.0.0.1, 0x7f.1) is none: resolvers read those in different ways.
func isPublicHost(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return isPublic(a)
	}
	host = strings.TrimSuffix(host, ".")
	end := host[strings.LastIndexByte(host, '.')+1:]
	if end == host || end == "" || end[0] >= '0' && end[0] <= '9' {
		return false
	}
	for _, name := range privateNames {
		if strings.HasSuffix(host, "."+name) {
			return false
		}
	}
	return true
}
