"""The thresholds of `report risk`: above which share, number or amount a case is pointed out."""

from __future__ import annotations

from returnledger.policy.model_base import Part


class RiskTable(Part):
    """What `report risk` points out."""
