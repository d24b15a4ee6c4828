"""The one step that ``pyproject.toml`` cannot say: translations are compiled into the wheel."""

import importlib.util
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py

TOOL = Path(__file__).parent / "tools" / "compile_messages.py"


class BuildWithMessages(build_py):
    """Compile every ``django.po`` before the files of the package are collected."""

    def run(self) -> None:
        spec = importlib.util.spec_from_file_location("compile_messages", TOOL)
        assert spec is not None and spec.loader is not None  # noqa: S101, PT018 - for the type checker
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        module.compile_messages()
        super().run()


setup(cmdclass={"build_py": BuildWithMessages})
