// Where somebody was going may end in a fragment (#/warehouses/1/), which no server hears of. The
// browser brings it along to the sign-in; from here on it travels with the address, past the code too.
"use strict";

for (const next of document.querySelectorAll('input[name="next"]')) {
  if (!next.value.includes("#")) {
    next.value += window.location.hash;
  }
}
