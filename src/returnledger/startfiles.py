"""What a shop's folder begins with beside its settings: a policy, an example of events, and schemas for editors."""

from __future__ import annotations

import json
import re
from pathlib import Path

from returnledger.detect import Proposal
from returnledger.trial import scalar

POLICY = "small-shop"
SCHEMAS = ".returnledger"
_BY_MONTH = "choices: {cost: month_average}    # the ledger books cost of goods by the month\n"


def modeline(schema: str) -> str:
    """Return the comment by which editors find the schema of a file in the folder of the settings."""
    return f"# yaml-language-server: $schema={SCHEMAS}/{schema}.schema.json\n"


def other_files(folder: Path, proposal: Proposal, language: str) -> dict[Path, str]:
    """Return the files beside the settings: policy, example of events, schemas."""
    from returnledger.schema import NAMES, schema_for

    policy = policy_text(proposal)
    up = modeline("policy").replace(SCHEMAS, f"../{SCHEMAS}")
    files = {
        folder / "policies" / f"{POLICY}.yaml": up + policy,
        folder / "events.yaml": modeline("events") + events_text(proposal, language),
    }
    for name in NAMES:
        text = json.dumps(schema_for(name), ensure_ascii=False, indent=1)
        files[folder / SCHEMAS / f"{name}.schema.json"] = text + "\n"
    return files


def policy_text(proposal: Proposal) -> str:
    """Return the policy to start with: valid from the first day of the ledger, in its currency, with its methods."""
    policy = ready_policy(POLICY)
    policy = re.sub(r"(?m)^valid_from: \S+", f"valid_from: {proposal.first_day.isoformat()}", policy)
    policy = re.sub(r"(?m)^currency: \S+", f"currency: {proposal.currency}", policy)
    policy = re.sub(r"(?m)^( +methods: \[)(.*)\]$", lambda row: _methods(row, proposal), policy)
    return f"{policy.rstrip()}\n{_BY_MONTH}" if proposal.by_month else policy


def _methods(row: re.Match[str], proposal: Proposal) -> str:
    """Return a policy's row of methods with the ways in which the customers of this ledger pay."""
    ready = row[2].split(", ")
    own = [json.dumps(name, ensure_ascii=False) for name in proposal.methods if name not in ready]
    return f"{row[1]}{', '.join([*ready, *own])}]"


def ready_policy(name: str) -> str:
    """Return the text of one of the policies that come with the program."""
    here = Path(__file__).parent
    packed = here / "ready_policies" / f"{name}.yaml"
    source = packed if packed.is_file() else here.parent.parent / "policies" / f"{name}.yaml"
    return source.read_text(encoding="utf-8")


def events_text(proposal: Proposal, language: str) -> str:
    """Return an events file that says how to write one, with an order of the ledger as its commented example."""
    order, sku = (scalar(text) for text in (proposal.example or "1001", proposal.example_sku))
    day = proposal.example_day
    if language == "zh":
        return (
            "# 每行一个退货事件；去掉 # 即生效。先运行 `returnledger plan events.yaml` 查看，再用 apply 入账。\n"
            "defaults: {}\n"
            "events:\n"
            f"#  - {{return: {order}, date: {day}, sku: {sku}, qty: 1, reason: 七天无理由}}\n"
            f"#  - {{return: {order}, date: {day}}}        # 整单退回，原路退款\n"
        )
    return (
        "# One return per line; take the # away. Look with `returnledger plan events.yaml`, then book it with apply.\n"
        "defaults: {}\n"
        "events:\n"
        f"#  - {{return: {order}, date: {day}, sku: {sku}, qty: 1, reason: changed_mind}}\n"
        f"#  - {{return: {order}, date: {day}}}        # the whole order, paid back the way it was paid\n"
    )
