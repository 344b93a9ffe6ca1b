// What every page of the staff gains with JavaScript; all of it works without.
"use strict";

// A check passes, fails, or nobody looked at it: two boxes, of which one at most is ticked.
document.addEventListener("change", (event) => {
  const boxes = event.target.closest("[data-check]")?.querySelectorAll("input") ?? [];
  for (const box of boxes) {
    box.checked = box.checked && (box === event.target || !event.target.checked);
  }
});
const nextOf = (check) => {
  const [passes, fails] = check.querySelectorAll("input");
  [passes.checked, fails.checked] = [!passes.checked && !fails.checked, passes.checked];
  passes.dispatchEvent(new Event("change", { bubbles: true }));
};

// Keys that press a link or a button: <a data-key="j">. Never while somebody types, and a key that
// is held down presses once. What moves money has data-does="focus": Enter is what presses it.
const press = (pressed) => {
  const check = pressed.closest("[data-check]");
  if (check) {
    nextOf(check);
    return;
  }
  if (pressed.dataset.does === "focus") {
    pressed.focus();
    pressed.scrollIntoView({ block: "center" });
    return;
  }
  pressed.click();
  const opened = pressed.matches("summary") && pressed.parentElement;
  if (opened && opened.open) {
    opened.querySelector("textarea, select, input:not([type=hidden])")?.focus();
    opened.scrollIntoView({ block: "nearest" });
  }
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) {
    return;
  }
  const at = event.target;
  if (at instanceof HTMLElement && at.matches("input, textarea, select, [contenteditable]")) {
    if (event.key === "Escape" && !at.closest("[data-scan]")) {
      at.blur();
    }
    return;
  }
  const pressed = document.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (pressed instanceof HTMLElement && !pressed.hasAttribute("disabled")) {
    event.preventDefault();
    press(pressed);
  }
});

// A filter that changes asks at once; its button stays for those without a script.
for (const form of document.querySelectorAll("form[data-at-once]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// An open menu of the head closes like any other: by Escape, and by a press elsewhere.
const menus = document.querySelectorAll(".menu details");
document.addEventListener("click", (event) => {
  for (const menu of menus) {
    if (!menu.contains(event.target)) {
      menu.open = false;
    }
  }
});
document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && document.querySelector(".menu details[open]");
  if (open) {
    open.open = false;
    open.querySelector("summary").focus();
  }
});

// A text of ours goes into the field that it is for, after what was typed there; nothing is lost.
for (const form of document.querySelectorAll("form[data-fills]")) {
  form.addEventListener("submit", (event) => {
    const field = document.getElementById(form.dataset.fills);
    const text = form.querySelector("option:checked")?.dataset.text;
    event.preventDefault();
    if (field instanceof HTMLTextAreaElement && text) {
      const typed = field.value.trimEnd();
      field.value = typed && !typed.endsWith(text) ? `${typed}\n\n${text}` : text;
      field.focus();
    }
  });
}
