/* Lessons, eras, the timeline and the glossary can be read without a network once they were opened. VERSION, FILES and OFFLINE stand before this text.
   What is kept is fetched without cookies, as a stranger sees it: nobody's progress or notes lie about on a shared computer. Writing needs the site. */

const STATIC = `static-${VERSION}`;
const PAGES = `pages-${VERSION}`;
const KEPT = /^\/(ko|en)\/($|learn\/|timeline\/|era\/|glossary\/$)/;
const PAGES_MAX = 80;

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
  try {
    const answer = await fetch(event.request);
    if (answer.ok && event.request.method === "GET" && KEPT.test(url.pathname) && !url.search) event.waitUntil(keep(url.pathname));
    return answer;
  } catch {
    const cache = await caches.open(PAGES);
    const language = url.pathname.startsWith("/ko/") ? "ko" : "en";
    const kept = event.request.method === "GET" ? await cache.match(url.pathname, { ignoreVary: true }) : undefined;
    return kept ?? (await cache.match(OFFLINE[language], { ignoreVary: true })) ?? Response.error();
  }
}

async function keep(path) {
  const cache = await caches.open(PAGES);
  const answer = await fetch(new Request(path, { credentials: "omit", headers: { "X-Keep": "1" } }));
  if (!answer.ok || answer.redirected) return;
  await cache.put(path, answer);
  const paths = await cache.keys();
  for (const old of paths.slice(0, Math.max(paths.length - PAGES_MAX, 0))) await cache.delete(old);
}
