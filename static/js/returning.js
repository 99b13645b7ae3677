// A page to which somebody comes back, which the browser had kept as it was, or makes again from the HTML that it had kept.
{
  // Who has logged out, or in as somebody else, does not see it again: the token of forms (CSRF) is another one then.
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]*)/)?.[1];
  const own = token();
  const isMadeAgain = performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  // A form that is sent from here once more is meant to be sent once more, though nothing in it has changed (web/once.py).
  let again = isMadeAgain ? Date.now() : 0;
  // What has gone on since then; what was typed elsewhere on the page stays.
  const LIVING = { ".playground__terminal": "outerMorph", ".embed": "outerMorph", ".test__clock": "outerHTML" };

  window.addEventListener("pageshow", ({ persisted }) => {
    if (!persisted) return;
    again = Date.now();
    if (!own || token() === own) return;
    document.body.hidden = true;
    location.reload();
  });
  document.addEventListener("formdata", ({ formData, target }) => { if (again && !target.hasAttribute("hx-post")) formData.set("again", String(again)); });
  if (isMadeAgain) {
    document.addEventListener("lk:ready", () => {
      for (const [target, swap] of Object.entries(LIVING)) if (document.querySelector(target)) window.htmx.ajax("GET", location.pathname + location.search, { target, select: target, swap });
    }, { once: true });
  }
}
