// <theme-switch> turns the page dark or light; its button, whose place is kept, shows itself once this is here.
// The choice is a cookie, so that the server draws the next page right from its first byte.
const YEAR_S = 31_536_000;

class ThemeSwitch extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("button");
    this.system = matchMedia("(prefers-color-scheme: dark)");
    this.turn = () => this.choose(this.isDark() ? "light" : "dark");
    this.show = () => this.button.setAttribute("aria-pressed", String(this.isDark()));
    this.button.addEventListener("click", this.turn);
    this.system.addEventListener("change", this.show);
    this.show();
  }

  disconnectedCallback() {
    this.button.removeEventListener("click", this.turn);
    this.system.removeEventListener("change", this.show);
  }

  isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : this.system.matches;
  }

  choose(theme) {
    document.documentElement.dataset.theme = theme;
    document.cookie = `theme=${theme}; path=/; max-age=${YEAR_S}; SameSite=Lax`;
    this.show();
  }
}

customElements.define("theme-switch", ThemeSwitch);
