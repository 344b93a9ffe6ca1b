// A scanner ends with Enter: in the form of a new parcel that goes on to the next field.
"use strict";

(() => {
  const form = document.querySelector("form[data-parcel]");
  for (const input of form?.querySelectorAll("input[type=text]") ?? []) {
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") {
        event.preventDefault();
        const fields = [...form.querySelectorAll("input:not([type=hidden]), textarea, button")];
        fields[fields.indexOf(input) + 1]?.focus();
      }
    });
  }
})();
