// Draws the charts of a report; the table beside them says the same without.
"use strict";

(() => {
  const COLORS = ["--brand", "--thread", "--blue", "--red", "--muted", "--ink"];
  const MARKS = ["circle", "rect", "triangle", "rectRot", "cross", "star"];
  const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3], [1, 4], [12, 4]];
  const drawn = [];

  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  // From the seventh on the colors come again, striped.
  function fill(place) {
    const plain = color(COLORS[place % COLORS.length]);
    if (place < COLORS.length) {
      return plain;
    }
    const tile = document.createElement("canvas");
    tile.width = tile.height = 8;
    const pen = tile.getContext("2d");
    pen.fillStyle = plain;
    pen.fillRect(0, 0, 8, 8);
    pen.fillStyle = color("--surface");
    pen.fillRect(0, 0, 8, 3);
    return pen.createPattern(tile, "repeat");
  }

  function settings(told) {
    const lines = told.shape === "lines";
    const ink = color("--ink");
    const grid = color("--line");
    const across = !lines && told.shape !== "stacked" && told.series.length === 1;
    const datasets = told.series.map((one, place) => ({
      label: one.name,
      data: one.values,
      backgroundColor: fill(place),
      borderColor: lines ? color(COLORS[place % COLORS.length]) : color("--surface"),
      borderWidth: lines ? 2 : 1,
      borderDash: lines ? DASHES[place % DASHES.length] : [],
      pointStyle: MARKS[place % MARKS.length],
      pointRadius: 4,
    }));
    const percent = (value) => (told.unit === "share" ? `${value} %` : value);
    const figures = {
      beginAtZero: true,
      stacked: told.shape === "stacked",
      ticks: { color: ink, precision: told.unit === "count" ? 0 : undefined, callback(value) { return percent(this.getLabelForValue(value)); } },
      grid: { color: grid },
      title: { display: Boolean(told.currency), text: told.currency ?? "", color: ink },
    };
    const names = {
      stacked: told.shape === "stacked",
      ticks: { color: ink, autoSkip: !across },
      grid: { display: false },
    };
    return {
      type: lines ? "line" : "bar",
      data: { labels: told.labels, datasets },
      options: {
        animation: false,
        responsive: true,
        maintainAspectRatio: false,
        indexAxis: across ? "y" : "x",
        scales: across ? { x: figures, y: names } : { x: names, y: figures },
        plugins: { legend: { display: told.series.length > 1, labels: { color: ink, usePointStyle: lines } } },
      },
    };
  }

  function draw() {
    while (drawn.length) {
      drawn.pop().destroy();
    }
    for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
      canvas.closest("[hidden]")?.removeAttribute("hidden");
      const asked = settings(JSON.parse(canvas.dataset.chart));
      if (asked.options.indexAxis === "y") {
        canvas.parentElement.style.height = `${Math.max(17, 1.5 * asked.data.labels.length + 3)}rem`;
      }
      drawn.push(new Chart(canvas, asked));
    }
  }

  draw();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
})();
