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
  };
  const replace = window.history.replaceState.bind(window.history);
  window.history.replaceState = function (...given) {
    replace(...given);
    toOurSignIn();
  };
  toOurSignIn();
})();
