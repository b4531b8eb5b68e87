"use strict";
{
  const themes = ["system", "light", "dark"];
  const button = document.querySelector("#theme");
  button.addEventListener("click", () => {
    const data = document.documentElement.dataset;
    data.theme = themes[(themes.indexOf(data.theme || "system") + 1) % themes.length];
    button.textContent = `Theme: ${data.theme}`;
  });
}
