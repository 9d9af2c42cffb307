"""City cooperation in the Shanghai Cooperation Organization."""

__version__ = "0.1.0"
