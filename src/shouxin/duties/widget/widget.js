(function (C) {
"use strict";
// C is what the server puts in front: service, notice, answers (address), centre, full (addresses), asks, words.
var D = document, W = window, tag = D.currentScript, N = navigator;
var base = tag.src, data = tag.dataset, token = data.subject || "", listeners = [], ran = {}, asking = false;
var only = data.purposes ? data.purposes.split(/[\s,]+/) : null;
var asks = C.asks.filter(function (a) { return !only || only.indexOf(a.k) >= 0; });
var lang = [data.lang, D.documentElement.lang].concat(N.languages || []).map(function (l) {
  return (l || "").slice(0, 2).toLowerCase();
}).filter(function (l) { return C.words[l]; })[0] || "zh";
var T = C.words[lang], KEY = "shouxin:" + C.service + mark(token), state = load(), signal = N.globalPrivacyControl === true;
var settle, ready = new Promise(function (done) { settle = done; });

// Two people who share a browser have answers of their own: the key holds a short digest of whom the token names.
function mark(given) {
  if (!given) return "";
  var name = given.split(".")[1] || given, hash = 2166136261, sub = name;
  try { sub = JSON.parse(atob(name.replace(/-/g, "+").replace(/_/g, "/"))).sub; } catch (e) { /* the server refuses it */ }
  for (var i = 0; i < sub.length; i++) hash = Math.imul(hash ^ sub.charCodeAt(i), 16777619) >>> 0;
  return ":" + hash.toString(36);
}
function load() {
  try { var kept = JSON.parse(W.localStorage.getItem(KEY)); if (kept && kept.v === 1) return kept; } catch (e) { /* none is kept */ }
  return {v: 1, a: {}};
}
function keep() { try { W.localStorage.setItem(KEY, JSON.stringify(state)); } catch (e) { /* it holds for this page */ } }
function place(ask) { return ask.k + (ask.c ? " " + ask.c : ""); }
function random() {
  return Array.from(W.crypto.getRandomValues(new Uint8Array(16)), function (b) { return ("0" + b.toString(16)).slice(-2); }).join("");
}

// 1 agreed, 0 refused, undefined never answered or to be asked again: a consent covers what it was given for.
function stands(ask) {
  var had = state.a[place(ask)];
  if (!had) return signal && ask.g ? 0 : undefined;
  if (!had[0]) return 0;
  var covers = had[1] === ask.s && (!ask.f || had[2]) && (ask.r || []).every(function (r) { return had[3].indexOf(r) >= 0; });
  return covers ? 1 : undefined;
}
function may(purpose, channel) {
  return asks.some(function (a) { return a.k === purpose && (!channel || a.c === channel) && stands(a) === 1; });
}
function told() {
  var all = {};
  asks.forEach(function (a) { all[place(a)] = stands(a) === 1; });
  return all;
}
function changed() {
  run();
  listeners.forEach(function (f) { f(told()); });
  D.dispatchEvent(new CustomEvent("shouxin:change", {detail: told()}));
}

// Scripts of a purpose wait as text/plain; an agreed one is made anew, with all that it was written with.
function run() {
  D.querySelectorAll('script[type="text/plain"][data-shouxin-purpose]').forEach(function (old) {
    var purpose = old.dataset.shouxinPurpose;
    if (!may(purpose, old.dataset.shouxinChannel)) return;
    var made = D.createElement("script");
    Array.from(old.attributes).forEach(function (at) { if (at.name !== "type") made.setAttribute(at.name, at.value); });
    if (old.nonce) made.nonce = old.nonce;
    made.type = old.dataset.shouxinType || "text/javascript";
    made.text = old.text;
    old.replaceWith(made);
    ran[purpose] = true;
  });
}

// What is sent: nothing where everything is refused and nobody is known, for a refusal needs no number.
function commit(chosen, then) {
  var ended = [], choices = [];
  chosen.forEach(function (one) {
    var had = state.a[place(one.ask)], gave = had && had[0];
    if (!one.yes && gave) ended.push(one.ask.k);
    choices.push({purpose: one.ask.k, channel: one.ask.c || "", action: one.yes ? "give" : gave ? "withdraw" : "refuse",
      gesture: one.how, separate: !!(one.yes && one.alone), asked_with: one.alone ? [] : one.beside || []});
    if (!one.yes) state.a[place(one.ask)] = [0];
  });
  var gives = chosen.some(function (one) { return one.yes; });
  if (!gives && !state.id && !token) { keep(); return done(null); }
  var fresh = !token && !state.id;
  if (fresh) state.id = random();
  var waiting = (state.w || []).filter(function (w) {
    return !choices.some(function (c) { return c.purpose === w.purpose && c.channel === w.channel; });
  }).concat(choices.filter(function (c) { return c.action !== "give"; }));
  var all = waiting.concat(choices.filter(function (c) { return c.action === "give"; }));
  if (waiting.length) state.w = waiting;
  if (!gives) keep();
  post(all, function (receipt) {
    if (receipt) {
      delete state.w;
      chosen.forEach(function (one) {
        var kept = receipt.answers.filter(function (l) {
          return l.action === "give" && l.purpose === one.ask.k && l.channel === (one.ask.c || "") && !l.problem;
        })[0];
        if (one.yes && kept) state.a[place(one.ask)] = [1, one.ask.s, one.alone ? 1 : 0, one.ask.r || []];
        if (one.yes && !kept) receipt.failed = true;
      });
    }
    if (fresh && !receipt) { delete state.id; delete state.w; }
    keep();
    done(receipt, gives && (!receipt || receipt.failed));
  });
  function done(receipt, failed) {
    changed();
    then(receipt, failed);
    if (ended.some(function (k) { return ran[k]; })) W.location.reload();
  }
}
function post(choices, then) {
  var body = {notice: C.notice, subject: token || state.id, request: random(), language: lang, choices: choices};
  W.fetch(new URL(C.answers, base).href, {method: "POST", body: JSON.stringify(body), credentials: "omit",
    referrerPolicy: "no-referrer", keepalive: true, headers: {"Content-Type": "text/plain"}
  }).then(function (r) { return r.ok ? r.json() : null; }).catch(function () { return null; }).then(then);
}

// The dialog.
function h(name, attributes, inside) {
  var made = D.createElement(name);
  Object.keys(attributes || {}).forEach(function (at) {
    if (at === "on") made.addEventListener("click", attributes.on); else made.setAttribute(at, attributes[at]);
  });
  (inside || []).forEach(function (one) { if (one) made.append(one); });
  return made;
}
var host = h("div", {lang: C.tags[lang]}), root = host.attachShadow({mode: "open"}), note = h("div", {role: "status", "class": "note"});
function dress() {
  try {
    var sheet = new CSSStyleSheet();
    sheet.replaceSync(C.style);
    root.adoptedStyleSheets = [sheet];
  } catch (e) { root.append(h("style", {}, [C.style])); }
}
function button(text, act) { return h("button", {type: "button", on: act}, [text]); }
function link(text, to) { return h("a", {href: new URL(to, base).href, target: "_blank", rel: "noopener noreferrer"}, [text]); }
function about(ask) {
  var t = ask.t[lang], lines = [[T.info, t[1]], [T.to, t[2]], [T.keeping, t[3]], [T.without, t[4]], [T.why, t[5]]];
  return h("dl", {}, lines.filter(function (l) { return l[1]; }).map(function (l) {
    return h("div", {}, [h("dt", {}, [l[0] + T.colon]), h("dd", {}, [l[1]])]);
  }));
}
function dialog(title, inside, buttons, left) {
  var made = h("dialog", {"aria-labelledby": "t"}, [h("h2", {id: "t", tabindex: "-1", autofocus: ""}, [title])].concat(inside, [
    h("div", {"class": "buttons"}, buttons),
    h("p", {}, [h("button", {type: "button", "class": "later", on: function () { end(made); leave(); }}, [T.later])])]));
  function leave() { asking = false; settle(); if (left) left(); }
  made.addEventListener("close", function () { if (!made.gone) { end(made); leave(); } });
  root.append(made);
  if (made.showModal) made.showModal(); else made.setAttribute("open", "");
  return made;
}
function end(made) {
  made.gone = true;
  if (made.close) made.close();
  made.remove();
}

function ask(list) {
  if (!list.length || asking) return;
  asking = true;
  note.textContent = "";
  var plain = list.filter(function (a) { return !a.f; });
  if (!plain.length && list.length === 1) return alone(list, []);
  var error = h("p", {role: "alert", "class": "error"}), fields = list.map(function (a, i) {
    var now = stands(a);
    return h("fieldset", {}, [h("legend", {}, [a.t[lang][0] + (a.f ? " · " + T.alone : "")])].concat(
      [about(a), signal && a.g ? h("p", {}, [T.signal]) : null], [1, 0].map(function (yes) {
        var radio = h("input", {type: "radio", name: "q" + i, value: yes});
        radio.checked = now === yes && !!state.a[place(a)];
        return h("label", {}, [radio, yes ? T.agree : T.refuse]);
      })));
  });
  var made = dialog(T.title, [
    h("p", {}, [T.intro]), h("p", {}, [T.keeps]),
    h("p", {}, [link(T.notice, C.full), " · ", link(T.centre, data.centre || C.centre)])
  ].concat(fields, [error]), [
    button(T.none, function () { next(list.map(function () { return 0; }), "button"); }),
    button(T.all, function () { next(list.map(function () { return 1; }), "button"); }),
    button(T.save, function () {
      var values = fields.map(function (f) { var on = f.querySelector("input:checked"); return on ? +on.value : undefined; });
      var open = values.indexOf(undefined);
      if (open >= 0) { error.textContent = T.missing; fields[open].querySelector("input").focus(); return; }
      next(values, "switch");
    })]);
  function next(values, how) {
    var own = [], chosen = [], yes = plain.filter(function (a) { return values[list.indexOf(a)]; });
    list.forEach(function (a, i) {
      if (values[i] && a.f && stands(a) !== 1) own.push(a);
      else if (values[i] !== stands(a) || !state.a[place(a)])
        chosen.push({ask: a, yes: values[i], how: how, alone: a.f && stands(a) === 1,
          beside: how === "button" ? yes.map(function (o) { return o.k; }).filter(function (k) { return k !== a.k; }) : []});
    });
    end(made);
    alone(own, chosen);
  }
}
// Separate consent: one purpose, two buttons, a step of its own.
function alone(rest, chosen) {
  if (!rest.length) {
    asking = false;
    if (chosen.length) commit(chosen, finish);
    return;
  }
  var a = rest[0], made = dialog(T.step, [h("p", {"class": "what"}, [a.t[lang][0]]), about(a), h("p", {}, [link(T.notice, C.full)])], [
    button(T.refuse, function () { go(0); }), button(T.agree, function () { go(1); })], function () { alone([], chosen); });
  function go(yes) {
    end(made);
    alone(rest.slice(1), chosen.concat([{ask: a, yes: yes, how: "button", alone: 1}]));
  }
}
function finish(receipt, failed) {
  settle();
  note.textContent = "";
  if (!receipt && !failed) return;
  var shown = receipt ? receipt.answers.filter(function (l) { return l.number; }).map(function (l) { return T.number.replace("{n}", l.number); }) : [];
  var save = receipt && h("a", {download: "receipt.json", href: URL.createObjectURL(new Blob([JSON.stringify(receipt, null, 1)], {type: "application/json"}))}, [T.save_receipt]);
  note.append(h("p", {}, [failed ? T.failed : T.kept + T.colon.trim() + " " + shown.join(T.comma)]), save || "", button(T.close, function () { note.textContent = ""; }));
}
function open() { ask(asks); }
function start() {
  dress();
  root.append(note);
  D.body.append(host);
  if (!D.querySelector("[data-shouxin-open]")) root.append(h("button", {type: "button", "class": "open", on: open}, [T.open]));
  D.addEventListener("click", function (e) {
    var at = e.target.closest && e.target.closest("[data-shouxin-open]");
    if (at) { e.preventDefault(); open(); }
  });
  W.addEventListener("storage", function (e) { if (e.key === KEY) { state = load(); changed(); } });
  new MutationObserver(run).observe(D.documentElement, {childList: true, subtree: true});
  if (state.w && (state.id || token)) post(state.w, function (r) { if (r) { delete state.w; keep(); } });
  run();
  var wanted = asks.filter(function (a) { return stands(a) === undefined; });
  if (wanted.length) ask(wanted); else settle();
}
W.shouxin = {ready: ready, may: may, open: open, answers: told, on: function (f) { listeners.push(f); }};
if (D.body) start(); else D.addEventListener("DOMContentLoaded", start);
})
