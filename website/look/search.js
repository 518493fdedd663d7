"use strict";
// Looks the words of the address up in INDEX: [path, title, [[anchor, heading]…], first words].
const asked = new URLSearchParams(location.search).get("q") || "";
const words = asked.toLowerCase().split(/\s+/).filter(Boolean);
const hits = document.getElementById("hits");
document.querySelector("header input").value = asked;

function worth(text, word, weight) {
  return text.toLowerCase().includes(word) ? weight : 0;
}

const found = INDEX.map(([path, title, heads, text]) => {
  const places = heads.filter(([, heading]) => words.some((word) => heading.toLowerCase().includes(word)));
  const each = words.map(
    (word) => worth(title, word, 8) + worth(places.map(([, heading]) => heading).join(" "), word, 4) + worth(text, word, 1),
  );
  return { path, title, text, places, score: each.includes(0) ? 0 : each.reduce((sum, one) => sum + one, 0) };
})
  .filter((one) => words.length && one.score)
  .sort((one, other) => other.score - one.score)
  .slice(0, 50);

for (const { path, title, text, places } of found) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = path;
  link.textContent = title;
  item.append(link);
  for (const [anchor, heading] of places.slice(0, 5)) {
    const place = document.createElement("a");
    place.href = `${path}#${anchor}`;
    place.textContent = heading;
    item.append(" · ", place);
  }
  const at = Math.max(0, text.toLowerCase().indexOf(words[0]) - 60);
  const about = document.createElement("p");
  about.textContent = text.slice(at, at + 200);
  item.append(about);
  hits.append(item);
}
document.getElementById("said").textContent = words.length
  ? `${found.length} pages for “${asked}”`
  : "Type a word above.";
