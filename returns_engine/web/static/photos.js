// Photos go one by one as soon as they are chosen, taken or dropped, and show how far they are.
// Without this script they go with the form.

// The button of a form that waits for its photos.
const waiting = new Map();

const sending = (form) => form.querySelector(".photo-sending progress");

const goOn = (form) => {
  if (waiting.has(form) && !sending(form)) {
    const button = waiting.get(form);
    waiting.delete(form);
    form.requestSubmit(button);
  }
};

const setUp = (field) => {
  const form = field.closest("form");
  const [keptTemplate, sendingTemplate] = field.querySelectorAll("template");
  const kept = field.querySelector(".photo-kept");
  const queue = field.querySelector(".photo-sending");
  const status = field.querySelector("[role=status]");
  const texts = field.dataset;

  const keep = (row, id) => {
    const one = keptTemplate.content.firstElementChild.cloneNode(true);
    const [link, image, box] = ["a", "img", "input"].map((name) => one.querySelector(name));
    link.href = link.getAttribute("href") + id;
    image.src = row.querySelector("img").src;
    image.alt = row.querySelector("span").textContent;
    box.name = texts.name;
    box.value = id;
    kept.append(one);
    row.remove();
  };

  const send = (row, file) => {
    const [name, bar, again] = ["span", "progress", "button"].map((one) => row.querySelector(one));
    const failed = (says) => {
      status.textContent = `${file.name}: ${says}`;
      name.textContent = status.textContent;
      bar.remove();
      again.hidden = false;
      waiting.delete(form);
    };
    const body = new FormData();
    body.append("_csrf_token", form.elements._csrf_token.value);
    body.append("file", file);
    const call = new XMLHttpRequest();
    call.responseType = "json";
    call.upload.addEventListener("progress", (event) => {
      bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 0;
    });
    call.addEventListener("load", () => {
      if (call.status === 201 && call.response?.photo_id) {
        name.textContent = file.name;
        keep(row, call.response.photo_id);
        status.textContent = `${file.name} ${texts.sent}`;
      } else {
        failed(call.response?.says ?? texts.failed);
      }
      goOn(form);
    });
    call.addEventListener("error", () => failed(texts.failed));
    call.open("POST", again.getAttribute("formaction"));
    call.send(body);
  };

  const start = (file) => {
    const row = sendingTemplate.content.firstElementChild.cloneNode(true);
    row.querySelector("img").src = URL.createObjectURL(file);
    row.querySelector("span").textContent = `${file.name} ${texts.sending}`;
    row.querySelector("progress").setAttribute("aria-label", file.name);
    row.querySelector("button").addEventListener("click", () => {
      row.remove();
      start(file);
    });
    queue.append(row);
    send(row, file);
  };

  const take = (files) => {
    const room = Number(texts.most) - kept.children.length - queue.children.length;
    Array.from(files).slice(0, Math.max(room, 0)).forEach(start);
    if (files.length > room) {
      status.textContent = texts.many;
    }
  };

  for (const input of field.querySelectorAll("input[type=file]")) {
    input.addEventListener("change", () => {
      take(input.files);
      // They are on their way: the form does not send them again.
      input.value = "";
    });
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
    take(event.dataTransfer.files);
  });
  form.addEventListener("submit", (event) => {
    if (sending(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      waiting.set(form, event.submitter);
      status.textContent = texts.wait;
    }
  });
};

document.querySelectorAll("[data-photos]").forEach(setUp);
