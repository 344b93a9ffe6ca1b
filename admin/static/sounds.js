// The bench is heard, too: one sound for what went well, others for what wants a look. No file.
"use strict";

const benchSounds = (() => {
  const KEPT = "bench.silent";
  // Notes in hertz, one after the other; a low double tone is the same for everybody who hears it.
  const TUNES = {
    good: { wave: "sine", notes: [880, 1320] },
    look: { wave: "triangle", notes: [520, 520] },
    bad: { wave: "square", notes: [196, 156] },
  };
  const NOTE = 0.12;
  let context;

  const silent = () => localStorage.getItem(KEPT) === "1";
  const play = (name) => {
    const tune = TUNES[name];
    if (!tune || silent() || !window.AudioContext) {
      return;
    }
    context ??= new AudioContext();
    tune.notes.forEach((pitch, place) => {
      const from = context.currentTime + place * NOTE;
      const tone = context.createOscillator();
      const volume = context.createGain();
      tone.type = tune.wave;
      tone.frequency.value = pitch;
      volume.gain.setValueAtTime(0.15, from);
      volume.gain.exponentialRampToValueAtTime(0.001, from + NOTE);
      tone.connect(volume).connect(context.destination);
      tone.start(from);
      tone.stop(from + NOTE);
    });
  };

  const button = document.querySelector("[data-mute]");
  const show = () => {
    button.setAttribute("aria-pressed", String(silent()));
    button.firstElementChild.textContent = silent() ? "♪̸" : "♪";
  };
  if (button) {
    button.hidden = false;
    button.addEventListener("click", () => {
      if (silent()) {
        localStorage.removeItem(KEPT);
        play("good");
      } else {
        localStorage.setItem(KEPT, "1");
      }
      show();
    });
    show();
  }
  const heard = document.querySelector("[data-sound]");
  if (heard) {
    play(heard.dataset.sound);
  }
  return { play };
})();
