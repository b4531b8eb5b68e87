{% include "theme.js" %}
(() => {
  const root = document.documentElement;
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const findings = all(".finding");
  const form = one(".filters");
  const keys = one("#keys");
  const NAMES = ["codemod", "severity", "safety", "status"];

  for (const element of all(".tools, .filters, .toggle")) element.hidden = false;

  // Findings are shown where each facet has nothing checked, or what they have; and their path has the words.
  const chosen = () => {
    const state = { path: form.elements.path.value.trim().toLowerCase() };
    for (const name of NAMES) state[name] = all(`input[name="${name}"]:checked`, form).map((box) => box.value);
    return state;
  };
  const matches = (finding, state, except) =>
    finding.dataset.path.toLowerCase().includes(state.path) &&
    NAMES.every((name) => name === except || !state[name].length || state[name].includes(finding.dataset[name]));

  const hideEmpty = (selector, inside) => {
    for (const box of all(selector)) box.hidden = !all(inside, box).some((finding) => !finding.hidden);
  };

  const write = (state) => {
    const words = new URLSearchParams();
    for (const name of NAMES) if (state[name].length) words.set(name, state[name].join(","));
    if (state.path) words.set("path", state.path);
    const hash = String(words) && `#${words}`;
    if (hash !== location.hash) history.replaceState(null, "", hash || location.pathname + location.search);
  };

  const apply = () => {
    const state = chosen();
    for (const finding of findings) finding.hidden = !matches(finding, state);
    hideEmpty(".window:not(.aside)", ".finding");
    hideEmpty(".card", ".finding");
    hideEmpty(".codemod", ".finding");
    for (const name of NAMES) {
      const rest = findings.filter((finding) => matches(finding, state, name));
      for (const box of all(`input[name="${name}"]`, form)) {
        const count = rest.filter((finding) => finding.dataset[name] === box.value).length;
        box.parentElement.querySelector(".amount").textContent = count.toLocaleString("en");
        box.parentElement.classList.toggle("gone", count === 0);
      }
    }
    const left = findings.filter((finding) => !finding.hidden).length;
    const narrowed = state.path !== "" || NAMES.some((name) => state[name].length);
    const total = `${findings.length.toLocaleString("en")} ${findings.length === 1 ? "finding" : "findings"}`;
    one("#count").textContent = narrowed ? `${left.toLocaleString("en")} of ${total}` : total;
    one("#clear").disabled = !narrowed;
    one("#empty").hidden = left > 0;
    write(state);
  };

  const read = () => {
    const words = new URLSearchParams(location.hash.slice(1));
    for (const name of NAMES) {
      const wanted = (words.get(name) || "").split(",");
      for (const box of all(`input[name="${name}"]`, form)) box.checked = wanted.includes(box.value);
    }
    form.elements.path.value = words.get("path") || "";
    apply();
  };

  const clear = () => {
    form.reset();
    apply();
  };

  const go = (step) => {
    const seen = findings.filter((finding) => !finding.hidden);
    if (!seen.length) return;
    const here = seen.indexOf(document.activeElement?.closest(".finding"));
    const next = here < 0 ? (step > 0 ? 0 : seen.length - 1) : Math.min(Math.max(here + step, 0), seen.length - 1);
    seen[next].focus({ preventScroll: true });
    seen[next].scrollIntoView({ block: "start" });
  };

  const fold = (window) => {
    const button = window && window.querySelector(".toggle");
    if (!button) return;
    const folded = window.classList.toggle("folded");
    button.setAttribute("aria-expanded", String(!folded));
    button.textContent = folded ? "Unfold" : "Fold";
  };
  for (const button of all(".toggle")) button.addEventListener("click", () => fold(button.closest(".window")));

  one("#help").addEventListener("click", () => keys.showModal());

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || keys.open) return;
    const typing = event.target.matches("input[type=text]");
    const finding = event.target.matches(".finding") ? event.target : null;
    if (event.key === "Escape" && form) {
      clear();
      if (typing) event.target.blur();
    } else if (typing) {
      return;
    } else if (event.key === "j" || event.key === "k") {
      go(event.key === "j" ? 1 : -1);
    } else if (event.key === "/" && form) {
      form.elements.path.focus();
    } else if (event.key === "?") {
      keys.showModal();
    } else if (event.key === "o" || (event.key === "Enter" && finding)) {
      fold((finding || document.activeElement).closest(".window"));
    } else {
      return;
    }
    event.preventDefault();
  });

  if (form) {
    // What sticks to the top covers what is scrolled to.
    const measure = () => {
      const sticks = getComputedStyle(form).position === "sticky";
      root.style.setProperty("--bar", sticks ? `${form.offsetHeight + 8}px` : "1rem");
    };
    new ResizeObserver(measure).observe(form);
    form.addEventListener("input", apply);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(apply));
    addEventListener("hashchange", read);
    read();
  }
})();
