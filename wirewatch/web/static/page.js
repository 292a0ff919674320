// Keys, and the age of what is shown. The page works without it.
"use strict";

(() => {
  const rows = () => [...document.querySelectorAll(".alert, [data-row]")];
  const linkOf = (row) => row?.querySelector("h2 a, a");
  const chosen = () => document.activeElement?.closest?.(".alert, [data-row]");

  function move(step) {
    const all = rows();
    if (all.length === 0) return;
    const at = all.indexOf(chosen());
    const next = all[Math.min(all.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    linkOf(next)?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }

  function mute() {
    const here = document.getElementById("mute");
    if (here) {
      here.focus();
      return;
    }
    const link = linkOf(chosen());
    if (link) location.assign(`${link.href}#mute`);
  }

  const keys = document.getElementById("keys");
  const button = document.getElementById("show-keys");
  if (keys && button) {
    button.hidden = false;
    button.addEventListener("click", () => keys.showModal());
  }

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keys?.open) return;
    if (event.target.closest?.("input, select, textarea, [contenteditable]")) return;
    switch (event.key) {
      case "j": move(1); break;
      case "k": move(-1); break;
      case "o": linkOf(chosen())?.click(); break;
      case "m": mute(); break;
      case "?": keys?.showModal(); break;
      default: return;
    }
    event.preventDefault();
  });

  // The same words as the server's (wording.age).
  function age(seconds) {
    if (seconds <= -60) return "in the future";
    if (seconds < 60) return "just now";
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
    if (seconds < 2 * 86400) return `${Math.floor(seconds / 3600)} h`;
    return `${Math.floor(seconds / 86400)} d`;
  }

  // As wording.ago does.
  const ago = (told) => (/^[0-9]/.test(told) ? `${told} ago` : told);

  const server = Date.parse(document.documentElement.dataset.now);
  const began = performance.now();
  const now = () => (Number.isNaN(server) ? Date.now() : server + performance.now() - began);
  setInterval(() => {
    for (const time of document.querySelectorAll("time[data-age]")) {
      const told = age((now() - Date.parse(time.dateTime)) / 1000);
      const text = time.dataset.age === "ago" ? ago(told) : told;
      if (time.textContent !== text) time.textContent = text;
    }
  }, 20000);
})();
