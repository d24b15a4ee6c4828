"""Addresses, names and hashes that belong to nobody or to everybody. Data, with its sources."""

from ipaddress import IPv4Network, IPv6Network, ip_network

GLOBAL_V6 = IPv6Network("2000::/3")  # all that IANA has given out
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
SIX_TO_FOUR = IPv6Network("2002::/16")  # RFC 3056: bits 16 to 48 are one
TEREDO = IPv6Network("2001::/32")  # RFC 4380: the last 32 bits, turned, are the client's

# IANA's special-purpose registries, RFC 6890 and its updates. The networks for documentation
# (192.0.2.0/24, 2001:db8::/32 and the like) are left out on purpose: they are nobody's, so an
# indicator there can hurt nobody, and every exercise and demonstration needs some.
SPECIAL: list[tuple[IPv4Network | IPv6Network, str]] = [
    (ip_network(network), reason)
    for network, reason in (
        ("0.0.0.0/8", "unspecified_address"),
        ("10.0.0.0/8", "private_address"),
        ("100.64.0.0/10", "shared_address"),
        ("127.0.0.0/8", "loopback_address"),
        ("169.254.0.0/16", "link_local_address"),
        ("172.16.0.0/12", "private_address"),
        ("192.0.0.0/24", "reserved_address"),
        ("192.168.0.0/16", "private_address"),
        ("198.18.0.0/15", "reserved_address"),
        ("224.0.0.0/4", "multicast_address"),
        ("240.0.0.0/4", "reserved_address"),
        ("::/128", "unspecified_address"),
        ("::1/128", "loopback_address"),
        ("64:ff9b:1::/48", "private_address"),
        ("100::/64", "reserved_address"),
        ("2001:10::/28", "reserved_address"),
        ("2001:20::/28", "reserved_address"),
        ("fc00::/7", "private_address"),
        ("fe80::/10", "link_local_address"),
        ("fec0::/10", "private_address"),
        ("ff00::/8", "multicast_address"),
    )
]

_RESOLVERS = """
1.0.0.1 1.0.0.2 1.0.0.3 1.1.1.1 1.1.1.2 1.1.1.3
2606:4700:4700::1001 2606:4700:4700::1111 2606:4700:4700::1002 2606:4700:4700::1112
8.8.4.4 8.8.8.8 2001:4860:4860::8844 2001:4860:4860::8888
9.9.9.9 9.9.9.10 9.9.9.11 149.112.112.9 149.112.112.10 149.112.112.11 149.112.112.112
2620:fe::9 2620:fe::10 2620:fe::11 2620:fe::fe
208.67.220.220 208.67.222.222 208.67.220.123 208.67.222.123 2620:119:35::35 2620:119:53::53
94.140.14.14 94.140.15.15 94.140.14.15 94.140.15.16
76.76.2.0 76.76.10.0 76.76.19.19 185.228.168.9 185.228.169.9 64.6.64.6 64.6.65.6
4.2.2.1 4.2.2.2 4.2.2.3 4.2.2.4 4.2.2.5 4.2.2.6 84.200.69.80 84.200.70.40
86.54.11.1 86.54.11.100 193.110.81.0 185.253.5.0 194.242.2.2 77.88.8.1 77.88.8.8
"""
_ROOT_SERVERS = """
198.41.0.4 170.247.170.2 192.33.4.12 199.7.91.13 192.203.230.10 192.5.5.241 192.112.36.4
198.97.190.53 192.36.148.17 192.58.128.30 193.0.14.129 199.7.83.42 202.12.27.33
2001:503:ba3e::2:30 2801:1b8:10::b 2001:500:2::c 2001:500:2d::d 2001:500:a8::e 2001:500:2f::f
2001:500:12::d0d 2001:500:1::53 2001:7fe::53 2001:503:c27::2:30 2001:7fd::1 2001:500:9f::42
2001:dc3::35
"""
_RESOLVER_NAMES = """
dns.google one.one.one.one cloudflare-dns.com security.cloudflare-dns.com family.cloudflare-dns.com
dns.quad9.net dns9.quad9.net dns10.quad9.net doh.opendns.com dns.opendns.com dns.adguard-dns.com
dns.nextdns.io dns.controld.com
"""

# (type, value, reason) as ``never_match.build`` takes them.
BUILT_IN: list[tuple[str, str, str]] = [
    *(("ip", address, "public_resolver") for address in _RESOLVERS.split()),
    *(("ip", address, "root_server") for address in _ROOT_SERVERS.split()),
    *(("domain", name, "public_resolver") for name in _RESOLVER_NAMES.split()),
]

# MD5, SHA-1 and SHA-256 of no bytes at all, and of what else every machine holds.
EMPTY_FILES = (
    "d41d8cd98f00b204e9800998ecf8427e",
    "da39a3ee5e6b4b0d3255bfef95601890afd80709",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    # one line end, and a carriage return with one
    "68b329da9893e34099c7d8ad5cb9c940",
    "adc83b19e793491b1c6ea0fd8b46cd9f32e592fc",
    "01ba4719c80b6fe911b091a7c05124b64eeece964e09c058ef8f9805daca546b",
    "81051bcc2cf1bedf378224b0a93e2877",
    "ba8ab5a0280b953aa97435ff8946cbcbb2755a27",
    "7eb70257593da06f682a3ddda54a9d260d4fc514f645237f5ca74b08f8da61a6",
    # one NUL
    "93b885adfe0da089cdf634904fd59f71",
    "5ba93c9db0cff93f52b521d7420e43f6eda2784f",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
)

# Below these, strangers share a suffix: an indicator there would hit all of them. Names with two
# labels, a country's and a general one, are told by rule: co.uk, com.br, ac.jp.
_GENERAL = frozenset({"ac", "co", "com", "edu", "gov", "mil", "net", "org"})
_COUNTRY_LENGTH = 2
_SHARED = """
ne.jp or.jp go.jp gob.mx gob.ar gob.es or.kr re.kr go.kr or.at gv.at me.uk nhs.uk ltd.uk
fhs.no folkebibl.no fylkesbibl.no herad.no idrett.no kommune.no mil.no museum.no priv.no
stat.no dep.no vgs.no
azurewebsites.net azurefd.net azureedge.net blob.core.windows.net cloudapp.azure.com
trafficmanager.net web.core.windows.net windows.net
amazonaws.com s3.amazonaws.com cloudfront.net elasticbeanstalk.com
appspot.com blogspot.com firebaseapp.com web.app run.app googleapis.com withgoogle.com
github.io githubusercontent.com gitlab.io pages.dev workers.dev r2.dev trycloudflare.com
herokuapp.com netlify.app vercel.app onrender.com fly.dev glitch.me repl.co replit.app
surge.sh wixsite.com weebly.com wordpress.com webflow.io myshopify.com squarespace.com
duckdns.org ddns.net dyndns.org hopto.org no-ip.org zapto.org ngrok.io ngrok-free.app
sharepoint.com onmicrosoft.com fastly.net akamaized.net edgekey.net edgesuite.net b-cdn.net
"""
SUFFIXES = frozenset(_SHARED.split())


def is_general_suffix(name: str) -> bool:
    """Whether a lower-case name is a country's general suffix: co.uk, com.br."""
    head, _, top = name.partition(".")
    return len(top) == _COUNTRY_LENGTH and head in _GENERAL
