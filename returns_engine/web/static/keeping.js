// What is filled in is kept in the draft as soon as somebody pauses, and when they leave the page.
// Without this script it is kept by the buttons of the form.

const PAUSE = 1_000;
const keeper = document.querySelector("[data-keeps]");
const filling = keeper.form;
let pausing = null;

const stopWaiting = () => {
  clearTimeout(pausing);
  pausing = null;
};

const keepNow = () => {
  stopWaiting();
  const body = new FormData(filling);
  for (const [name, value] of [...body]) {
    if (value instanceof File) {
      body.delete(name);
    }
  }
  // It outlives the page, and is refused where it is too long for that.
  navigator.sendBeacon(keeper.getAttribute("formaction"), body);
};

const keepSoon = () => {
  stopWaiting();
  pausing = setTimeout(keepNow, PAUSE);
};

const keepWhatWaits = () => pausing !== null && keepNow();

filling.addEventListener("input", keepSoon);
filling.addEventListener("change", (event) => event.target.type !== "file" && keepNow());
// Whoever goes on keeps it by that.
filling.addEventListener("submit", stopWaiting);
window.addEventListener("pagehide", keepWhatWaits);
document.addEventListener("visibilitychange", () => document.hidden && keepWhatWaits());
keeper.nextElementSibling.textContent = keeper.dataset.keeps;
