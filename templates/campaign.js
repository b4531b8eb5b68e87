{% include "theme.js" %}
{
  const all = (selector, inside = document) => [...inside.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const body = one("tbody");
  const rows = all("tr", body);
  const words = rows.map((row) => `${row.cells[1].textContent} ${row.cells[5].textContent}`.toLowerCase());
  const form = one(".filters");

  for (const element of all(".tools, .filters")) element.hidden = false;

  const apply = () => {
    const states = new Set(all("input:checked", form).map((box) => box.value));
    const wanted = one("#words").value.trim().toLowerCase();
    let left = 0;
    rows.forEach((row, at) => {
      row.hidden = (states.size > 0 && !states.has(row.dataset.state)) || !words[at].includes(wanted);
      left += row.hidden ? 0 : 1;
    });
    const total = rows.length.toLocaleString("en");
    one("#count").textContent = left < rows.length ? `${left.toLocaleString("en")} of ${total}` : `all ${total}`;
    one("#clear").disabled = !states.size && !wanted;
    one("#empty").hidden = left > 0;
  };
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));
  apply();

  // What is equal stays in the order of the page, whichever way it is sorted.
  const sort = (head) => {
    const way = head.ariaSort === "ascending" ? -1 : 1;
    const text = head.dataset.kind === "text";
    const keys = new Map(rows.map((row) => {
      const cell = row.cells[head.cellIndex];
      return [row, text ? cell.textContent.toLowerCase() : Number(cell.dataset.value)];
    }));
    const compare = new Intl.Collator("en", { numeric: true }).compare;
    const sorted = [...rows].sort((left, right) => {
      const [here, there] = [keys.get(left), keys.get(right)];
      return way * (text ? compare(here, there) : here - there);
    });
    for (const other of all("thead th")) other.removeAttribute("aria-sort");
    head.ariaSort = way > 0 ? "ascending" : "descending";
    body.append(...sorted);
  };
  for (const head of all("thead th")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sort(head));
    head.replaceChildren(button);
  }
}
