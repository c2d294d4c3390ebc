// Try it: what is wrong with the policy, as one types. The answer is a part of a page that the service wrote.
"use strict";

const form = document.getElementById("trying"), policy = document.getElementById("policy");
const tried = document.getElementById("tried"), gutter = form.querySelector(".gutter");
const PAUSE_MS = 350, SLOW_MS = 3000;
let waiting, asking;

async function ask(what) {
  clearTimeout(waiting);
  asking?.abort();
  const own = asking = new AbortController(), sent = new URLSearchParams(new FormData(form));
  sent.set("ask", what);
  tried.classList.add("waiting");
  const slow = setTimeout(() => { tried.textContent = tried.dataset.slow; }, SLOW_MS);
  try {
    const answer = await fetch(form.action, { method: "POST", body: sent, headers: { "X-Part": "answer" }, signal: own.signal });
    if (answer.redirected || !answer.headers.get("content-type").startsWith("text/html")) { location.reload(); return; }
    const part = new DOMParser().parseFromString(await answer.text(), "text/html");
    tried.replaceChildren(...(part.querySelector("main") ?? part.body).childNodes);
    number();
  } catch (error) {
    if (error.name !== "AbortError") tried.textContent = tried.dataset.slow;
  } finally {
    clearTimeout(slow);
    if (asking === own) tried.classList.remove("waiting");
  }
}

function number() {
  const found = new Map();
  for (const each of tried.querySelectorAll("[data-line]")) {
    const level = each.closest("li").className;
    if (found.get(each.dataset.line) !== "error") found.set(each.dataset.line, level);
  }
  const lines = policy.value.split("\n").length, rows = [];
  for (let line = 1; line <= lines; line += 1) {
    const level = found.get(String(line));
    const row = level ? document.createElement("b") : document.createTextNode(`${line}`);
    if (level) { row.className = level; row.textContent = `${line}`; }
    rows.push(row, document.createTextNode("\n"));
  }
  gutter.replaceChildren(...rows);
  follow();
}

function follow() { gutter.scrollTop = policy.scrollTop; }

policy.addEventListener("scroll", follow);
policy.addEventListener("input", () => { number(); clearTimeout(waiting); waiting = setTimeout(ask, PAUSE_MS, "check"); });
form.addEventListener("submit", event => { event.preventDefault(); ask(event.submitter?.value ?? "check"); });
tried.addEventListener("click", event => {
  const place = event.target.closest("[data-line]");
  if (!place) return;
  event.preventDefault();
  const before = policy.value.split("\n").slice(0, place.dataset.line - 1).reduce((sum, each) => sum + each.length + 1, 0);
  const at = before + Number(place.dataset.column) - 1;
  policy.focus();
  policy.setSelectionRange(at, at);
  policy.scrollTop = Math.max(0, (place.dataset.line - 5) * parseFloat(getComputedStyle(policy).lineHeight));
});
number();
ask("check");
