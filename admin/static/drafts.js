// What was typed into a form stays on this device until it was sent, a day at most.
"use strict";

const drafts = (() => {
  const PREFIX = "draft.";
  const A_DAY = 24 * 60 * 60 * 1000;
  const NOT_KEPT = new Set(["_csrf_token", "version", "seen", "token", "draft"]);
  const { of, restored, changed, drop } = document.currentScript.dataset;

  const read = (name) => {
    const draft = JSON.parse(localStorage.getItem(PREFIX + name) ?? "null");
    return draft && Date.now() - draft.at <= A_DAY ? draft : null;
  };
  const typedIn = (form) =>
    [...new FormData(form)].filter(
      ([name, value]) =>
        typeof value === "string" && !NOT_KEPT.has(name) &&
        form.elements.namedItem(name)?.type !== "password");
  const keep = (name, form, more) =>
    localStorage.setItem(
      PREFIX + name, JSON.stringify({ at: Date.now(), typed: typedIn(form), ...more }));
  const forget = (name) => localStorage.removeItem(PREFIX + name);
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
  const names = () =>
    Object.keys(localStorage)
      .filter((one) => one.startsWith(PREFIX))
      .map((one) => one.slice(PREFIX.length));
  for (const name of names()) {
    if (!read(name)) {
      forget(name);
    }
  }

  // Forms of the case pages: whose they are stands in the name, for devices are shared.
  const versionOf = (form) => form.querySelector('input[name="version"]')?.value ?? "";
  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);
  const told = (form, words, forgetIt) => {
    const note = document.createElement("p");
    note.className = "note note-look draft";
    note.setAttribute("role", "status");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-quiet";
    button.textContent = drop;
    button.addEventListener("click", () => {
      forgetIt();
      note.remove();
    });
    note.append(words, " ", button);
    form.prepend(note);
  };
  const watch = (form) => {
    const name = `${of}.${form.getAttribute("action")}`;
    const first = typedIn(form);
    const draft = read(name);
    let id = draft?.id ?? `${Date.now()}-${Math.random().toString(36).slice(2)}`;
    if (draft && !same(draft.typed, first)) {
      fill(form, draft.typed);
      form.closest("details")?.setAttribute("open", "");
      form.querySelector("details")?.setAttribute("open", "");
      told(form, draft.version === versionOf(form) ? restored : changed, () => {
        forget(name);
        fill(form, first);
      });
    }
    const changes = () => {
      if (same(typedIn(form), first)) {
        forget(name);
      } else {
        keep(name, form, { id, version: versionOf(form) });
      }
    };
    form.addEventListener("input", changes);
    form.addEventListener("change", changes);
    // The answer to what was sent names it, and only then is it forgotten: a session may be over.
    form.addEventListener("submit", () => {
      const field = form.querySelector('input[name="draft"]') ?? document.createElement("input");
      Object.assign(field, { type: "hidden", name: "draft", value: id });
      form.append(field);
    });
  };
  const here = new URL(location.href);
  const arrived = here.searchParams.get("sent");
  if (arrived) {
    names().filter((one) => read(one)?.id === arrived).forEach(forget);
    here.searchParams.delete("sent");
    history.replaceState(history.state, "", here);
  }
  document.querySelectorAll("form[data-draft]").forEach(watch);
  return { read, keep, fill, forget };
})();
