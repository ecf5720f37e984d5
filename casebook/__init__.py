"""Data and analysis of *Government Participation in Social Media: an executable edition*.

The package knows data, methods and pictures; it knows nothing of Sphinx or of any page.
"""

__version__ = "0.1.0"
