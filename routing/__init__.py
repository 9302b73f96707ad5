"""PROPOSES: which unit should handle a suggestion and which official leads it. Advice only.

What is proposed says by which rule and why; people decide. Refuses to change anything.
"""

from routing.officials import OfficialProposal, lead_official
from routing.units import Evidence, Match, Proposal, ProposedAssignment, propose

__all__ = [
    "Evidence",
    "Match",
    "OfficialProposal",
    "Proposal",
    "ProposedAssignment",
    "lead_official",
    "propose",
]
