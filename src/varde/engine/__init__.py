"""Events as columns: a library that knows neither Django nor the web."""
