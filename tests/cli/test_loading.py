"""A command loads what it needs and nothing else."""

import subprocess
import sys

import pytest

SCRIPT = """
import sys
sys.argv = ["linghang", *sys.argv[1:]]
from linghang.cli import main
try:
    main()
except SystemExit as left:
    assert not left.code, left.code
print(sorted({"django", "jieba", "pyvrp", "sklearn", "statsmodels"} & set(sys.modules)))
"""


@pytest.mark.parametrize(
    ("command", "loaded"),
    [
        (["calendar", "2026-01-01"], "[]"),
        (["rules", "dues", "5000"], "[]"),
        (["reliability", "indices", "--help"], "[]"),
        (["match", "plan", "--help"], "['pyvrp']"),
    ],
)
def test_a_command_of_the_core_loads_neither_the_web_framework_nor_others_libraries(
    command, loaded
):
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, *command], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == loaded
