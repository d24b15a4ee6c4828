"""Events as columns: a library that knows neither Django nor the web."""

import sys
from importlib.util import find_spec

# For every scalar it makes Arrow tries to import dateutil. Where that is not installed, Python
# searches its whole path each time: a tenth of the time of a batch. Let it search once.
if find_spec("dateutil") is None:
    sys.modules.setdefault("dateutil", None)  # type: ignore[arg-type]  # None: not to be found
