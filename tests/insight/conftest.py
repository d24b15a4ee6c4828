from tests.incidents.conftest import (  # noqa: F401 - alerts at three members, as for cases
    batch,
    make_alert,
    municipality,
    three,
)
