// What makes the console quicker to use. Everything works without it.
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const make = (tag, properties = {}) => Object.assign(document.createElement(tag), properties);

  // Says something to a screen reader without moving the focus.
  const voice = make("div", { className: "unseen" });
  voice.setAttribute("role", "status");
  document.body.append(voice);
  const say = (text) => { voice.textContent = text; };

  // Chips: committed by Enter, comma, semicolon, space or paste. The named field stays the one
  // that is sent, so that nothing differs for the server.
  const looksLikeAddress = (text) => /^[^\s@,;]+@[^\s@,;]+\.[^\s@,;.]+$/.test(text);
  const chips = (box) => {
    const sent = box.querySelector("input");
    const typed = sent.cloneNode();
    const label = document.querySelector(`label[for="${sent.id}"]`);
    sent.type = "hidden";
    sent.removeAttribute("id");
    typed.removeAttribute("name");
    typed.removeAttribute("value");
    typed.value = "";
    const placeholder = typed.placeholder;
    let values = [];
    const sync = () => {
      const rest = typed.value.trim();
      sent.value = [...values, ...(rest ? [rest] : [])].join(", ");
      typed.required = values.length === 0;
      typed.placeholder = values.length ? "" : placeholder;
    };
    const draw = () => {
      all(".chip", box).forEach((chip) => chip.remove());
      for (const value of values) {
        const chip = make("span", { className: looksLikeAddress(value) ? "chip" : "chip bad" });
        const cross = make("button", { type: "button", textContent: "×" });
        cross.setAttribute("aria-label", `Remove ${value}`);
        cross.addEventListener("click", () => {
          values = values.filter((other) => other !== value);
          draw();
          typed.focus();
          say(`${value} removed`);
        });
        chip.append(make("span", { textContent: value }), cross);
        typed.before(chip);
      }
      sync();
    };
    const commit = (text) => {
      const seen = new Set(values.map((value) => value.toLowerCase()));
      for (const part of text.split(/[\s,;]+/)) {
        if (part && !seen.has(part.toLowerCase())) {
          seen.add(part.toLowerCase());
          values.push(part);
        }
      }
      typed.value = "";
      draw();
    };
    typed.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && typed.value.trim()) {
        event.preventDefault();
        commit(typed.value);
        say(`${values.length} addresses`);
      } else if (event.key === "Enter" && values.length) {
        event.preventDefault(); // nothing is sent until the button is used (A9)
      } else if (event.key === "Backspace" && !typed.value && values.length) {
        typed.value = values.pop();
        event.preventDefault();
        draw();
      }
    });
    typed.addEventListener("input", () => {
      if (/[,;\s]/.test(typed.value)) commit(typed.value);
      else sync();
    });
    typed.addEventListener("paste", (event) => {
      const text = event.clipboardData?.getData("text") ?? "";
      if (/[,;\s]/.test(text.trim())) {
        event.preventDefault();
        commit(`${typed.value} ${text}`);
        typed.dispatchEvent(new Event("change", { bubbles: true }));
      }
    });
    typed.addEventListener("blur", () => { if (typed.value.trim()) commit(typed.value); });
    box.addEventListener("click", (event) => { if (event.target === box) typed.focus(); });
    box.classList.add("on");
    if (typed.getAttribute("aria-invalid") === "true") box.classList.add("bad");
    box.append(typed);
    if (label) label.htmlFor = typed.id;
    commit(sent.value);
  };
  all("[data-chips]").forEach(chips);

  // `/` goes to the search; Escape closes what is open.
  document.addEventListener("keydown", (event) => {
    const target = event.target;
    const writing = target.matches?.("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !writing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const search = document.querySelector("[data-search]");
      if (search) {
        event.preventDefault();
        search.focus();
        search.select();
      }
    }
    if (event.key === "Escape") {
      for (const menu of all("[data-menu][open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
      if (target.matches?.("[data-search]")) target.blur();
    }
  });

  // Menus: one at a time, closed by a click elsewhere, walked through with the arrows.
  document.addEventListener("click", (event) => {
    for (const menu of all("[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });
  for (const menu of all("[data-menu]")) {
    menu.addEventListener("keydown", (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      menu.open = true;
      const items = all(".sheet a, .sheet button", menu);
      const at = items.indexOf(document.activeElement);
      items[(at + step + items.length) % items.length]?.focus();
    });
    menu.addEventListener("focusout", (event) => {
      if (event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
    });
  }

  // Secrets that are shown once: copied by a button.
  for (const button of all("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const source = document.getElementById(button.dataset.copy);
      const codes = all("code", source);
      const parts = codes.length ? codes : [source];
      await navigator.clipboard.writeText(parts.map((one) => one.textContent).join("\n"));
      const before = button.textContent;
      button.textContent = "Copied";
      say("Copied");
      setTimeout(() => { button.textContent = before; }, 2000);
    });
  }

  // Passwords can be looked at while they are typed.
  for (const field of all("[data-reveal]")) {
    const frame = make("div", { className: "reveal" });
    const button = make("button", { type: "button", textContent: "Show" });
    button.setAttribute("aria-label", "Show the password");
    button.setAttribute("aria-pressed", "false");
    field.before(frame);
    frame.append(field, button);
    button.addEventListener("click", () => {
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.textContent = shown ? "Show" : "Hide";
      button.setAttribute("aria-pressed", String(!shown));
    });
    field.form?.addEventListener("submit", () => { field.type = "password"; });
  }

  // A form is sent once; one with unsaved input asks before it is left.
  const changed = new Set();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("form[data-guard]")) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    changed.delete(form);
    all("button[type=submit]", form).forEach((one) => one.setAttribute("aria-busy", "true"));
  });
  for (const form of all("form[data-warn]")) {
    const note = () => changed.add(form);
    form.addEventListener("input", note);
    form.addEventListener("change", note);
  }
  addEventListener("beforeunload", (event) => { if (changed.size) event.preventDefault(); });
  addEventListener("pageshow", (event) => {
    for (const form of all("form[data-sent]")) {
      if (!event.persisted) continue;
      delete form.dataset.sent;
      all("[aria-busy]", form).forEach((one) => one.removeAttribute("aria-busy"));
    }
  });

  // An address that names a part which is closed opens it.
  const reveal = () => {
    const part = document.getElementById(location.hash.slice(1));
    if (part?.tagName === "DETAILS") part.open = true;
  };
  addEventListener("hashchange", reveal);
  reveal();

  // Puts a part that was read again in the place of the old one, around what has the focus.
  const exchange = (old, next) => {
    const used = document.activeElement;
    if (!old.contains(used)) {
      old.replaceWith(next);
      return next;
    }
    const [parts, nexts] = [[...old.children], [...next.children]];
    if (old !== used && old.id === next.id && parts.length === nexts.length) {
      if (next.dataset.state) old.dataset.state = next.dataset.state;
      parts.forEach((part, at) => exchange(part, nexts[at]));
    }
    return old;
  };

  // What passes by itself is read again, from an address or as part of this very page, until it
  // has settled. Where more depends on it, the whole page is read then, unless somebody is typing.
  const follow = (part) => setTimeout(async () => {
    if (document.hidden) return follow(part);
    try {
      const address = part.dataset.live || location.href;
      const answer = await fetch(address, { headers: { accept: "text/html" } });
      const read = new DOMParser().parseFromString(await answer.text(), "text/html");
      const next = read.getElementById(part.id);
      const writing = document.activeElement?.matches?.("input, textarea, select");
      const settled = next && !("live" in next.dataset);
      if (!next || (settled && "whole" in part.dataset && !changed.size && !writing)) {
        return location.reload();
      }
      const moved = [next, ...all("[data-state]", next)].filter((one) => {
        const before = document.getElementById(one.id);
        return before && before.dataset.state !== one.dataset.state;
      });
      if (moved.length) say(moved.map((one) => one.dataset.state).join(", "));
      part = exchange(part, next);
    } catch {
      // The server is away for a moment: asked again.
    }
    if ("live" in part.dataset) follow(part);
  }, 2000);
  all("[data-live]").forEach(follow);

  // After a refusal the summary is read first.
  document.querySelector("[data-focus]")?.focus();
})();
