"""Exchange keys of a service's database while the service runs, in stages that a killed rotation finds again.

::

    data      a new key writes ─▶ settle ─▶ re-encrypt until nothing is left ─▶ settle ─▶ the old key is deleted
    look-ups  announce, both are written ─▶ settle ─▶ fill ─▶ switch, the new one is written ─▶ settle ─▶ strip ─▶ end
    master    wrap each data key by the next master key ─▶ the files change names

Writers and look-ups read the stage in their own transaction (:meth:`chassis.crypto.FieldVault.current`), and to settle
is to wait until no transaction can be open that began before. Each step may be done twice.
"""
