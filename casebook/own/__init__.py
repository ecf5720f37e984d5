"""A reader's own export: the same measures, network, report and factsheet as the eight cases.

:mod:`~casebook.own.request` says what is asked, :mod:`~casebook.own.prepare` brings an export to
it, :mod:`~casebook.own.analysis` measures, :mod:`~casebook.own.terms` counts words and hashtags,
:mod:`~casebook.own.sheet` sets the factsheet, :mod:`~casebook.own.write` puts all of it on disk.
"""
