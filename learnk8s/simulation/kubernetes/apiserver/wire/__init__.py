"""The API server as clients over HTTP see it: paths, discovery, tables, watches. Pure: the site's views only carry bytes."""
