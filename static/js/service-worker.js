/* Lessons, eras, the timeline and the glossary can be read without a network once they were opened. VERSION, FILES and OFFLINE stand before this text.
   What is kept is fetched without cookies, as a stranger sees it: nobody's progress or notes lie about on a shared computer. Writing needs the site; a form that
   does not reach it stays open. */

const STATIC = `static-${VERSION}`;
const PAGES = `pages-${VERSION}`;
const KEPT = /^\/(ko|en)\/($|learn\/|timeline\/|era\/|glossary\/$)/;
const PAGES_MAX = 80;
/* What stands before the site says so when the site itself does not answer. */
const AWAY = [502, 503, 504];

self.addEventListener("install", (event) => {
  const fill = async () => {
    await (await caches.open(STATIC)).addAll(FILES);
    await (await caches.open(PAGES)).addAll(Object.values(OFFLINE).map((path) => new Request(path, { credentials: "omit" })));
    await self.skipWaiting();
  };
  event.waitUntil(fill());
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    for (const name of await caches.keys()) if (name !== STATIC && name !== PAGES) await caches.delete(name);
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  if (request.method === "GET" && FILES.includes(url.pathname)) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(event, url));
});

async function file(request) {
  const cache = await caches.open(STATIC);
  return (await cache.match(request, { ignoreVary: true })) ?? fetch(request);
}

async function page(event, url) {
  const isForm = event.request.method !== "GET";
  try {
    const answer = await fetch(event.request);
    if (isForm && AWAY.includes(answer.status)) return unsent(event);
    if (answer.ok && !isForm && KEPT.test(url.pathname) && !url.search) event.waitUntil(keep(url.pathname));
    return answer;
  } catch {
    if (isForm) return unsent(event);
    const cache = await caches.open(PAGES);
    const language = url.pathname.startsWith("/ko/") ? "ko" : "en";
    return (await cache.match(url.pathname, { ignoreVary: true })) ?? (await cache.match(OFFLINE[language], { ignoreVary: true })) ?? Response.error();
  }
}

/* No content: a browser stays where it is then, with all that was written in the form, and the page says why (lk-trouble). */
async function unsent(event) {
  const { referrer } = event.request;
  for (const client of await self.clients.matchAll({ type: "window" })) if (client.url.split("#")[0] === referrer) client.postMessage("unsent");
  return new Response(null, { status: 204 });
}

async function keep(path) {
  const cache = await caches.open(PAGES);
  const answer = await fetch(new Request(path, { credentials: "omit", headers: { "X-Keep": "1" } }));
  if (!answer.ok || answer.redirected) return;
  await cache.put(path, answer);
  const paths = await cache.keys();
  for (const old of paths.slice(0, Math.max(paths.length - PAGES_MAX, 0))) await cache.delete(old);
}
