// Steps of the history are what a person would call steps, with forms that htmx sends as with ordinary ones: what is typed changes the address of the step
// at which one is, and what leads to the same address is no second step, which Back would seem not to take.
document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (ctx.push && ctx.sourceEvent?.type === "input") [ctx.push, ctx.replace] = [null, ctx.push];
});
document.addEventListener("htmx:before:history:update", ({ detail: { history } }) => {
  if (new URL(history.path, location.href).href === location.href) history.type = "replace";
});
// Where a step back cannot be fetched, the page is not left standing under the address of another.
document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx?.request?.headers?.["HX-History-Restore-Request"] && !ctx.response) location.reload();
});
// A step back through the history replaces the body, and what a script put there would be gone.
{
  const own = ["lk-trouble", "lk-waiting"].map((name) => document.createElement(name));
  const stay = () => document.body.append(...own.filter((element) => !element.isConnected));
  document.addEventListener("htmx:after:swap", stay);
  stay();
}
