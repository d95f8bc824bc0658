"""Number the forms in which the directory's records are rendered, and say what needs which."""

FORM = 4
"""Raise it where a record is rendered otherwise than before: the directory is rebuilt then, see :mod:`.form_store`.

``tests/unit/gateway/directory/test_form.py`` holds it beside what records are rendered as.
"""

BOXES = 1
"""The form that a record must have to be found by a box, or by where it is: it bears its position."""
