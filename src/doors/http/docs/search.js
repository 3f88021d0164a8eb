// Shows the operations whose name, path or summary holds every word that was typed; the page works without it too.
const box = document.querySelector("#search");
const count = document.querySelector("#count");
const entries = [...document.querySelectorAll("[data-words]")];
const groups = [...document.querySelectorAll("[data-group]")];

function show() {
  const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
  for (const entry of entries) entry.hidden = !words.every((word) => entry.dataset.words.includes(word));
  for (const group of groups) group.hidden = !group.querySelector("[data-words]:not([hidden])");
  const found = entries.filter((entry) => entry.tagName === "ARTICLE" && !entry.hidden).length;
  count.textContent = words.length === 0 ? "" : `${found} found`;
}

box.addEventListener("input", show);
show();
