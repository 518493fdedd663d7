// Lists what this page asked for and what this browser keeps of it, as the browser itself counts.
(function () {
  "use strict";
  var list = document.getElementById("asked"), kept = document.getElementById("kept");
  function line(into, text) {
    var item = document.createElement("li");
    item.textContent = text;
    into.append(item);
  }
  function keeps() {
    kept.textContent = "";
    for (var at = 0; at < localStorage.length; at++) line(kept, localStorage.key(at));
  }
  new PerformanceObserver(function (seen) {
    seen.getEntries().forEach(function (one) { line(list, one.initiatorType + " " + new URL(one.name).pathname); });
    keeps();
  }).observe({type: "resource", buffered: true});
  document.addEventListener("shouxin:change", keeps);
  addEventListener("DOMContentLoaded", keeps);
})();
