"""A demonstration: fictitious members, traffic that we make ourselves, one unfolding case.

Everything in it is invented. Addresses are those set aside for documentation (RFC 5737, RFC 3849),
names end in ``.example`` or ``.test`` (RFC 2606), and nothing leaves the machine.
"""
