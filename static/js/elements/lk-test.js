/* <lk-test> around the form of an open test: knows which questions were changed here and are not saved yet. They alone are saved, and again until they are;
   what another window of the same test saved stays. */

class Test extends HTMLElement {
  connectedCallback() {
    this.controller = new AbortController();
    this.changed = new Map();
    this.changes = 0;
    const { signal } = this.controller;
    for (const kind of ["input", "change"]) this.addEventListener(kind, ({ target }) => this.note(target), { signal });
    this.addEventListener("formdata", ({ formData }) => this.tell(formData), { signal });
    this.addEventListener("htmx:config:request", ({ detail: { ctx } }) => { ctx.changes = this.changes; }, { signal });
    this.addEventListener("htmx:after:request", ({ detail: { ctx } }) => this.saved(ctx), { signal });
    this.restored();
  }

  disconnectedCallback() {
    this.controller.abort();
  }

  note(field) {
    const question = field.closest(".question");
    if (question) this.changed.set(question.id.replace("question-", ""), this.changes += 1);
  }

  /* None is said as well: a form that says nothing is saved whole. */
  tell(formData) {
    formData.delete("changed");
    for (const question of this.changed.size ? this.changed.keys() : [""]) formData.append("changed", question);
  }

  saved({ response, changes }) {
    if (response.status !== 200) return;
    for (const [question, at] of this.changed) if (at <= changes) this.changed.delete(question);
  }

  /* What a browser put back that was not saved when it left the page. */
  restored() {
    const first = (select) => Math.max(0, [...select.options].findIndex((option) => option.defaultSelected));
    const differs = (field) => (field.tagName === "SELECT" ? field.selectedIndex !== first(field) : field.checked !== field.defaultChecked || field.value !== field.defaultValue);
    const fields = [...this.querySelectorAll(".question :is(input:not([type=hidden]), select, textarea)")].filter(differs);
    for (const field of fields) this.note(field);
    fields[0]?.dispatchEvent(new Event("change", { bubbles: true }));
  }
}

customElements.define("lk-test", Test);
