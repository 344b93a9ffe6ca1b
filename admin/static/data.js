// The data browser's own log-in page leads to ours: one sign-in for everything under /admin.
"use strict";

(function () {
  function toOurSignIn() {
    if (window.location.hash.startsWith("#/login")) {
      window.location.replace("/admin/sign-in?next=%2Fadmin%2Fdata%2F");
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

// A row leads to the page of its case: Piccolo Admin has no place for such a link, so it stands above.
(function () {
  const bar = document.createElement("nav");
  bar.setAttribute("aria-label", "Page of this row");
  bar.className = "our-way";
  bar.hidden = true;
  const link = document.createElement("a");
  bar.append(link);
  document.body.prepend(bar);
  let asked = 0;

  async function look() {
    const mine = ++asked;
    bar.hidden = true;
    const row = window.location.hash.match(/^#\/([a-z_]+)\/([0-9a-f-]+)\/?(?:\?.*)?$/);
    if (!row) {
      return;
    }
    const answer = await fetch(`/admin/data/page/${row[1]}/${row[2]}/`);
    const way = answer.ok ? await answer.json() : {};
    if (mine === asked && way.page) {
      link.href = way.page;
      link.textContent = `To the page: ${way.name}`;
      bar.hidden = false;
    }
  }

  window.addEventListener("our-move", look);
  window.addEventListener("hashchange", look);
  window.addEventListener("popstate", look);
  look();
})();
