// Forms that outlive a lost connection: what was typed stays, and is sent until it has arrived.
"use strict";

(() => {
  // What stands before /admin: a path of the shop's domain, or nothing.
  const BEFORE = new URL("../..", document.currentScript.src).pathname.slice(0, -1);
  const ALIVE = `${BEFORE}/health/live`;
  const WAITS = [2000, 4000, 8000, 15000];
  const lost = document.getElementById("lost");
  const words = document.querySelector("[data-says]")?.dataset ?? {};
  const answer = document.getElementById("answer");
  let pending = null;
  let tries = 0;
  let timer = 0;
  let busy = false;

  const nameOf = (form) => `bench.${form.dataset.case}`;
  const valueOf = (form, name) => form.querySelector(`input[name="${name}"]`)?.value ?? "";
  const keep = (form, sent = false) =>
    drafts.keep(nameOf(form), form, {
      sent, version: valueOf(form, "version"), token: valueOf(form, "token"),
    });
  const restore = (form) => {
    const draft = drafts.read(nameOf(form));
    if (!draft || "refused" in form.dataset) {
      return;
    }
    const changed = draft.version !== valueOf(form, "version");
    if (changed && draft.sent) {
      drafts.forget(nameOf(form));
      answer.textContent = words.arrived;
      return;
    }
    drafts.fill(form, draft.typed);
    form.querySelector('input[name="token"]').value = draft.token;
    answer.textContent = changed ? words.changed : words.restored;
  };

  const wait = (form) => {
    pending = form;
    if (lost.hidden) {
      benchSounds.play("bad");
    }
    lost.hidden = false;
    form.inert = form.dataset.steady === "save";
    clearTimeout(timer);
    timer = setTimeout(again, WAITS[Math.min(tries, WAITS.length - 1)]);
    tries += 1;
  };
  const again = () => {
    if (pending) {
      send(pending);
    }
  };
  const arrived = (form, reply) => {
    const there = new URL(reply.url);
    pending = null;
    if (there.pathname === `${BEFORE}/admin/sign-in`) {
      const here = location.pathname.slice(BEFORE.length);
      location.assign(`${there.pathname}?next=${encodeURIComponent(here)}`);
    } else if (reply.redirected) {
      drafts.forget(nameOf(form));
      location.assign(reply.url);
    } else {
      // It was not saved: the page that says why is the browser's to show.
      form.inert = false;
      form.submit();
    }
  };
  const GONE = new Set([502, 504]);
  const ask = async (form) => {
    if (form.dataset.steady === "scan") {
      await fetch(ALIVE, { cache: "no-store", signal: AbortSignal.timeout(5000) });
      pending = null;
      form.submit();
      return;
    }
    const body = new FormData(form);
    keep(form, true);
    const reply = await fetch(form.action, {
      method: "POST", body, signal: AbortSignal.timeout(120000) });
    if (GONE.has(reply.status)) {
      throw new Error(reply.statusText);
    }
    arrived(form, reply);
  };
  const send = async (form) => {
    if (busy) {
      return;
    }
    busy = true;
    try {
      await ask(form);
    } catch {
      wait(form);
    } finally {
      busy = false;
    }
  };

  for (const form of document.querySelectorAll("form[data-steady]")) {
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (pending && pending !== form && pending.dataset.steady === "save") {
        benchSounds.play("bad");
        lost.scrollIntoView({ block: "center" });
      } else {
        send(form);
      }
    });
    if (form.dataset.steady === "save") {
      restore(form);
      for (const kind of ["input", "change"]) {
        form.addEventListener(kind, () => keep(form));
      }
      form.addEventListener("bench:changed", () => keep(form));
    }
  }
  const saved = document.querySelector("[data-saved]");
  if (saved) {
    drafts.forget(`bench.${saved.dataset.saved}`);
  }
  document.querySelector("[data-send-again]")?.addEventListener("click", again);
  window.addEventListener("online", again);
})();
