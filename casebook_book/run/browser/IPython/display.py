"""The one name that pyvis imports."""


class IFrame:
    """Never made: figures are drawn by the page."""
