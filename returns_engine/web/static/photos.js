// Photos go one by one as soon as they are chosen, taken or dropped, and are in the draft then.
// Without this script they go with the form. What sends them is upload.js.

// The button of a form that waits for its photos.
const waiting = new Map();
const fields = [...document.querySelectorAll("[data-photos]")];

// Each photo waits for the one before: on a slow line one of them is through soon.
let line = Promise.resolve();

const under_way = (form) => form.querySelector(".photo-sending progress");

const stopWaiting = (form) => {
  waiting.get(form)?.removeAttribute("aria-busy");
  waiting.delete(form);
  form.querySelector("[data-wait]").textContent = "";
};

const goOn = (form) => {
  if (waiting.has(form) && !under_way(form)) {
    const button = waiting.get(form);
    stopWaiting(form);
    form.requestSubmit(button);
  }
};

const setUp = (field) => {
  const form = field.closest("form");
  const [keptTemplate, sendingTemplate] = field.querySelectorAll("template");
  const kept = field.querySelector(".photo-kept");
  const queue = field.querySelector(".photo-sending");
  const status = field.querySelector("[role=status]");
  const chooser = field.querySelector("input[type=file]");
  const texts = field.dataset;

  const token = () => {
    const body = new FormData();
    body.append("_csrf_token", form.elements._csrf_token.value);
    return body;
  };

  // Everything that is filled in goes with a photo, and is in the draft with it.
  const filledIn = () => {
    const body = new FormData(form);
    for (const [name, value] of [...body]) {
      if (value instanceof File) {
        body.delete(name);
      }
    }
    return body;
  };

  const holds = (id) => [...kept.querySelectorAll("[type=checkbox]")].some((box) => box.value === id);

  const setUpKept = (row) => {
    const [box, button, fault] = ["[type=checkbox]", "button", "[role=alert]"].map((one) =>
      row.querySelector(one),
    );
    const name = row.querySelector("img").alt;
    box.closest("label").hidden = true;
    button.hidden = false;
    button.setAttribute("aria-label", `${button.textContent}: ${name}`);
    button.addEventListener("click", async () => {
      button.setAttribute("aria-busy", "true");
      fault.textContent = "";
      const body = token();
      body.append("photo", box.value);
      const { status: code, over } = await post(button.getAttribute("formaction"), body);
      button.removeAttribute("aria-busy");
      if (code !== 204) {
        fault.textContent = over ? texts.over : texts.failed;
        return;
      }
      row.remove();
      status.textContent = `${name} ${texts.removed}`;
      chooser.focus();
    });
  };

  const keep = (id, name) => {
    const row = keptTemplate.content.firstElementChild.cloneNode(true);
    const [link, image] = ["a", "img"].map((one) => row.querySelector(one));
    link.href = link.getAttribute("href") + id;
    image.src = image.getAttribute("src").replace("/small", `${id}/small`);
    image.alt = name ?? `${image.alt}${kept.children.length + 1}`;
    row.querySelectorAll("input").forEach((input) => (input.value = id));
    setUpKept(row);
    kept.append(row);
  };

  const start = (file) => {
    const row = sendingTemplate.content.firstElementChild.cloneNode(true);
    const [image, name, progress, fault] = ["img", ".photo-name", "progress", "[role=alert]"].map(
      (one) => row.querySelector(one),
    );
    const [again, away] = row.querySelectorAll("button");
    image.src = URL.createObjectURL(file);
    image.addEventListener("error", () => image.classList.add("photo-unseen"));
    progress.setAttribute("aria-label", file.name);
    again.setAttribute("aria-label", `${again.textContent}: ${file.name}`);
    away.setAttribute("aria-label", `${away.textContent}: ${file.name}`);

    let call;
    let left = false;

    const clear = () => {
      URL.revokeObjectURL(image.src);
      row.remove();
    };

    // Said once, here, with the name of the file; a screen reader hears it.
    const failed = (says, { lasting }) => {
      name.textContent = "";
      fault.textContent = `${file.name}: ${says}`;
      progress.remove();
      again.hidden = lasting;
      away.hidden = false;
      if (waiting.has(form)) {
        stopWaiting(form);
        (lasting ? away : again).focus();
      }
    };

    const send = async () => {
      if (left) {
        return;
      }
      const sent = await smaller(file, image);
      if (sent.size > Number(texts.largest)) {
        failed(texts.large, { lasting: true });
        return;
      }
      name.textContent = `${file.name} ${texts.sending}`;
      const body = filledIn();
      body.append("line", texts.line);
      body.append("file", sent, file.name);
      const told = (part) => {
        progress.value = part;
        // What is here in whole cannot be stopped any more, only removed when it is kept.
        away.hidden = part === 100;
      };
      const address = again.getAttribute("formaction");
      const begin = (begun) => (call = begun);
      const { status: code, answer, over } = await post(address, body, told, begin);
      if (left) {
        return;
      }
      if (code === 201 && answer.photo_id) {
        const twice = holds(answer.photo_id);
        if (!twice) {
          keep(answer.photo_id, file.name);
        }
        clear();
        status.textContent = `${file.name} ${twice ? texts.twice : texts.sent}`;
      } else {
        failed(answer.says ?? (over ? texts.over : texts.failed), { lasting: code >= 400 && code < 500 && code !== 429 });
      }
    };

    const wait = () => {
      fault.textContent = "";
      name.textContent = `${file.name} ${texts.waits}`;
      progress.value = 0;
      name.after(progress);
      again.hidden = true;
      away.hidden = false;
      const broken = () => failed(texts.failed, { lasting: false });
      line = line.then(send).catch(broken).then(() => goOn(form));
    };

    away.addEventListener("click", () => {
      left = true;
      call?.abort();
      clear();
      chooser.focus();
    });
    again.addEventListener("click", () => {
      wait();
      row.focus();
    });
    // A line that is back is used at once.
    window.addEventListener("online", () => {
      if (row.isConnected && !again.hidden) {
        wait();
      }
    });
    queue.append(row);
    wait();
  };

  const take = (files) => {
    const room = Number(texts.most) - kept.children.length - queue.querySelectorAll("progress").length;
    const [fitting, others] = [files.slice(0, Math.max(room, 0)), files.slice(Math.max(room, 0))];
    status.textContent = others.length
      ? `${others.map((file) => file.name).join(", ")}: ${texts.many}`
      : "";
    fitting.forEach(start);
  };

  kept.querySelectorAll("li").forEach(setUpKept);
  for (const input of field.querySelectorAll("input[type=file]")) {
    const takeChosen = () => {
      take([...input.files]);
      // They are on their way: the form does not send them again.
      input.value = "";
    };
    input.addEventListener("change", takeChosen);
    // On a slow line they may have been chosen before this script came.
    if (input.files.length) {
      takeChosen();
    }
  }
  field.querySelector(".drop-hint").hidden = false;
  const over = (event) => {
    event.preventDefault();
    field.classList.toggle("photo-over", event.type === "dragover");
  };
  field.addEventListener("dragover", over);
  field.addEventListener("dragleave", over);
  field.addEventListener("drop", (event) => {
    over(event);
    take([...event.dataTransfer.files]);
  });

  // A page that is gone back to is the page as it was: what was kept or removed since is told anew.
  field.bring = (ids) => {
    kept.querySelectorAll("li").forEach((row) => {
      if (!ids.includes(row.querySelector("[type=checkbox]").value)) {
        row.remove();
      }
    });
    ids.filter((id) => !holds(id)).forEach((id) => keep(id));
  };
};

const bringBack = async () => {
  const form = fields[0].closest("form");
  const address = fields[0].querySelectorAll("template")[1].content.querySelector("[formaction]");
  const answer = await fetch(address.getAttribute("formaction")).catch(() => null);
  if (!answer?.ok || answer.redirected) {
    return;
  }
  const { kind, photos } = await answer.json();
  if (kind === (form.elements.kind?.value ?? "return")) {
    fields.forEach((field) => field.bring(photos[field.dataset.line] ?? []));
  }
};

fields.forEach(setUp);
for (const form of new Set(fields.map((field) => field.closest("form")))) {
  form.addEventListener("submit", (event) => {
    if (under_way(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting.set(form, event.submitter);
      event.submitter?.setAttribute("aria-busy", "true");
      const says = form.querySelector("[data-wait]");
      says.textContent = says.dataset.wait;
    }
  });
}
window.addEventListener("pageshow", (event) => {
  const [how] = performance.getEntriesByType("navigation");
  if (fields.length && (event.persisted || how?.type === "back_forward")) {
    bringBack();
  }
});
