"""Figures of a published warehouse: one module a figure, its data read by one SQL query.

    from reporting.figures import FIGURES, drawn, subjects

    for name in FIGURES:
        for subject in subjects(connection, name):
            drawing = drawn(connection, name, subject, "en")
            drawing.save("figure.svg")          # or .png
            drawing.alternative, drawing.caption

A module that declares `FIGURE` is a figure (declaration.Figure); the others draw what figures share. Importing the
package takes matplotlib: do it late.
"""

from reporting.figures.declaration import Figure, Shapes
from reporting.figures.registry import FIGURES, about, drawn, subjects
from reporting.figures.sheet import Drawing

__all__ = ["FIGURES", "Drawing", "Figure", "Shapes", "about", "drawn", "subjects"]
