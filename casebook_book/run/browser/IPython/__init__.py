"""Stands in for IPython in a browser, where pyvis asks for it and never uses it."""
