"""Speak Open Referral HSDS 3.1: what the directory shows, as the API and the schemas of that standard have it.

``organizations``, ``taxonomies`` and ``paging`` render and do nothing else; ``views`` reads. A record is rendered when
an event changes it, so a page of a list is one query and a join of bytes.
"""
