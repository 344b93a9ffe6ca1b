// What a page gains with JavaScript; everything works without it.

// A second click on a button that is already at work sends nothing.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) {
    // Another script has done what the form asks for: nothing is under way.
    return;
  }
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  for (const button of form.querySelectorAll("button[type=submit]")) {
    button.setAttribute("aria-busy", "true");
  }
});

// The browser's "back" brings a page as it was left: let its forms be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) {
    delete form.dataset.sent;
    for (const button of form.querySelectorAll("[aria-busy]")) {
      button.removeAttribute("aria-busy");
    }
  }
});

// Errors are read first, but by nobody who types already: the page came before this script.
const typing = (field) => "defaultValue" in field && field.value !== field.defaultValue;
if (!typing(document.activeElement ?? document.body)) {
  document.querySelector("[data-focus-me]")?.focus();
}

// Questions that only some answers need.
const revealing = document.querySelectorAll("input[data-reveals]");
const follow = () => {
  for (const input of revealing) {
    const group = document.getElementById(input.dataset.reveals);
    if (group) {
      group.hidden = !input.checked;
    }
  }
};
follow();
document.addEventListener("change", follow);
window.addEventListener("pageshow", follow);

// Photos are shown before they are sent.
for (const input of document.querySelectorAll("input[data-preview]")) {
  input.addEventListener("change", () => {
    const row = document.getElementById(input.dataset.preview);
    row.replaceChildren(
      ...Array.from(input.files, (file) => {
        const image = document.createElement("img");
        image.alt = file.name;
        image.src = URL.createObjectURL(file);
        return image;
      }),
    );
  });
}

// Whoever changes the language keeps what they wrote: it waits in this tab, for the same page alone.
const UNSENT = "unsent";
const WRITTEN = new Set(["textarea", "text", "email", "tel", "search", "number", "select-one"]);
document.addEventListener("click", (event) => {
  const link = event.target.closest(".languages a");
  if (!link) {
    return;
  }
  const fields = Array.from(document.querySelectorAll("main :is(textarea, input, select)[id]"));
  const words = fields
    .filter((field) => WRITTEN.has(field.type) && field.value)
    .map((field) => [field.id, field.value]);
  const page = new URL(link.href).searchParams.get("back");
  sessionStorage.setItem(UNSENT, JSON.stringify({ page, words }));
});
const unsent = JSON.parse(sessionStorage.getItem(UNSENT) ?? "null");
sessionStorage.removeItem(UNSENT);
if (unsent && (location.pathname + location.search).endsWith(unsent.page)) {
  for (const [id, words] of unsent.words) {
    const field = document.getElementById(id);
    if (field && field.value !== words) {
      field.value = words;
      field.closest("details")?.setAttribute("open", "");
    }
  }
}
