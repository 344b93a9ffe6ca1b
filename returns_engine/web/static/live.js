// The page of a return updates itself: it is told by server-sent events, and asks where those fail.

const POLL = 20_000;
const QUICK_POLL = 3_000;
// A page that nobody touches does not keep its customer signed in for ever.
const IDLE = 20 * 60_000;

let stream = null;
let touched = Date.now();
let asked = Date.now();

const standing = () => document.getElementById("standing");
const watched = () => !document.hidden && Date.now() - touched < IDLE;

const refresh = () => {
  asked = Date.now();
  window.htmx.trigger(standing(), "stale");
};

const close = () => {
  stream?.close();
  stream = null;
};

const open = () => {
  if (stream || !window.EventSource || !watched()) {
    return;
  }
  const address = standing().getAttribute("hx-get");
  stream = new EventSource(`${address}/changes?since=${standing().dataset.version}`);
  stream.addEventListener("changed", refresh);
};

const hears = () => stream?.readyState === EventSource.OPEN;

const look = () => {
  if (!watched()) {
    close();
    return;
  }
  const pause = standing().dataset.quick ? QUICK_POLL : POLL;
  if (!hears() && Date.now() - asked >= pause) {
    refresh();
  }
};

const here = () => {
  const wasAway = !watched();
  touched = Date.now();
  if (wasAway && watched()) {
    refresh();
  }
  open();
};

// What came in meanwhile is said once: where the return stands now, or what we wrote.
const words = (found) => found?.textContent.trim().replace(/\s+/g, " ") ?? "";
const newest = () => [
  words(standing().querySelector("h1")),
  [...document.querySelectorAll("#live-talk .speech:last-of-type > *")].map(words).join(" "),
];
let known = newest();

document.addEventListener("htmx:afterSettle", () => {
  const now = newest();
  const fresh = now.filter((one, place) => one && one !== known[place]);
  known = now;
  if (fresh.length > 0) {
    document.getElementById("live-said").textContent = fresh.join(" ");
  }
});

// Whose half hour is over is led to the start, as by any other click.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, pathInfo } = event.detail;
  const answered = xhr.responseURL && new URL(xhr.responseURL).pathname;
  const sought = new URL(pathInfo.requestPath, window.location.href).pathname;
  if (answered && answered !== sought) {
    event.detail.shouldSwap = false;
    close();
    window.location.assign(xhr.responseURL);
  }
});

for (const sign of ["pointerdown", "keydown", "scroll"]) {
  document.addEventListener(sign, here, { passive: true });
}
document.addEventListener("visibilitychange", () => (document.hidden ? close() : here()));
window.addEventListener("pagehide", close);
window.addEventListener("pageshow", open);
window.setInterval(look, 1_000);
