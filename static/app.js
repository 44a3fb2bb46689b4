// Keyboard, sharing and the theme's instant switch. Every page works without this file.
"use strict";

(() => {
  const papers = () => [...document.querySelectorAll("article.paper")];
  let at = -1;

  function go(to) {
    const all = papers();
    if (!all.length) return;
    all[at]?.classList.remove("current");
    at = Math.max(0, Math.min(all.length - 1, to));
    const paper = all[at];
    paper.classList.add("current");
    paper.querySelector("h2 a").focus({ preventScroll: true });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    paper.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  }

  const help = () => document.querySelector("dialog.help");

  const keys = {
    j: () => go(at + 1),
    k: () => go(at < 0 ? 0 : at - 1),
    v: () => (papers()[at] ?? document).querySelector(".vote")?.click(),
    o: () => (papers()[at]?.querySelector("h2 a") ?? document.querySelector("[data-open]"))?.click(),
    "/": () => document.querySelector(".search input")?.focus(),
    "?": () => help()?.showModal(),
  };

  document.addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest("input, textarea, select, [contenteditable]")) return;
    if (help()?.open) return;
    const key = keys[e.key];
    if (!key) return;
    e.preventDefault();
    key();
  });

  // Where the reader is follows the focus, so that j goes on from a paper that was clicked.
  document.addEventListener("focusin", (e) => {
    const i = papers().indexOf(e.target.closest("article.paper"));
    if (i >= 0) at = i;
  });

  document.addEventListener("click", async (e) => {
    if (e.target.closest("[data-help]")) {
      e.preventDefault();
      help()?.showModal();
      return;
    }
    const share = e.target.closest("[data-share]");
    if (!share) return;
    e.preventDefault();
    const { title, url } = share.dataset;
    if (navigator.share && matchMedia("(pointer: coarse)").matches) {
      navigator.share({ title, url }).catch(() => {});
      return;
    }
    try {
      await navigator.clipboard.writeText(url);
      say(share, "Link copied");
    } catch {
      share.parentElement.open = !share.parentElement.open; // the field with the link
    }
  });

  function say(button, text) {
    const before = button.textContent;
    button.textContent = text;
    document.querySelector("[role=status]").textContent = text;
    setTimeout(() => (button.textContent = before), 1600);
  }

  // The theme changes at once; the form's answer, which keeps it, is not waited for.
  document.addEventListener("submit", (e) => {
    const form = e.target.closest(".themes");
    if (!form) return;
    e.preventDefault();
    const theme = e.submitter.value;
    document.documentElement.dataset.theme = theme;
    for (const b of form.querySelectorAll("button")) b.setAttribute("aria-pressed", b === e.submitter);
    fetch(form.action, { method: "POST", body: new URLSearchParams({ theme }), redirect: "manual", keepalive: true });
  });

  // The vote button keeps the focus when its form is replaced.
  document.addEventListener("htmx:afterSwap", (e) => {
    e.detail.elt?.querySelector?.(".vote")?.focus({ preventScroll: true });
  });
})();
