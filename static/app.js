// Keyboard, suggestions, sharing, citing and the theme's instant switch. Every page works without this file.
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

  // Suggestions while somebody types: a combobox with a list, after the ARIA Authoring Practices.
  const box = document.querySelector("[data-suggest]");
  const list = document.createElement("div");
  const least = 2; // letters
  let waiting, asking, chosen = -1;

  Object.entries({ id: "suggestions", class: "suggestions", role: "listbox", "aria-label": "Suggestions", hidden: "" })
    .forEach(([name, value]) => list.setAttribute(name, value));
  box.form.append(list);
  Object.entries({ role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })
    .forEach(([name, value]) => box.setAttribute(name, value));

  function choose(to) {
    const options = [...list.children];
    options[chosen]?.setAttribute("aria-selected", "false");
    chosen = to >= options.length ? -1 : to < -1 ? options.length - 1 : to; // -1 is the box itself
    options[chosen]?.setAttribute("aria-selected", "true");
    options[chosen]?.scrollIntoView({ block: "nearest" });
    if (chosen < 0) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", options[chosen].id);
  }

  function unfold(open) {
    list.hidden = !open;
    box.setAttribute("aria-expanded", open);
    choose(-1);
  }

  function forget() {
    clearTimeout(waiting);
    asking?.abort();
    unfold(false);
  }

  async function suggest() {
    asking?.abort();
    asking = new AbortController();
    const text = box.value.trim();
    if (text.length < least) return unfold(false);
    try {
      const answer = await fetch(box.dataset.suggest + "?" + new URLSearchParams({ q: text }), { signal: asking.signal });
      if (!answer.ok) return unfold(false);
      list.innerHTML = await answer.text();
      unfold(list.children.length > 0);
    } catch {
      // a newer question took its place, or the site can't be reached
    }
  }

  box.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, 150);
  });
  box.addEventListener("keydown", (e) => {
    if (e.isComposing) return;
    const down = e.key === "ArrowDown";
    if (list.hidden) {
      if (down) suggest();
      return;
    }
    if (down || e.key === "ArrowUp") choose(chosen + (down ? 1 : -1));
    else if (e.key === "Enter" && chosen >= 0) list.children[chosen].click();
    else if (e.key === "Escape") forget();
    else return;
    e.preventDefault();
  });
  box.addEventListener("blur", forget);
  box.form.addEventListener("submit", forget);
  list.addEventListener("mousedown", (e) => e.preventDefault()); // the box keeps the focus until the link is followed

  // Each citation gets a button that copies it.
  for (const text of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    Object.assign(button, { type: "button", textContent: "Copy" });
    button.setAttribute("aria-label", text.dataset.copy);
    text.previousElementSibling.append(button);
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(text.textContent);
        say(button, "Copied");
      } catch {
        getSelection().selectAllChildren(text); // to be copied by hand
      }
    });
  }

  // Citations cover what is below them, until something else is pressed.
  const cited = () => document.querySelector(".cite[open]");
  document.addEventListener("keydown", (e) => {
    if (e.key !== "Escape" || !cited()) return;
    cited().querySelector("summary").focus();
    cited().open = false;
  });
  document.addEventListener("click", (e) => {
    if (cited() && !cited().contains(e.target)) cited().open = false;
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

  // Digests come in the morning of whoever asks for them.
  const zone = document.querySelector("[data-zone]");
  if (zone && !zone.value) zone.value = Intl.DateTimeFormat().resolvedOptions().timeZone;

  // The vote button keeps the focus when its form is replaced.
  document.addEventListener("htmx:afterSwap", (e) => {
    e.detail.elt?.querySelector?.(".vote")?.focus({ preventScroll: true });
  });
})();
