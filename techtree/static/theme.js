// Runs before the first paint, so that nothing flashes or moves.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const theme = localStorage.getItem("theme");
    const width = localStorage.getItem("tutor-width");
    if (theme) root.dataset.theme = theme;
    if (width) root.style.setProperty("--tutor-width", `${width}px`);
  } catch {
    // Storage is switched off: the system's theme holds.
  }
})();
