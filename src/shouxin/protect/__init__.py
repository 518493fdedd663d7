"""Protecting personal information: masks, pseudonyms, encryption, tokens, and the risk that is left.

Usable alone.

>>> from shouxin.protect import Protector, read_policy
>>> rules = read_policy("{version: 1, name: example, default: {do: mask}}")
>>> Protector(rules).text("电话 13800138000", [{"type": "mobile", "start": 3, "end": 14}]).text
'电话 138****8000'
"""

from shouxin.protect.keys import KeyProvider, Keys, MainKey, environment_keys
from shouxin.protect.policy import Policy
from shouxin.protect.policy_file import Rules, load_policy, named_policy, read_policy, write_policy
from shouxin.protect.protector import Change, Protected, Protector
from shouxin.protect.vault import Restored, Vault

__all__ = [
    "Change",
    "KeyProvider",
    "Keys",
    "MainKey",
    "Policy",
    "Protected",
    "Protector",
    "Restored",
    "Rules",
    "Vault",
    "environment_keys",
    "load_policy",
    "named_policy",
    "read_policy",
    "write_policy",
]
