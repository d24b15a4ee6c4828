"""Pictures of the whole, made of what the floors below know."""

from varde.insight.queries.figures import Answers, Figures, figures
from varde.insight.queries.members import members_overview

__all__ = ["Answers", "Figures", "figures", "members_overview"]
