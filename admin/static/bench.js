// The bench by keyboard: a scanner types fast and ends with Enter, a person presses one key.
"use strict";

(() => {
  const scan = document.getElementById("code");
  const form = document.querySelector("form[data-bench]");
  const answer = document.getElementById("answer");
  const words = document.querySelector("[data-says]")?.dataset ?? {};
  // A scanner's next character follows within this time; a person's does not.
  const SCANNER_GAP = 60;
  // Where fingers point there is a camera, and it comes before the files.
  const COARSE = window.matchMedia("(pointer: coarse)");
  let byHand = false;
  let leaveAnyway = "";
  let waiting = 0;

  const say = (text) => {
    if (answer) {
      answer.textContent = text;
    }
  };
  const cards = form ? [...form.querySelectorAll("[data-card]")] : [];
  const somethingElse = form?.querySelector('input[name="something_else"]');
  let active = 0;

  const find = (card, selector) => card.querySelector(selector);
  const verdictOf = (card) => find(card, 'input[name^="verdict-"]:checked')?.value ?? "";
  const mark = () => {
    cards.forEach((card, place) => card.classList.toggle("active", place === active));
    const counted = { accepted: 0, rejected: 0, received: 0 };
    for (const card of cards) {
      const verdict = verdictOf(card);
      const rejected = verdict === "rejected";
      find(card, "textarea").required = rejected;
      const chosen = [...card.querySelectorAll('input[type="file"]')].some((one) => one.files.length);
      find(card, "[data-upload]").required =
        rejected && !chosen && !find(card, 'input[name^="photo_id-"]');
      if (verdict) {
        counted[verdict] += Number(find(card, 'input[name^="units-"]').value) || 0;
      }
    }
    const parts = Object.entries(counted).filter(([, units]) => units > 0);
    const told = parts.map(([verdict, units]) => `${units} ${words[verdict]}`);
    if (somethingElse?.checked) {
      told.push(`+ ${words.else}`);
    }
    const summary = document.getElementById("summary");
    if (summary) {
      summary.textContent = told.join(", ");
    }
  };
  const move = (step) => {
    active = Math.min(Math.max(active + step, 0), cards.length - 1);
    cards[active].scrollIntoView({ block: "nearest" });
    mark();
  };
  const next = () => {
    const open = cards.findIndex((card, place) => place > active && !verdictOf(card));
    if (open >= 0) {
      move(open - active);
    }
  };
  const choose = (card, name, value) => {
    const input = find(card, `input[name^="${name}-"][value="${value}"]`);
    if (input && !input.disabled) {
      input.checked = true;
    }
    mark();
  };
  // Whose verdict was set aside by an appeal takes the parcel in, and judges no more.
  const barred = (card, verdict) => find(card, `input[name^="verdict-"][value="${verdict}"]`).disabled;
  const judge = (verdict, act) => (card) => {
    if (barred(card, verdict)) {
      refuse(words.barred);
    } else {
      act(card);
    }
  };
  const allPass = (card) => {
    for (const box of card.querySelectorAll("[data-check] input")) {
      box.checked = box.name.startsWith("check-");
    }
    choose(card, "grade", "A");
    choose(card, "verdict", "accepted");
    find(card, "select[name^='disposition-']").value = "restock";
  };
  const cycle = (inputs) => {
    const at = inputs.findIndex((input) => input.checked);
    inputs[(at + 1) % inputs.length].checked = true;
  };

  const keys = {
    p: judge("accepted", (card) => { allPass(card); next(); }),
    a: judge("accepted", (card) => { choose(card, "verdict", "accepted"); next(); }),
    l: (card) => { choose(card, "verdict", "received"); next(); },
    m: (card) => { choose(card, "verdict", ""); next(); },
    r: judge("rejected", (card) => {
      choose(card, "verdict", "rejected");
      find(card, "textarea").focus();
    }),
    g: (card) => cycle([...card.querySelectorAll('input[name^="grade-"]')]),
    d: (card) => {
      const select = find(card, "select[name^='disposition-']");
      select.selectedIndex = (select.selectedIndex + 1) % select.length;
    },
    c: (card) => find(card, COARSE.matches ? "[data-camera]" : "[data-upload]").click(),
    x: (card) => {
      if (somethingElse) {
        somethingElse.checked = !somethingElse.checked;
        if (somethingElse.checked) {
          choose(card, "verdict", "");
        }
      }
    },
  };
  for (const number of [1, 2, 3, 4]) {
    keys[number] = (card) => {
      const check = card.querySelectorAll("[data-check]")[number - 1];
      if (check) {
        nextOf(check);
      }
    };
  }
  const help = () => {
    const details = document.getElementById("keys");
    if (details) {
      details.open = !details.open;
      details.scrollIntoView({ block: "nearest" });
    }
  };

  const press = (key) => {
    if (key === "?") {
      help();
      return true;
    }
    // A key that leads elsewhere, such as N to take in what nobody announced.
    const leads = document.querySelector(`[data-leads="${CSS.escape(key.toLowerCase())}"]`);
    if (leads instanceof HTMLElement) {
      if (unsaved()) {
        refuse(words.unsaved);
      } else {
        leads.click();
      }
      return true;
    }
    const act = cards.length ? keys[key.toLowerCase()] : undefined;
    if (act) {
      say("");
      act(cards[active]);
      mark();
      form.dispatchEvent(new Event("bench:changed"));
    }
    return Boolean(act);
  };

  const unsaved = () => cards.some((card) => verdictOf(card)) || Boolean(somethingElse?.checked);
  const refuse = (text) => {
    say(text ?? "");
    benchSounds.play("bad");
  };
  const save = () => {
    if (unsaved()) {
      form.requestSubmit();
    } else {
      refuse(words.nothing);
    }
  };
  // The SKU of an item in this return goes to that item; one that has no verdict yet comes first.
  const goToItem = (code) => {
    const same = cards.filter((card) => card.dataset.sku.toLowerCase() === code.toLowerCase());
    const card = same.find((one) => !verdictOf(one)) ?? same[0];
    if (card) {
      move(cards.indexOf(card) - active);
      say(`${words.at} ${card.dataset.title}`);
      benchSounds.play("good");
    }
    return Boolean(card);
  };

  // One character alone, and nothing after it: a key. More of them: a scanner, or a hand at work.
  const settle = () => {
    const typed = scan.value;
    if (!byHand && typed.length === 1 && press(typed)) {
      scan.value = "";
    }
  };
  scan?.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(settle, SCANNER_GAP);
  });
  scan?.addEventListener("pointerdown", () => { byHand = true; });
  scan?.addEventListener("blur", () => { byHand = false; });
  scan?.addEventListener("keydown", (event) => {
    if (event.key === "Enter") {
      clearTimeout(waiting);
      settle();
      if (form && !scan.value.trim()) {
        event.preventDefault();
        save();
      } else if (goToItem(scan.value.trim())) {
        event.preventDefault();
        scan.value = "";
      } else if (form && unsaved() && leaveAnyway !== scan.value) {
        event.preventDefault();
        leaveAnyway = scan.value;
        refuse(words.unsaved);
        scan.value = "";
      }
    } else if (event.key === "Escape") {
      scan.value = "";
      byHand = false;
    } else if (event.key === "/" && !scan.value) {
      event.preventDefault();
      byHand = true;
    } else if (!scan.value && cards.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    }
  });

  // The scan field has the focus unless somebody writes or chooses elsewhere.
  const writes = (element) =>
    element instanceof HTMLElement &&
    element !== scan &&
    element.matches("textarea, select, input:not([type=radio]):not([type=checkbox]), a, button, summary");
  const refocus = () => {
    if (scan && !writes(document.activeElement)) {
      scan.focus({ preventScroll: true });
    }
  };
  document.addEventListener("keydown", (event) => {
    const at = document.activeElement;
    if (event.key === "Escape" && at !== scan) {
      event.preventDefault();
      scan?.focus({ preventScroll: true });
    } else if (at === document.body && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      scan?.focus({ preventScroll: true });
    }
  });
  form?.addEventListener("change", (event) => {
    const card = event.target.closest("[data-card]");
    active = Math.max(cards.indexOf(card), 0);
    mark();
    if (event.target.matches("input[type=radio], input[type=checkbox]")) {
      refocus();
    }
  });
  for (const button of document.querySelectorAll("[data-all-pass]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      active = cards.indexOf(button.closest("[data-card]"));
      press("p");
      scan?.focus({ preventScroll: true });
    });
  }

  const fault = form?.querySelector('[aria-invalid="true"]');
  if (cards.length) {
    active = fault ? Math.max(cards.indexOf(fault.closest("[data-card]")), 0) : 0;
    mark();
  }
  if (fault instanceof HTMLElement) {
    fault.focus();
  } else {
    refocus();
  }
  window.addEventListener("focus", refocus);
  // A key that was pressed before this script had come counts as well.
  if (scan?.value) {
    waiting = setTimeout(settle, SCANNER_GAP);
  }
})();
