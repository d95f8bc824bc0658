"""Own imports: a spreadsheet of associations becomes rows, organizations, and a report of what was not understood.

::

    file ─▶ reader (CSV, XLSX, JSON) ─▶ rows of text ─▶ mapping (guessed or given) ─▶ organizations + problems
                                                                                        │ batches of ≤ 500
                                                                  registry.put_organizations (RPC, by import and number)
"""
