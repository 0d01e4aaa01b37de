"""The rules: what is a finding, at which level, why, and what to do about it. One file a rule."""

from nixdrift.rules.apply import apply_rules, in_order, inspect
from nixdrift.rules.inspection import Inspection, inspections
from nixdrift.rules.registry import RULES
from nixdrift.rules.rule import Rule

__all__ = ["RULES", "Inspection", "Rule", "apply_rules", "in_order", "inspect", "inspections"]
