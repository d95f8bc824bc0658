"""Own the words: one file a template and language, ``<name>.<language>.txt``; a mail's first line is its subject.

What a family gets names the agency and a short reference, and neither the need nor a person: a telephone is often
shared. What an agency or an officer gets adds the need's subject and a link that opens only for those who may read the
referral.
"""
