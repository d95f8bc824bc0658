"""Seal the audit trail: numbered, signed, chained seals over the entries of one database, and the check of them.

::

    audit         entries, written each in the transaction of what it tells; later marked with ``seal`` and ``position``
    audit_seals   _id        1, 2, 3 and so on: a number can be given once, so that the chain cannot fork
                  service    whose trail it is
                  previous   the hash of the seal before, empty for the first
                  first, last, count, digests
                             the entries: ids of the first and the last, how many, and the SHA-256 of each, in order
                  entries    SHA-256 over ``digests``
                  unreadable how many of them cannot be read, where there are any: forged ones, sealed as their bytes
                  at, key    when, and which key signed
                  signature  Ed25519 over all of it but ``digests``, which ``entries`` stands for

:mod:`.seals` says what is signed, :mod:`.stored` reads whatever stands there, :mod:`.sealer` seals, :mod:`.check`
verifies, :mod:`.sealing` lets a service seal.

Entries are sealed afterwards, by one process at a time: a change writes no counter, and waits for no other. What waits
is whatever has no seal, not what is younger than something; so an entry that commits late falls in a later seal.
"""
