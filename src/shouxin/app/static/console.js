// What makes the console quicker under the fingers. Every page does its work without it.
"use strict";

const typing = (target) => target.closest("input, select, textarea, [contenteditable]") !== null;
const shown = (element) => element.getClientRects().length > 0;

// The keys: "/" searches, "g" and a letter go to a place, "j" and "k" walk through a list, "?" shows them all.
let going = false;
const LISTS = "main :is([data-list], .hits, .controls, .instruments, .shelves, .found) > li, main table tbody tr";

function walk(step) {
  const items = [...document.querySelectorAll(LISTS)].filter(
    (item) => shown(item) && item.querySelector("a"),
  );
  if (items.length === 0) return;
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const next = items[Math.min(Math.max(at + step, 0), items.length - 1)];
  next.querySelector("a").focus();
  next.scrollIntoView({ block: "nearest" });
}

const KEYS = {
  "/": () => document.getElementById("find")?.focus(),
  j: () => walk(1),
  k: () => walk(-1),
  o: () => document.activeElement?.closest("a")?.click(),
  g: () => { going = true; setTimeout(() => { going = false; }, 1500); },
  "?": () => document.getElementById("keys").showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const place = going && document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  going = false;
  if (place) {
    event.preventDefault();
    location.assign(place.href);
  } else if (Object.hasOwn(KEYS, event.key)) {
    event.preventDefault();
    KEYS[event.key]();
  }
});

// A form that says what it does is asked about before it is sent.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.confirm || form.dataset.sure) return;
  event.preventDefault();
  const dialog = document.getElementById("sure");
  dialog.querySelector("p").textContent = form.dataset.confirm;
  dialog.returnValue = "no";
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    form.dataset.sure = "yes";
    form.requestSubmit(event.submitter);
  }, { once: true });
  dialog.showModal();
});

// On its last day a countdown says hours and minutes instead of the day; midnight is that of Beijing.
function count() {
  const words = document.getElementById("clock-words")?.dataset;
  for (const element of document.querySelectorAll("time[data-due]")) {
    const left = (Date.parse(`${element.dataset.due}T00:00:00+08:00`) + 86400000 - Date.now()) / 60000;
    if (!words || left <= 0 || left >= 1440) continue;
    const hours = Math.floor(left / 60);
    element.textContent = hours
      ? words.hours.replace("{n}", hours)
      : words.minutes.replace("{n}", Math.max(1, Math.floor(left)));
  }
}
count();
setInterval(count, 30000);
document.documentElement.classList.add("scripted");
