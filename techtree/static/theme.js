// Runs before the first paint, so that nothing flashes or moves.
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    const { theme, tutorWidth } = localStorage;
    if (theme) root.dataset.theme = theme;
    if (tutorWidth) root.style.setProperty("--tutor-width", `${tutorWidth}px`);
  } catch {} // Storage is switched off.
})();
