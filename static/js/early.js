// What was typed into a field that looks for things while one types, before the scripts were awake, is looked for then.
document.addEventListener("lk:ready", () => {
  for (const field of document.querySelectorAll("form[hx-get] input[type=search]")) if (field.value !== field.defaultValue) field.dispatchEvent(new Event("input", { bubbles: true }));
}, { once: true });
