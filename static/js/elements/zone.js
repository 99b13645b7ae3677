// Where somebody is signed in, or about to be: to ask a browser for its zone takes a slow phone a tenth of a second, and dates are shown to them only.
// Tell the server the time zone of this browser, so that the next pages show dates, and read those of forms, as the clock on the wall goes (web/time_zone.py).
const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
if (timeZone && !document.cookie.split("; ").includes(`zone=${timeZone}`)) document.cookie = `zone=${timeZone}; path=/; max-age=31536000; SameSite=Lax`;
