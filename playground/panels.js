// The drawers: a short guide, the log of what the bot did; and the notice when something goes wrong.
import { be, element, enter, here } from "/page.js";

const $ = (id) => document.getElementById(id);
const SAID = new Set(["post", "direct"]);
const WRONG = new Set(["refusal", "trouble"]);

const STEPS = [
  { done: "pressed-submit", title: "Hand something in", text: "As Student Aster, press Submit on the newest kickoff in #cohort. Any https link will do.", go: ["student", "cohort"] },
  { done: "used-me", title: "Ask where you stand", text: "Type /me in the message box and press Enter: what is due, to review and to read, with a button for each.", go: ["student", "cohort"] },
  { done: "pressed-review", title: "Review a classmate", text: "Press My reviews, or type /review mine. Scores, a strength, points; the draft survives everything.", go: ["student", "cohort"] },
  { done: "pressed-answer", title: "Answer your feedback", text: "Type /feedback. Each point wants an answer; the same reviewer looks again, and the work is accepted. Then /portfolio publish shows it.", go: ["student", "cohort"] },
  { done: "be-mentor", title: "Step into the mentor", text: "Choose Mentor Moss on the left and type /queue: what waits for a mentor, and why. /progress shows any student.", go: ["mentor", "cohort"] },
  { done: "be-lead", title: "Step into the lead", text: "Choose Lead Linden and type /report: who is behind, and why; Open the dashboard shows more in the browser. /cohort break and /announce schedule show everything first, and ask.", go: ["lead", "cohort"] },
  { done: "wind", title: "Wind to the next post", text: "Press Next post. Everything due happens at its own local time, in order. Dots mark what is new." },
  { done: "restart", title: "Restart the bot", text: "Press Restart bot, then any old button above: it still works, and nothing is lost or said twice." },
];

const memory = {
  read(name) { try { return localStorage.getItem(`homeroom-${name}`); } catch { return null; } },
  write(name, value) { try { localStorage.setItem(`homeroom-${name}`, value); } catch { /* a private window forgets */ } },
};
const done = new Set();
let show = "all";
let unread = 0;
let lastDay = "";

// ------------------------------------------------------------------ drawers

export function setUpPanels() {
  for (const name of ["guide", "log"]) {
    $(`${name}-toggle`).addEventListener("click", () => open(name, $(name).hidden));
  }
  for (const button of document.querySelectorAll("[data-close]")) {
    button.addEventListener("click", () => {
      if (button.dataset.close === "notice") dismiss();
      else open(button.dataset.close, false);
    });
  }
  for (const button of document.querySelectorAll("[data-show]")) {
    button.addEventListener("click", () => filter(button.dataset.show));
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const drawer = ["guide", "log"].find((name) => !$(name).hidden && $(name).contains(document.activeElement));
    if (drawer) open(drawer, false);
  });
  if (memory.read("guide") !== "closed" && !covers()) open("guide", true);
}

/** On a narrow window a drawer lies over the conversation. */
const covers = () => matchMedia("(max-width: 1180px)").matches;

function open(name, wanted) {
  for (const each of ["guide", "log"]) {
    const shown = each === name && wanted;
    if (!shown && $(each).contains(document.activeElement)) $(`${each}-toggle`).focus();
    $(each).hidden = !shown;
    $(`${each}-toggle`).setAttribute("aria-expanded", String(shown));
  }
  if (name === "guide") memory.write("guide", wanted ? "open" : "closed");
  if (name === "log" && wanted) {
    count(0);
    $("entries").scrollTop = $("entries").scrollHeight;
  }
}

// ------------------------------------------------------------------ the guide

export function remember(step) {
  if (done.has(step)) return;
  done.add(step);
  drawSteps();
}

export function drawSteps() {
  const sign = [...done].join();
  if ($("steps").dataset.sign === sign && $("steps").children.length) return;
  $("steps").dataset.sign = sign;
  $("steps").replaceChildren(...STEPS.map((step, index) => {
    const item = element("li", { className: done.has(step.done) ? "done" : "" });
    const tick = element("span", { className: "tick", textContent: String(index + 1) });
    if (done.has(step.done)) tick.innerHTML = '<svg viewBox="0 0 24 24" role="img" aria-label="Done"><path d="M5 12.5l4.5 4.5L19 7"/></svg>';
    const words = element("div");
    words.append(element("strong", { textContent: step.title }), element("p", { textContent: step.text }));
    if (step.go) {
      const go = element("button", { type: "button", className: "go", textContent: "Take me there →" });
      go.addEventListener("click", () => takeMe(...step.go));
      words.append(go);
    }
    item.append(tick, words);
    return item;
  }));
}

async function takeMe(role, room) {
  if (covers()) open("guide", false);
  const person = here.state.people.find((one) => one.role === role);
  if (person && here.state.people.find((one) => one.id === here.who)?.role !== role) {
    remember(`be-${role}`);
    await be(person.id);
  }
  const place = here.state.channels.find((one) => one.name === room);
  if (place && place.id !== here.room) await enter(place.id);
}

/** The log also tells which steps of the guide were taken. */
function notice(entry) {
  if (entry.kind !== "person" || here.firstLook) return;
  if (/pressed “Submit/.test(entry.text)) remember("pressed-submit");
  if (/used \/me$/.test(entry.text)) remember("used-me");
  if (/pressed “.*[Rr]eview|used \/review/.test(entry.text)) remember("pressed-review");
  if (/pressed “Send answers/.test(entry.text)) remember("pressed-answer");
}

// ------------------------------------------------------------------ the log

export function drawLog(entries, zone) {
  if (!entries.length) {
    if (!$("entries").children.length) $("entries").append(element("li", { className: "nothing", textContent: "Nothing yet. Wind the clock, or use a command." }));
    return;
  }
  $("entries").querySelector(".nothing")?.remove();
  const list = $("entries");
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const dayOf = new Intl.DateTimeFormat("en-GB", { weekday: "long", day: "numeric", month: "long", timeZone: zone });
  const timeOf = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone });
  for (const entry of entries) {
    const day = dayOf.format(new Date(entry.at));
    if (day !== lastDay) list.append(element("li", { className: "day", textContent: day }));
    lastDay = day;
    list.append(line(entry, timeOf));
    notice(entry);
  }
  while (list.children.length > 600) list.firstElementChild.remove();
  filter(show);
  if (atEnd) list.scrollTop = list.scrollHeight;
  if (!here.firstLook && $("log").hidden) count(unread + entries.filter((entry) => entry.kind !== "person").length, entries);
}

function line(entry, timeOf) {
  const item = element("li", { className: `entry ${entry.kind}` });
  const words = element("span");
  const person = here.state.people.find((one) => one.id === entry.person);
  const link = person ? person.name : /#[\w-]+/.exec(entry.text)?.[0];
  const [before, ...after] = link ? entry.text.split(link) : [entry.text];
  words.append(before);
  if (after.length) {
    const button = element("button", { type: "button", textContent: link, title: person ? `See it as ${link}` : `Go to ${link}` });
    button.addEventListener("click", () => goTo(entry));
    words.append(button, after.join(link));
  }
  item.append(words, element("time", { textContent: timeOf.format(new Date(entry.at)), dateTime: entry.at }));
  return item;
}

/** Show where something happened, through the eyes of the person it concerns. */
async function goTo(entry) {
  if (entry.person && entry.person !== here.who) await be(entry.person);
  if (here.state.channels.some((one) => one.id === entry.channel)) await enter(entry.channel);
}

function filter(wanted) {
  show = wanted;
  for (const button of document.querySelectorAll("[data-show]")) button.setAttribute("aria-pressed", String(button.dataset.show === wanted));
  for (const item of $("entries").querySelectorAll(".entry")) {
    const kind = item.classList[1];
    item.hidden = !(wanted === "all" || (wanted === "said" ? SAID : WRONG).has(kind));
  }
}

function count(number, entries = []) {
  unread = number;
  $("log-count").textContent = number > 99 ? "99+" : String(number);
  $("log-count").hidden = !number;
  if (!number) $("log-count").classList.remove("bad");
  else if (entries.some((entry) => WRONG.has(entry.kind))) $("log-count").classList.add("bad");
}

// ------------------------------------------------------------------ when something goes wrong

export function showNotice(text, kind = "once") {
  $("notice-text").textContent = text;
  $("notice").dataset.kind = kind;
  $("notice").hidden = false;
}

export function dismiss(kind) {
  if (!kind || $("notice").dataset.kind === kind) $("notice").hidden = true;
}
