// The data browser's own log-in page leads to ours: one sign-in for everything under /admin.
"use strict";

// What stands before /admin: a path of the shop's domain, or nothing.
const BEFORE = new URL("../..", document.currentScript.src).pathname.slice(0, -1);

(function () {
  // It names there where somebody was: #/login/?nextURL=/warehouses/1/
  function toOurSignIn() {
    const [at, asked] = window.location.hash.split("?");
    if (at.startsWith("#/login")) {
      const was = new URLSearchParams(asked).get("nextURL");
      const row = was ? encodeURIComponent(`#${was}`) : "";
      window.location.replace(`${BEFORE}/admin/sign-in?next=%2Fadmin%2Fdata%2F${row}`);
    }
  }
  window.addEventListener("hashchange", toOurSignIn);
  window.addEventListener("popstate", toOurSignIn);
  // The browser moves by history.pushState, which fires no event.
  const push = window.history.pushState.bind(window.history);
  window.history.pushState = function (...given) {
    push(...given);
    toOurSignIn();
    window.dispatchEvent(new Event("our-move"));
  };
  const replace = window.history.replaceState.bind(window.history);
  window.history.replaceState = function (...given) {
    replace(...given);
    toOurSignIn();
    window.dispatchEvent(new Event("our-move"));
  };
  toOurSignIn();
})();

// A row leads to the page of its case, and what is read only says so: Piccolo Admin has no place for
// either, so they stand above it.
(function () {
  const bar = document.createElement("nav");
  bar.setAttribute("aria-label", "About this row");
  bar.className = "our-way";
  bar.hidden = true;
  const note = document.createElement("span");
  const link = document.createElement("a");
  bar.append(note, " ", link);
  document.body.prepend(bar);
  let asked = 0;

  async function look() {
    const mine = ++asked;
    const at = window.location.hash.match(/^#\/([a-z_]+)\/(?:([0-9a-f-]+)\/?)?(?:\?.*)?$/);
    const answer = at && (await fetch(`${BEFORE}/admin/data/page/${at[1]}/${at[2] ? `${at[2]}/` : ""}`));
    const way = answer && answer.ok ? await answer.json() : {};
    if (mine !== asked) {
      return;
    }
    note.textContent = way.note || "";
    link.textContent = way.page ? `To the page: ${way.name}` : "";
    link.href = way.page ? BEFORE + way.page : "";
    link.hidden = !way.page;
    bar.hidden = !way.page && !way.note;
  }

  window.addEventListener("our-move", look);
  window.addEventListener("hashchange", look);
  window.addEventListener("popstate", look);
  look();
})();
