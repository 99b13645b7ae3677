// Wake the scripts of a page once it is whole and has been painted: until then the line and the processor belong to its text, which is read without them.
// They stand in <template id="late">, where a browser leaves them alone; scripts that are put into the page from there run, in their order.
// One at a time, so that a slow phone can answer a finger between two of them.
const wake = async () => {
  for (const asleep of document.getElementById("late").content.children) {
    const late = document.importNode(asleep);
    late.async = false;
    document.head.append(late);
    await new Promise((done) => setTimeout(done));
  }
};

// A command that is pressed before its terminal is awake is pressed once more when it is.
const early = (event) => {
  const button = event.target.closest?.("[data-run]");
  if (button) customElements.whenDefined("lk-terminal").then(() => button.click());
};
document.addEventListener("click", early);
customElements.whenDefined("lk-terminal").then(() => document.removeEventListener("click", early));

// This script is async: nothing waits for it, and the first layout is no part of its task. So it may come before the end of the page.
const whole = new Promise((done) => {
  if (document.readyState !== "loading") done();
  else document.addEventListener("DOMContentLoaded", done, { once: true });
});
const painted = new Promise((done) => {
  if (document.hidden || !window.PerformanceObserver?.supportedEntryTypes?.includes("paint")) done();
  else new PerformanceObserver((_paints, watcher) => { watcher.disconnect(); done(); }).observe({ type: "paint", buffered: true });
});
Promise.all([whole, painted]).then(wake);
