// <lk-kept> lists the pages that this browser keeps for reading without a network, by their titles.
class Kept extends HTMLElement {
  async connectedCallback() {
    if (!("caches" in window)) return;
    const list = this.querySelector("ul");
    const language = `/${document.documentElement.lang}/`;
    for (const name of (await caches.keys()).filter((key) => key.startsWith("pages"))) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const path = new URL(request.url).pathname;
        if (!path.startsWith(language) || path.endsWith("/offline/")) continue;
        const title = (await (await cache.match(request)).text()).match(/<title>([^<]*)<\/title>/)?.[1] ?? path;
        const link = Object.assign(document.createElement("a"), { href: path, textContent: title.replace(" · learnk8s", "").replaceAll("&#x27;", "'").replaceAll("&amp;", "&") });
        const item = document.createElement("li");
        item.append(link);
        list.append(item);
      }
    }
    this.hidden = list.childElementCount === 0;
  }
}

customElements.define("lk-kept", Kept);
