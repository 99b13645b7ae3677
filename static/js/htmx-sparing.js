// When a page begins, htmx looks through all its elements and all their attributes for code (hx-on), which this site does not have, and prepares every form
// and link that asks the server for something. In a large drawing that takes longer than a finger waits. Here it prepares what asks by itself, and the
// rest when it is pressed or written into: a listener that is added while an event is still on its way down hears it.
{
  const ASKING = ["get", "post", "put", "patch", "delete"].map((how) => `[hx-${how}]`).join();
  const BOOSTED = "[hx-boost\\:inherited] :is(a, form)";
  const BY_ITSELF = /\b(load|revealed|intersect|every)\b|\bfrom:/;
  const heard = new Set();
  const prepare = ({ target }) => {
    for (const asking of [target.closest?.(ASKING), target.closest?.(BOOSTED)]) if (asking && !("htmxPowered" in asking.dataset)) window.htmx.process(asking);
  };
  const hear = (kind) => {
    if (!heard.has(kind)) document.addEventListener(kind, prepare, true);
    heard.add(kind);
  };
  const ready = () => document.dispatchEvent(new CustomEvent("lk:ready"));
  for (const kind of ["click", "change", "submit"]) hear(kind);
  document.addEventListener("htmx:before:process", (event) => {
    if (event.target !== document.body) return;
    event.preventDefault();
    for (const element of document.querySelectorAll("[hx-trigger]")) {
      const when = element.getAttribute("hx-trigger");
      if (BY_ITSELF.test(when)) window.htmx.process(element);
      else for (const each of when.split(",")) hear(each.trim().split(/[\s[]/)[0]);
    }
    ready();
  });
  document.addEventListener("htmx:after:process", ({ target }) => { if (target === document.body) ready(); });
}
