// Alerts as they come. A row that is there is changed where it stands; a new one goes to its place.
"use strict";

(() => {
  const list = document.getElementById("alerts");
  const address = list?.dataset.live;
  if (!address || !("EventSource" in window)) return;
  const empty = document.getElementById("empty");
  const behind = document.getElementById("behind");
  const signal = document.getElementById("signal");
  const sound = document.getElementById("sound");
  const notice = document.getElementById("notice");
  const SILENT = 35000; // three beats of the server
  const AGAIN = 3000;
  const SLIDE = 220;
  const calm = matchMedia("(prefers-reduced-motion: reduce)");
  const button = document.getElementById("held");
  const waiting = new Map(); // rows to come, by their alert; null is one to go
  let sliding = false;
  let known = list.dataset.after;
  let source = null;
  let heard = performance.now();
  let again = null;

  document.getElementById("live").classList.remove("waits");

  function say(text, on) {
    if (signal.textContent !== text) signal.textContent = text;
    signal.classList.toggle("on", on);
  }

  function connect() {
    clearTimeout(again);
    source?.close();
    heard = performance.now();
    const mark = address.includes("?") ? "&" : "?";
    source = new EventSource(`${address}${mark}after=${encodeURIComponent(known)}`);
    source.addEventListener("ready", () => say("live", true));
    source.addEventListener("alert", (event) => take(event, show));
    source.addEventListener("gone", (event) => take(event, remove));
    source.addEventListener("beat", (event) => take(event, tellArchive));
    source.addEventListener("reload", () => location.reload());
    source.addEventListener("error", () => {
      say("not connected, trying again", false);
      // The browser tries again by itself unless it was refused.
      if (source.readyState === EventSource.CLOSED) again = setTimeout(connect, AGAIN * (1 + Math.random()));
    });
  }

  function take(event, use) {
    heard = performance.now();
    if (event.lastEventId) known = event.lastEventId;
    use(event.data === "." ? null : JSON.parse(event.data));
  }

  const rowOf = (alert) => list.querySelector(`[data-alert="${CSS.escape(alert)}"]`);
  const order = (row) => BigInt(`0x${row.dataset.cursor}`);

  function made(html) {
    const template = document.createElement("template");
    template.innerHTML = html; // our own server's, with all that comes from outside escaped
    return template.content.firstElementChild;
  }

  function show(told) {
    const row = made(told.html);
    const there = rowOf(told.alert);
    if (there) {
      waiting.delete(told.alert);
      change(there, row);
    } else {
      waiting.set(told.alert, row);
    }
    goOn();
    if (told.opened) announce(told);
  }

  function remove(told) {
    waiting.set(told.alert, null);
    goOn();
  }

  // The same element stays, so a row that is on its way goes on from where it is seen.
  function change(there, row) {
    const focused = there.contains(document.activeElement);
    for (const { name, value } of row.attributes) there.setAttribute(name, value);
    there.replaceChildren(...row.childNodes);
    if (focused) there.querySelector("h2 a").focus({ preventScroll: true });
  }

  const after = (row) => [...list.children].find((other) => order(other) < order(row));

  // Above the window it pushes nothing: there the browser itself keeps still what is read.
  const pushes = (row) => (after(row)?.getBoundingClientRect().top ?? -1) > 0;

  // Rows come and go one slide after the other; who asked for less motion presses the button.
  function goOn() {
    if (!sliding) put([...waiting].filter(([, row]) => !(row && calm.matches && pushes(row))));
    const held = calm.matches ? [...waiting.values()].filter((row) => row).length : 0;
    button.textContent = held ? `Show ${held} new alert${held === 1 ? "" : "s"}` : "";
  }

  button.addEventListener("click", () => {
    put([...waiting]);
    goOn();
    list.querySelector("h2 a")?.focus({ preventScroll: true });
  });

  function put(changes) {
    if (!changes.length) return;
    const others = [...list.children, document.querySelector(".pages"), document.querySelector(".foot")];
    const tops = new Map(others.map((other) => [other, other.getBoundingClientRect().top]));
    for (const [alert, row] of changes) {
      waiting.delete(alert);
      if (!row) {
        rowOf(alert)?.remove();
        continue;
      }
      const before = after(row);
      if (!before && list.dataset.more) continue; // it belongs on a later page
      list.insertBefore(row, before ?? null);
    }
    empty.hidden = list.children.length > 0;
    const rows = changes.map(([, row]) => row).filter((row) => row?.isConnected);
    const above = rows.some((row) => row.getBoundingClientRect().bottom <= 0); // as in pushes
    if (!above && !calm.matches && !document.hidden) slide(tops, rows);
  }

  function slide(tops, rows) {
    const moves = [];
    for (const [other, top] of tops) {
      const moved = other.isConnected ? other.getBoundingClientRect().top - top : 0;
      if (moved) {
        moves.push(other.animate([{ transform: `translateY(${-moved}px)` }, { transform: "none" }], { duration: SLIDE, easing: "ease-out" }));
      }
    }
    for (const row of rows) row.animate([{ opacity: 0 }, { opacity: 1 }], { duration: 2 * SLIDE, easing: "ease-in" });
    if (!moves.length) return;
    sliding = true;
    // A frame later, or the browser takes the next slide for a jump.
    Promise.allSettled(moves.map((one) => one.finished)).then(() => requestAnimationFrame(() => {
      sliding = false;
      goOn();
    }));
  }

  function tellArchive(told) {
    const text = told?.archive ?? "";
    if (behind.textContent !== text) behind.textContent = text;
    behind.hidden = !text;
  }

  function announce(told) {
    if (sound.checked) beep();
    if (notice.checked && Notification.permission === "granted" && document.hidden) {
      const shown = new Notification(told.title, { body: told.headline, tag: told.alert });
      shown.addEventListener("click", () => window.focus());
    }
  }

  let audio = null;
  function beep() {
    audio ??= new AudioContext();
    const tone = audio.createOscillator();
    const loudness = audio.createGain();
    const now = audio.currentTime;
    tone.frequency.value = 660;
    loudness.gain.setValueAtTime(0.08, now);
    loudness.gain.exponentialRampToValueAtTime(0.001, now + 0.25);
    tone.connect(loudness).connect(audio.destination);
    tone.start(now);
    tone.stop(now + 0.25);
  }

  for (const box of [sound, notice]) {
    box.checked = localStorage.getItem(box.id) === "yes";
    box.addEventListener("change", async () => {
      if (box === notice && box.checked && (await Notification.requestPermission()) !== "granted") {
        box.checked = false;
        say("the browser forbids notices", true);
      }
      localStorage.setItem(box.id, box.checked ? "yes" : "");
      if (box === sound && box.checked) beep();
    });
  }
  if (!("Notification" in window)) notice.closest("label").hidden = true;

  // Browsers open few connections to a server: a tab that nobody sees or hears needs none.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) {
      if (!source || source.readyState === EventSource.CLOSED) connect();
    } else if (!sound.checked && !notice.checked) {
      source?.close();
      source = null;
    }
  });
  setInterval(() => {
    if (source && performance.now() - heard > SILENT) connect();
  }, 5000);
  addEventListener("online", connect);
  connect();
})();
