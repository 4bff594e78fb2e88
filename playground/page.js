// The shell around the view: who you are, where you are, what time it is.
import { drawLog, drawSteps, dismiss, remember, setUpPanels, showNotice } from "/panels.js";

const KEY = location.hash.slice(1);
const CALM = 1000;
const BUSY = 350;
const ROLES = { student: "Students", mentor: "Mentor", lead: "Lead" };
const MARKS = { room: "#", thread: "⌞", direct: "@" };

export const here = { who: null, room: null, state: null, frameKey: "", read: {}, firstLook: true, newest: 0 };
const $ = (id) => document.getElementById(id);

// ------------------------------------------------------------------ asking

export async function ask(path, body) {
  const options = { headers: { "X-Playground-Key": KEY } };
  if (body) Object.assign(options, { method: "POST", body: JSON.stringify(body) });
  let answer;
  try {
    answer = await fetch(path, options);
  } catch {
    throw new Error("The playground has stopped. Start it again with make demo, and open the address that it shows.");
  }
  const data = await answer.json();
  if (!answer.ok) throw new Error(data.error);
  return data;
}

/** Do something, and say kindly on the page what went wrong. */
export async function kindly(work) {
  try {
    return await work();
  } catch (error) {
    showNotice(error.message);
    return null;
  }
}

async function look() {
  const query = new URLSearchParams({ after: here.newest });
  if (here.who) query.set("who", here.who);
  if (here.room) query.set("channel", here.room);
  const asked = [here.who, here.room].join();
  const state = await ask(`/api/state?${query}`);
  if (asked !== [here.who, here.room].join()) return;
  const first = here.state === null;
  here.state = state;
  const news = state.log.filter((entry) => entry.number > here.newest);
  if (news.length) here.newest = news.at(-1).number;
  drawLog(news, state.zone);
  draw();
  if (first) begin();
  else if (here.room && !state.open && !state.busy && here.frameKey) await enter(here.room, true);
}

async function keepLooking() {
  try {
    await look();
    dismiss("lost");
  } catch (error) {
    showNotice(error.message, "lost");
  }
  setTimeout(keepLooking, here.state?.busy ? BUSY : CALM);
}

// ------------------------------------------------------------------ being somewhere, being somebody

function begin() {
  const { people } = here.state;
  const last = memory.read();
  here.room = last.room ?? null;
  here.read = last.read ?? {};
  const person = people.find((one) => one.id === last.who) ?? people[0];
  if (person) be(person.id);
}

/** This tab's person, channel and reading, for a reload of the page. */
const memory = {
  read() { try { return JSON.parse(sessionStorage.getItem(KEY)) ?? {}; } catch { return {}; } },
  write() { try { sessionStorage.setItem(KEY, JSON.stringify({ who: here.who, room: here.room, read: here.read })); } catch { /* a private window forgets */ } },
};

/** Step into a person; stay in the same channel if they can see it. */
export async function be(id) {
  here.who = id;
  const room = here.room;
  here.room = null;
  await kindly(async () => {
    await look();
    here.firstLook = false;
    if (here.who !== id || here.room !== null) return; // the visitor was faster and is elsewhere already
    const rooms = here.state.channels;
    await enter((rooms.find((one) => one.id === room) || rooms[0])?.id, true);
  });
}

export async function enter(room, again = false) {
  if (!room || (!again && here.frameKey === here.who + room)) return;
  here.room = room;
  memory.write();
  $("side").classList.remove("open");
  $("rooms-toggle").setAttribute("aria-expanded", "false");
  here.frameKey = "";
  draw();
  await kindly(async () => {
    const { url } = await ask("/api/open", { who: here.who, channel: room });
    if (here.room === room) frame(url);
  });
}

/** Put the new view under the old one and swap when it has loaded, so that nothing flashes. */
function frame(url) {
  here.frameKey = here.who + here.room;
  const views = $("views");
  const next = Object.assign(document.createElement("iframe"), { src: url, title: `${roomName()} as ${you()?.name}` });
  next.addEventListener("load", () => {
    if (next !== views.lastElementChild) return next.remove();
    for (const old of [...views.children]) if (old !== next) old.remove();
    next.classList.add("ready");
  });
  views.append(next);
}

const you = () => here.state?.people.find((one) => one.id === here.who);
const current = () => here.state?.channels.find((one) => one.id === here.room);
const roomName = () => current()?.name ?? "…";

// ------------------------------------------------------------------ drawing

function draw() {
  drawClock();
  drawRooms();
  drawPeople();
  const room = current();
  const me = you();
  $("room-mark").textContent = MARKS[room?.kind ?? "room"];
  $("room-name").textContent = room?.kind === "direct" ? `${room.name}, direct messages` : roomName();
  $("room-topic").textContent = room?.topic ?? "";
  $("you").textContent = me?.name ?? "";
  $("your-role").textContent = me ? me.role[0].toUpperCase() + me.role.slice(1) : "";
  $("your-role").className = `badge ${me?.role ?? ""}`;
  drawSteps();
}

const spoken = (options, zone) => new Intl.DateTimeFormat("en-GB", { ...options, timeZone: zone });

function drawClock() {
  const { now, zone, next, busy } = here.state;
  const at = new Date(now);
  const day = spoken({ weekday: "short", day: "numeric", month: "short", year: "numeric" }, zone).format(at);
  const time = spoken({ hour: "2-digit", minute: "2-digit" }, zone).format(at);
  const utc = spoken({ hour: "2-digit", minute: "2-digit" }, "UTC").format(at);
  if ($("clock-time").dateTime !== now && !busy) $("clock-live").textContent = `It is ${day}, ${time}.`;
  $("clock-day").textContent = day;
  $("clock-time").textContent = time;
  $("clock-time").dateTime = now;
  $("clock-zone").textContent = zone.split("/").pop().replaceAll("_", " ");
  $("clock-utc").textContent = `${utc} UTC`;
  $("next-post").textContent = busy ? "…" : next ? spoken({ weekday: "short", hour: "2-digit", minute: "2-digit" }, zone).format(new Date(next)) : "nothing planned";
  $("progress").hidden = !busy;
  for (const button of document.querySelectorAll("[data-wind], #restart")) {
    button.disabled = Boolean(busy);
    button.setAttribute("aria-busy", String(Boolean(busy)));
  }
}

function drawRooms() {
  const rows = here.state.channels.map((room) => {
    const known = here.who + room.id;
    if (room.id === here.room) here.read[known] = room.last;
    const fresh = isNew(room, known);
    return { key: room.id, text: room.name, sign: `${room.kind}${fresh}${room.id === here.room}${room.private}`, room, fresh };
  });
  redraw($("rooms"), rows, ({ room, fresh }) => {
    const button = element("button", { type: "button", className: `${room.kind}${fresh ? " new" : ""}` });
    const mark = room.private && room.kind === "room" ? lock() : element("span", { className: "mark", textContent: MARKS[room.kind] });
    button.append(mark, element("span", { className: "name", textContent: room.name }));
    if (fresh) button.append(element("span", { className: "dot" }), element("span", { className: "unseen", textContent: "new" }));
    if (room.id === here.room) button.setAttribute("aria-current", "page");
    button.addEventListener("click", () => enter(room.id));
    return button;
  });
}

/** Newer than what this tab has shown, or than what was there when the playground opened. */
function isNew({ last, opened }, known) {
  return BigInt(last || 0) > BigInt(here.read[known] || opened || 0);
}

function drawPeople() {
  const groups = Object.keys(ROLES).map((role) => [role, here.state.people.filter((one) => one.role === role)]);
  if (!$("people").children.length) {
    for (const [role] of groups) $("people").append(element("h3", { textContent: ROLES[role] }), element("ul", { id: `people-${role}`, className: role }));
  }
  for (const [role, people] of groups) {
    const rows = people.map((one) => {
      if (one.id === here.who) here.read[one.id] = one.last;
      const fresh = isNew(one, one.id);
      return { key: one.id, text: one.name, sign: `${one.id === here.who}${fresh}`, one, fresh };
    });
    redraw($(`people-${role}`), rows, ({ one, fresh }) => {
      const button = element("button", { type: "button", title: `Be ${one.name}` });
      button.setAttribute("aria-pressed", String(one.id === here.who));
      const initial = one.name.split(" ").at(-1)[0];
      const face = element("span", { className: "face", textContent: initial });
      face.setAttribute("aria-hidden", "true");
      button.append(face, element("span", { className: "name", textContent: one.name }));
      if (fresh) button.append(element("span", { className: "dot" }), element("span", { className: "unseen", textContent: "has a new direct message" }));
      button.addEventListener("click", () => { remember(`be-${one.role}`); be(one.id); });
      return button;
    });
  }
}

/** Draw rows only when they differ, and keep the keyboard where it was. */
function redraw(list, rows, make) {
  const sign = JSON.stringify(rows.map(({ key, text, sign }) => [key, text, sign]));
  if (list.dataset.sign === sign) return;
  const focused = list.contains(document.activeElement) ? document.activeElement.closest("li").dataset.key : null;
  list.dataset.sign = sign;
  list.replaceChildren(...rows.map((row) => {
    const item = element("li");
    item.dataset.key = row.key;
    item.append(make(row));
    return item;
  }));
  if (focused) list.querySelector(`[data-key="${focused}"] button`)?.focus();
}

export function element(name, properties = {}) {
  return Object.assign(document.createElement(name), properties);
}

function lock() {
  const holder = element("span", { className: "mark" });
  holder.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><rect x="5" y="11" width="14" height="9" rx="2"/><path d="M8 11V8a4 4 0 0 1 8 0v3"/></svg>';
  return holder;
}

// ------------------------------------------------------------------ winding and restarting

async function work(path, body, done) {
  here.state.busy = "…";
  drawClock();
  const watching = setInterval(() => look().catch(() => {}), BUSY);
  const answer = await kindly(() => ask(path, body));
  clearInterval(watching);
  here.state.busy = null;
  await kindly(look);
  if (answer) remember(done);
}

for (const button of document.querySelectorAll("[data-wind]")) {
  button.addEventListener("click", () => work("/api/wind", { by: button.dataset.wind }, "wind"));
}
$("restart").addEventListener("click", () => work("/api/restart", {}, "restart"));
$("rooms-toggle").addEventListener("click", () => {
  const open = $("side").classList.toggle("open");
  $("rooms-toggle").setAttribute("aria-expanded", String(open));
});

setUpPanels();
keepLooking();
