"""The throw-away PostgreSQL runs on a socket only, and is gone afterwards."""

import re
from pathlib import Path

import psycopg
import pytest

from tools import postgres


@pytest.mark.slow
@pytest.mark.skipif(postgres.programs() is None, reason="PostgreSQL is not installed")
def test_a_cluster_answers_on_its_socket_and_leaves_nothing_behind() -> None:
    with postgres.cluster() as url:
        home = Path(re.sub(r".*host=", "", url))
        with psycopg.connect(url) as connection:
            listening = connection.execute("SHOW listen_addresses").fetchone()
        assert listening == ("",)
        assert home.exists()

    assert not home.exists()
