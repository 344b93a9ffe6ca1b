// Forms that outlive a lost connection: what was typed stays, and is sent until it has arrived.
"use strict";

(() => {
  const ALIVE = "/health/live";
  const WAITS = [2000, 4000, 8000, 15000];
  const A_DAY = 24 * 60 * 60 * 1000;
  const NOT_KEPT = new Set(["_csrf_token", "version", "token"]);
  const lost = document.getElementById("lost");
  const words = document.querySelector("[data-says]")?.dataset ?? {};
  const answer = document.getElementById("answer");
  let pending = null;
  let tries = 0;
  let timer = 0;
  let busy = false;

  // What was typed about a return stays on this device until it was saved, a day at most.
  const nameOf = (form) => `bench.draft.${form.dataset.case}`;
  const valueOf = (form, name) => form.querySelector(`input[name="${name}"]`)?.value ?? "";
  const keep = (form, sent = false) => {
    const typed = [...new FormData(form)].filter(
      ([name, value]) => typeof value === "string" && !NOT_KEPT.has(name));
    const draft = {
      at: Date.now(), sent, typed, version: valueOf(form, "version"), token: valueOf(form, "token"),
    };
    localStorage.setItem(nameOf(form), JSON.stringify(draft));
  };
  const fill = (form, typed) => {
    for (const box of form.querySelectorAll("input[type=checkbox]")) {
      box.checked = false;
    }
    for (const [name, value] of typed) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") {
          field.checked = field.checked || field.value === value;
        } else if (field.type !== "hidden" && field.type !== "file") {
          field.value = value;
        }
      }
    }
  };
  const restore = (form) => {
    const draft = JSON.parse(localStorage.getItem(nameOf(form)) ?? "null");
    if (!draft || "refused" in form.dataset || Date.now() - draft.at > A_DAY) {
      return;
    }
    const changed = draft.version !== valueOf(form, "version");
    if (changed && draft.sent) {
      localStorage.removeItem(nameOf(form));
      answer.textContent = words.arrived;
      return;
    }
    fill(form, draft.typed);
    form.querySelector('input[name="token"]').value = draft.token;
    answer.textContent = changed ? words.changed : words.restored;
  };
  const forgetOld = () => {
    for (const name of Object.keys(localStorage).filter((one) => one.startsWith("bench.draft."))) {
      if (Date.now() - (JSON.parse(localStorage.getItem(name))?.at ?? 0) > A_DAY) {
        localStorage.removeItem(name);
      }
    }
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
    if (there.pathname === "/admin/sign-in") {
      location.assign(`${there.pathname}?next=${encodeURIComponent(location.pathname)}`);
    } else if (reply.redirected) {
      localStorage.removeItem(nameOf(form));
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
    localStorage.removeItem(`bench.draft.${saved.dataset.saved}`);
  }
  forgetOld();
  document.querySelector("[data-send-again]")?.addEventListener("click", again);
  window.addEventListener("online", again);
})();
