// How far a back-test is. The page works without it.
"use strict";

(() => {
  const here = document.getElementById("backtest");
  if (!here || !("EventSource" in window)) return;
  const share = document.getElementById("share");
  const stories = document.getElementById("stories");
  const source = new EventSource(here.dataset.live);
  source.addEventListener("progress", (event) => {
    const told = JSON.parse(event.data);
    share.value = told.share;
    stories.textContent = told.stories.toLocaleString("en");
  });
  source.addEventListener("done", () => {
    source.close();
    location.reload();
  });
  // The server has restarted: what it says now is on the page.
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) location.reload();
  });
})();
