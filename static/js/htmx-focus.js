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
