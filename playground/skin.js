
// Laid after SimCord's own script: manners that people expect of a chat.
{
  const timeline = document.getElementById("channel-timeline");
  const messages = document.getElementById("channel-message-list");
  const composer = document.getElementById("channel-composer");
  const NEAR = 120;
  const OWN_DEED_MS = 5000;
  let lastDeed = 0;
  let away = false;
  const below = () => timeline.scrollHeight - timeline.scrollTop - timeline.clientHeight;
  const all = () => [...messages.querySelectorAll("[data-message-id]")];
  let newest = 0n;

  // Follow the conversation, unless the reader has scrolled up and this is not the answer to their own deed.
  const follow = () => {
    const message = all().at(-1);
    if (!message) return;
    const tall = message.getBoundingClientRect().height > timeline.clientHeight;
    timeline.scrollTop += tall
      ? message.getBoundingClientRect().top - timeline.getBoundingClientRect().top - 8
      : below();
  };
  new MutationObserver(() => {
    const latest = BigInt(all().at(-1)?.dataset.messageId ?? 0);
    if (latest <= newest) return;
    newest = latest;
    if (away && Date.now() - lastDeed > OWN_DEED_MS) return;
    for (const later of [30, 200, 600]) setTimeout(follow, later);
  }).observe(messages, { childList: true });
  for (const gesture of ["wheel", "touchmove", "keyup", "pointerup"]) {
    timeline.addEventListener(gesture, () => setTimeout(() => { away = below() > NEAR; }, 80), { passive: true });
  }
  for (const deed of ["click", "submit"]) document.addEventListener(deed, () => { lastDeed = Date.now(); }, true);

  // Enter on a chosen command sends it, as on Discord; an optional option is opened by clicking or typing.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || !event.target.matches?.(".command-chip, .command-mention")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    lastDeed = Date.now();
    composer.requestSubmit();
  }, true);
}
