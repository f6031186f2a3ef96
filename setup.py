"""Packs the ready policies into the distribution; everything else stands in pyproject.toml."""

from pathlib import Path
from shutil import copy2

from setuptools import setup
from setuptools.command.build_py import build_py


class WithPolicies(build_py):
    """Copies policies/*.yaml beside the modules, where an installed program finds them."""

    def run(self) -> None:
        """Build, then copy; an editable install reads them from the source tree."""
        super().run()
        if not self.editable_mode:
            folder = Path(self.build_lib, "returnledger", "ready_policies")
            folder.mkdir(parents=True, exist_ok=True)
            for policy in Path("policies").glob("*.yaml"):
                copy2(policy, folder)


setup(cmdclass={"build_py": WithPolicies})
