"""What every page needs of HTTP: headers, htmx, errors, health."""
