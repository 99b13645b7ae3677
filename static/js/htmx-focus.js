// What was said to a form is read out because it has the focus. Where a browser gave that to a field, or left it to a place in the page (#…), a live region says it,
// which is heard only when it changes.
{
  const SAID_MS = 300;
  setTimeout(() => {
    const notice = document.querySelector("[role=status] > .notice");
    if (!notice || document.activeElement === notice) return;
    const voice = Object.assign(document.createElement("p"), { className: "visually-hidden" });
    voice.setAttribute("role", "status");
    document.body.append(voice);
    setTimeout(() => { voice.textContent = notice.parentNode.textContent.trim(); }, SAID_MS);
  }, SAID_MS);
}
// What comes back from the server takes the focus to what is to be read next ([autofocus]), but not from somebody who has begun to write elsewhere meanwhile.
{
  const WRITING = "textarea, input:not([type=radio], [type=checkbox])";
  const before = new WeakMap();
  document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => before.set(ctx, document.activeElement));
  document.addEventListener("htmx:before:swap", ({ detail: { ctx, tasks } }) => {
    const here = document.activeElement;
    if (!here?.matches(WRITING) || here === before.get(ctx)) return;
    for (const { fragment } of tasks) for (const next of fragment?.querySelectorAll("[autofocus]") ?? []) next.removeAttribute("autofocus");
  });
}
