"""What follows from the printed figures, and whether it is what is printed.

In the spirit of statcheck (Nuijten et al., 2016) and of the GRIM test (Brown and Heathers, 2017):
every figure that follows from others is computed again, every figure printed twice compared.
:mod:`~casebook.audit.values` reads what is printed as limits of what it may stand for,
:mod:`~casebook.audit.rules` draws the conclusion, :mod:`~casebook.audit.findings` applies them to
the table ``audit``, :mod:`casebook.audit_page` shows the result.
"""
