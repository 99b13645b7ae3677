// Give htmx the one Trusted Types policy that the site allows, and refuse every evaluation of text as code.
// The server is the only author of the HTML that htmx swaps; scripts inside it stay dead under script-src 'self'.
// The same policy names the one service worker there may be, which keeps lessons for reading without a network.
const WORKER = "/sw.js";
const refuse = () => { throw new Error("Evaluating text as code is not allowed on this site."); };
const keep = (html) => html;
const worker = (url) => (url === WORKER ? url : refuse());
const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("lk", { createHTML: keep, createScriptURL: worker })
  : { createHTML: keep, createScriptURL: worker };

window.htmx.registerExtension("lk-trusted", { init: (api) => api.initSecurity(policy, refuse, refuse) });

// A page of an error is not put into the place of a part of this one (lk-trouble says what is wrong), unless its element takes it (hx-status).
window.htmx.config.noSwap = [204, 304, "4xx", "5xx"];

if (document.documentElement.dataset.worker === WORKER && "serviceWorker" in navigator) {
  const register = () => navigator.serviceWorker.register(policy.createScriptURL(WORKER), { scope: "/" }).catch(() => {});
  if (document.readyState === "complete") register();
  else window.addEventListener("load", register);
}
