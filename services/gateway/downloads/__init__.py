"""Give the public directory away: as CSV, XLSX and KML of any size, as a page and as linked data of each organization.

A file is written while it is read from the database and sent, so it takes the same memory whatever its length.
"""
