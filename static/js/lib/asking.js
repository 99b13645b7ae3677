/* A request that is sent again until it is answered: the server carries it out once, by the name that the request has in it (`once`). */

const AGAIN_MS = [1000, 2000, 4000, 8000, 16_000, 30_000];
/* Nothing that is typed takes the site so long; a line that has gone dead does not say so. */
const DEAD_MS = 30_000;
/* What stands before the site says so when the site itself does not answer. */
const AWAY = [502, 503, 504];

/* Return what the site answers, as JSON, or { said } with its one sentence ("" if there is none). `late` is told when it is sent again. */
export async function asked(address, body, late = () => {}, wait = pause) {
  for (const ms of [...AGAIN_MS, null]) {
    const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, signal: AbortSignal.timeout(DEAD_MS) }).then(read, () => null);
    if (answer) return answer;
    if (ms === null) break;
    late();
    await wait(ms);
  }
  return { said: "" };
}

async function read(response) {
  if (AWAY.includes(response.status)) return null;
  const kind = response.headers.get("Content-Type") ?? "";
  if (kind.startsWith("application/json")) return response.json().catch(() => null);
  return { said: kind.startsWith("text/plain") ? await response.text() : "" };
}

/* Until the time is over, or the browser is connected again. */
function pause(ms) {
  return new Promise((done) => {
    const timer = setTimeout(() => over(), ms);
    const over = () => { clearTimeout(timer); removeEventListener("online", over); done(); };
    addEventListener("online", over);
  });
}
