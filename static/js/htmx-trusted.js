// Give htmx the one Trusted Types policy that the site allows, and refuse every evaluation of text as code.
// The server is the only author of the HTML that htmx swaps; scripts inside it stay dead under script-src 'self'.
const refuse = () => { throw new Error("Evaluating text as code is not allowed on this site."); };
const keep = (html) => html;
const policy = window.trustedTypes
  ? window.trustedTypes.createPolicy("lk", { createHTML: keep })
  : { createHTML: keep };

window.htmx.registerExtension("lk-trusted", { init: (api) => api.initSecurity(policy, refuse, refuse) });
