/* Virtual time as the page shows it. Pure functions, tested with node. */

export function virtualNow({ now, speed }, elapsedMs) {
  return Number(now) + Math.floor((elapsedMs * Number(speed)) / 1000);
}

export function clockText(ms) {
  const seconds = Math.floor(ms / 1000);
  const pad = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (seconds >= 3600) return `${Math.floor(seconds / 3600)}:${pad(minutes % 60)}:${pad(seconds % 60)}`;
  return `${minutes}:${pad(seconds % 60)}`;
}
