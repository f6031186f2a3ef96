"""Whether a case is open, closed or void, as the relation `cases` has it."""

from __future__ import annotations

from returnledger.reports.table import N_, Column
from returnledger.words import Word


class CaseStatus(Word):
    """How far a case is as a whole."""

    OPEN = "open", "进行中", "Something is still to be done.", "尚有待办事项。"
    CLOSED = "closed", "已结", "Nothing is left to be done.", "已无待办事项。"
    VOID = "void", "作废", "All of it was undone.", "全部已撤销。"


STATUS = Column("status", N_("status"), "code", N_("open, closed or void, as the case stands"), words=CaseStatus)
